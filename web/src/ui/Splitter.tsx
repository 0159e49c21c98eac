import { type KeyboardEvent, type PointerEvent, type ReactNode, useRef, useState } from "react";
import styles from "./Splitter.module.css";

type Props = {
  /** Under this name the browser remembers the width. */
  readonly name: string;
  readonly label: string;
  readonly left: ReactNode;
  readonly right: ReactNode;
  readonly initialPx: number;
  readonly minPx: number;
  readonly maxPx: number;
};

/** Two panes and a bar between them that can be dragged, or moved with the arrow keys. */
export function Splitter(props: Props) {
  const { minPx, maxPx } = props;
  const [width, setWidth] = useState(() => clamp(read(props.name) ?? props.initialPx, minPx, maxPx));
  const start = useRef<{ x: number; width: number } | null>(null);

  const change = (next: number) => {
    const fitting = clamp(next, minPx, maxPx);
    setWidth(fitting);
    try {
      localStorage.setItem(storageKey(props.name), String(fitting));
    } catch {
      // Without storage the width lasts as long as the page.
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const moves: Readonly<Record<string, number>> = {
      ArrowLeft: width - 16,
      ArrowRight: width + 16,
      Home: minPx,
      End: maxPx,
    };
    const next = moves[event.key];
    if (next === undefined) return;
    event.preventDefault();
    change(next);
  };
  const onPointerDown = (event: PointerEvent<HTMLDivElement>) => {
    event.currentTarget.setPointerCapture(event.pointerId);
    start.current = { x: event.clientX, width };
  };
  return (
    <div className={styles.split} style={{ gridTemplateColumns: `${width}px 1px minmax(0, 1fr)` }}>
      <div className={styles.pane}>{props.left}</div>
      <div
        className={styles.bar}
        role="separator"
        tabIndex={0}
        aria-orientation="vertical"
        aria-label={props.label}
        aria-valuenow={width}
        aria-valuemin={minPx}
        aria-valuemax={maxPx}
        onKeyDown={onKeyDown}
        onPointerDown={onPointerDown}
        onPointerMove={(event) => {
          if (start.current !== null) change(start.current.width + event.clientX - start.current.x);
        }}
        onPointerUp={() => {
          start.current = null;
        }}
        onDoubleClick={() => change(props.initialPx)}
      />
      <div className={styles.pane}>{props.right}</div>
    </div>
  );
}

const storageKey = (name: string): string => `trireme-split:${name}`;

function read(name: string): number | null {
  try {
    const value = Number(localStorage.getItem(storageKey(name)));
    return value > 0 ? value : null;
  } catch {
    return null;
  }
}

const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));
