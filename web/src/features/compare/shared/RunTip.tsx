import type { ReactNode } from "react";
import styles from "./RunTip.module.css";

const AWAY_PX = 14;

/** What a run is and has, beside the pointer: on the side where there is more room. */
export function RunTip(props: {
  readonly at: { readonly x: number; readonly y: number };
  /** Of the plot that the tip stays in, in pixels. */
  readonly size: { readonly width: number; readonly height: number };
  readonly name: ReactNode;
  readonly values: readonly { readonly id: string; readonly title: string; readonly text: ReactNode }[];
}) {
  const { at, size } = props;
  const before = at.x > size.width / 2;
  const above = at.y > size.height / 2;
  return (
    <div
      className={styles.tip}
      style={{
        left: at.x + (before ? -AWAY_PX : AWAY_PX),
        top: at.y,
        transform: `translate(${before ? "-100%" : "0"}, ${above ? "-100%" : "0"})`,
      }}
      role="presentation"
    >
      <b>{props.name}</b>
      <table>
        <tbody>
          {props.values.map(({ id, title, text }) => (
            <tr key={id}>
              <td>{title}</td>
              <td className="num">{text}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
