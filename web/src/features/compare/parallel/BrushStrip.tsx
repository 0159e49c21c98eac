import { type KeyboardEvent, type PointerEvent, useRef, useState } from "react";
import { BEYOND, type PlotAxis, placeOf, valueAt } from "@/charts/axis";
import type { Brush } from "@/charts/brush";
import { type ParallelFrame, yOf } from "@/charts/parallel/draw";
import { formatNumber } from "@/ui/format";
import styles from "./ParallelCoordinates.module.css";

type Props = {
  readonly title: string;
  readonly axis: PlotAxis;
  readonly brush: Brush | null;
  readonly x: number;
  readonly frame: ParallelFrame;
  readonly onBrush: (brush: Brush | null) => void;
};

/** From and to on the axis, 0 to 1 and a little beyond. */
type Span = readonly [number, number];

const EDGE_PX = 7;
const KEY_STEP = 0.02;

/** The strip over an axis: a drag sets the range that runs must pass, its ends and the range itself can be dragged on. */
export function BrushStrip({ title, axis, brush, x, frame, onBrush }: Props) {
  const strip = useRef<HTMLDivElement>(null);
  const [dragged, setDragged] = useState<Span | null>(null);
  const drag = useRef<{
    readonly mode: "new" | "move" | "low" | "high";
    readonly at: number;
    readonly span: Span;
  } | null>(null);
  const span = dragged ?? spanOf(axis, brush);
  const atOf = (event: PointerEvent) => {
    const top = strip.current?.getBoundingClientRect().top ?? 0;
    const at =
      (frame.bottom - frame.top - (event.clientY - top - BEYOND * (frame.bottom - frame.top))) /
      (frame.bottom - frame.top);
    return Math.min(1 + BEYOND, Math.max(-BEYOND, at));
  };
  const down = (event: PointerEvent<HTMLDivElement>) => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const at = atOf(event);
    const near = EDGE_PX / (frame.bottom - frame.top);
    const mode =
      span === null
        ? "new"
        : Math.abs(at - span[0]) < near
          ? "low"
          : Math.abs(at - span[1]) < near
            ? "high"
            : at > span[0] && at < span[1]
              ? "move"
              : "new";
    drag.current = { mode, at, span: span ?? [at, at] };
  };
  const move = (event: PointerEvent<HTMLDivElement>) => {
    const start = drag.current;
    if (start === null) return;
    const at = atOf(event);
    const by = at - start.at;
    const [low, high] = start.span;
    const next: Span =
      start.mode === "new"
        ? [Math.min(start.at, at), Math.max(start.at, at)]
        : start.mode === "move"
          ? [low + by, high + by]
          : start.mode === "low"
            ? [Math.min(at, high), Math.max(at, high)]
            : [Math.min(at, low), Math.max(at, low)];
    setDragged(next);
  };
  const up = () => {
    const start = drag.current;
    drag.current = null;
    if (dragged !== null && dragged[1] - dragged[0] > 0.004) onBrush(brushOf(axis, dragged));
    // A click beside the range takes it away.
    else if (start?.mode === "new") onBrush(null);
    setDragged(null);
  };
  const onKey = (end: 0 | 1) => (event: KeyboardEvent) => {
    const step = { ArrowUp: KEY_STEP, ArrowDown: -KEY_STEP, PageUp: 0.1, PageDown: -0.1 }[event.key];
    if (event.key === "Delete" || event.key === "Backspace") {
      event.preventDefault();
      onBrush(null);
    }
    if (step === undefined || span === null) return;
    event.preventDefault();
    event.stopPropagation();
    const next: [number, number] = [span[0], span[1]];
    next[end] = Math.min(1 + BEYOND, Math.max(-BEYOND, next[end] + step));
    if (next[0] < next[1]) onBrush(brushOf(axis, next));
  };
  const room = frame.bottom - frame.top;
  if (!(room > 0)) return null;
  return (
    <div
      ref={strip}
      className={styles.strip}
      style={{ left: x - 12, top: frame.top - BEYOND * room, height: room * (1 + 2 * BEYOND) }}
      onPointerDown={down}
      onPointerMove={move}
      onPointerUp={up}
      onPointerCancel={() => {
        drag.current = null;
        setDragged(null);
      }}
    >
      {span !== null && (
        <div
          className={styles.brush}
          style={{
            top: yOf(frame, span[1]) - frame.top + BEYOND * room,
            height: Math.max(2, (span[1] - span[0]) * room),
          }}
        >
          {[1, 0].map((end) => (
            <span
              key={end}
              className={styles.handle}
              data-end={end}
              role="slider"
              tabIndex={0}
              aria-label={`${end === 1 ? "Upper" : "Lower"} end of the range of ${title}`}
              aria-orientation="vertical"
              aria-valuemin={0}
              aria-valuemax={100}
              aria-valuenow={Math.round((span[end] ?? 0) * 100)}
              aria-valuetext={edgeText(axis, span[end] ?? 0)}
              onKeyDown={onKey(end as 0 | 1)}
            />
          ))}
        </div>
      )}
    </div>
  );
}

const edgeText = (axis: PlotAxis, at: number): string =>
  axis.column.kind === "category" ? `${Math.round(at * 100)} %` : formatNumber(valueAt(axis, at));

/** Where a brush lies; null for none, and for one that is no range. */
function spanOf(axis: PlotAxis, brush: Brush | null): Span | null {
  if (brush === null || brush.kind === "missing") return null;
  const { column } = axis;
  if (brush.kind === "levels") {
    if (column.kind !== "category") return null;
    const half = 0.5 / Math.max(1, column.levels.length);
    const at = column.levels.flatMap((level, code) => {
      const place = (code + 0.5) / column.levels.length;
      return brush.levels.includes(level) ? [axis.flip ? 1 - place : place] : [];
    });
    return at.length === 0 ? null : [Math.min(...at) - half, Math.max(...at) + half];
  }
  if (column.kind === "category") return null;
  const ends = [brush.low, brush.high].map((value) =>
    Number.isFinite(value) && !(axis.log && value <= 0)
      ? placeOf(axis, value)
      : value > 0 !== axis.flip
        ? 1 + BEYOND
        : -BEYOND,
  );
  const clamped = ends.map((at) => Math.min(1 + BEYOND, Math.max(-BEYOND, at)));
  return [Math.min(...clamped), Math.max(...clamped)];
}

/** What a span keeps. At an end of the axis it is open, so that infinities and later runs are kept, too. */
export function brushOf(axis: PlotAxis, span: Span): Brush | null {
  const { column } = axis;
  if (column.kind === "category") {
    const levels = column.levels.filter((_, code) => {
      const place = (code + 0.5) / column.levels.length;
      const at = axis.flip ? 1 - place : place;
      return at >= span[0] && at <= span[1];
    });
    return levels.length === 0 || levels.length === column.levels.length ? null : { kind: "levels", levels };
  }
  const value = (at: number) => {
    if (at >= 1) return axis.flip ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
    if (at <= 0) return axis.flip ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
    return Number(valueAt(axis, at).toPrecision(5));
  };
  const [a, b] = [value(span[0]), value(span[1])];
  return { kind: "range", low: Math.min(a, b), high: Math.max(a, b) };
}
