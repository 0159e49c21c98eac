import { SEQUENTIAL_GRADIENT, type Shading } from "@/charts/sequential";
import { formatCount, formatNumber } from "@/ui/format";
import { runColorVar } from "@/ui/runColors";
import styles from "./Legend.module.css";

const SHOWN_LEVELS = 12;

/** What the colours mean. */
export function Legend(props: { readonly title: string; readonly shading: Shading }) {
  const { axis } = props.shading;
  if (axis.column.kind === "category") {
    const { levels } = axis.column;
    return (
      <span className={styles.legend}>
        <span className={styles.title}>{props.title}</span>
        {levels.slice(0, SHOWN_LEVELS).map((level, code) => (
          <span key={level} className={styles.level}>
            <span className={styles.dot} style={{ background: runColorVar(code) }} />
            {level}
          </span>
        ))}
        {levels.length > SHOWN_LEVELS && <span>and {formatCount(levels.length - SHOWN_LEVELS)} more</span>}
      </span>
    );
  }
  const [low, high] = axis.domain;
  return (
    <span className={styles.legend}>
      <span className={styles.title}>{props.title}</span>
      <span className="num">{formatNumber(low, 4)}</span>
      <span className={styles.bar} style={{ background: SEQUENTIAL_GRADIENT }} />
      <span className="num">{formatNumber(high, 4)}</span>
    </span>
  );
}
