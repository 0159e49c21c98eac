import { useComputedColorScheme } from "@mantine/core";
import { useElementSize, useMergedRef } from "@mantine/hooks";
import { type KeyboardEvent, useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import { makeAxis, textAt } from "@/charts/axis";
import { type Brush, passing } from "@/charts/brush";
import { Surface } from "@/charts/canvas";
import {
  drawParallel,
  nearestLine,
  type ParallelPalette,
  type ParallelScene,
  parallelFrame,
} from "@/charts/parallel/draw";
import type { ChartColumn, RunTable } from "@/charts/runTable";
import { getHoveredRun, setHoveredRun, subscribeHoveredRun } from "@/ui/runHover";
import { RunTip } from "../shared/RunTip";
import { AxisHead } from "./AxisHead";
import { BrushStrip } from "./BrushStrip";
import styles from "./ParallelCoordinates.module.css";

export type ParallelAxis = {
  /** Unique among the axes. */
  readonly id: string;
  readonly prefix: string;
  readonly title: string;
  readonly column: ChartColumn;
  readonly log: boolean;
  readonly flip: boolean;
  readonly brush: Brush | null;
};

export type AxisChange = Partial<Pick<ParallelAxis, "log" | "flip" | "brush">>;

type Props = {
  readonly table: RunTable;
  readonly axes: readonly ParallelAxis[];
  /** Of each run. */
  readonly colors: readonly string[];
  readonly label: string;
  readonly onChange: (axis: number, change: AxisChange) => void;
  readonly onMove: (from: number, to: number) => void;
  readonly onRemove: (axis: number) => void;
  /** A line was clicked: its place in the table. */
  readonly onOpen: (run: number) => void;
};

const AXIS_MIN_PX = 118;

/** Runs as lines through axes. Knows nothing of where its data comes from. */
export function ParallelCoordinates(props: Props) {
  const { table, axes, colors } = props;
  const count = table.keys.length;
  const columns = axes.map((axis) => axis.column);
  const brushes = axes.map((axis) => axis.brush);
  const { ref: measured, width, height } = useElementSize();
  const canvas = useRef<HTMLCanvasElement>(null);
  const merged = useMergedRef(canvas, measured);
  const surface = useRef<Surface | null>(null);
  const scheme = useComputedColorScheme("light");
  const hoveredKey = useSyncExternalStore(subscribeHoveredRun, getHoveredRun);
  const places = useMemo(() => new Map(table.keys.map((key, place) => [key, place])), [table.keys]);
  const [tip, setTip] = useState<{ readonly run: number; readonly x: number; readonly y: number } | null>(
    null,
  );

  const plotted = useMemo(
    () => axes.map((axis) => makeAxis(axis.column, { log: axis.log, flip: axis.flip }, 7)),
    [axes],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: both follow from the axes
  const found = useMemo(() => passing(count, columns, brushes), [count, axes]);
  const hovered = hoveredKey === null ? -1 : (places.get(hoveredKey) ?? -1);
  const scene: ParallelScene = { axes: plotted, count, mask: found.mask, colors, hovered };
  const latest = useRef(scene);
  latest.current = scene;
  const frame = parallelFrame(axes.length, width, height);

  useEffect(() => {
    if (canvas.current === null) return;
    const made = new Surface(canvas.current, (context, w, h) =>
      drawParallel(context, latest.current, parallelFrame(latest.current.axes.length, w, h), palette()),
    );
    surface.current = made;
    return () => made.destroy();
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: painted anew when what is drawn changes
  useEffect(() => surface.current?.schedule(), [plotted, found, colors, hovered, scheme]);

  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (event.target !== event.currentTarget) return;
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      const next = nextPassing(found.mask, hovered, step);
      if (next >= 0) setHoveredRun(table.keys[next] ?? null);
    } else if (event.key === "Enter" && hovered >= 0) props.onOpen(hovered);
    else if (event.key === "Escape") setHoveredRun(null);
  };
  const told = tip?.run ?? hovered;
  return (
    <div className={styles.scroll}>
      <section
        className={styles.chart}
        style={{ minWidth: axes.length * AXIS_MIN_PX }}
        aria-label={`${props.label}. Arrow keys go through the runs, Enter opens one.`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: arrows go through the runs
        tabIndex={0}
        onKeyDown={onKeyDown}
      >
        <div className={styles.heads}>
          {axes.map((axis, index) => (
            <AxisHead
              key={axis.id}
              axis={axis}
              index={index}
              places={frame.x}
              missing={plotted[index]?.missing ?? 0}
              onChange={(change) => props.onChange(index, change)}
              onMove={props.onMove}
              onRemove={() => props.onRemove(index)}
            />
          ))}
        </div>
        <div className={styles.plot}>
          <canvas
            ref={merged}
            className={styles.canvas}
            role="img"
            aria-label={`${found.count} of ${count} runs pass all ranges`}
            onPointerMove={(event) => {
              const [x, y] = surface.current?.place(event) ?? [0, 0];
              const run = nearestLine(latest.current, frame, x, y);
              setHoveredRun(run < 0 ? null : (table.keys[run] ?? null));
              setTip(run < 0 ? null : { run, x, y });
            }}
            onPointerLeave={() => {
              setHoveredRun(null);
              setTip(null);
            }}
            onClick={() => tip !== null && props.onOpen(tip.run)}
            style={{ cursor: tip === null ? "default" : "pointer" }}
          />
          {axes.map((axis, index) => (
            <BrushStrip
              key={axis.id}
              title={axis.title}
              axis={plotted[index] as (typeof plotted)[number]}
              brush={axis.brush}
              x={frame.x[index] ?? 0}
              frame={frame}
              onBrush={(brush) => props.onChange(index, { brush })}
            />
          ))}
          {tip !== null && (
            <RunTip
              at={tip}
              size={{ width, height }}
              name={table.names[tip.run]}
              values={axes.map((axis) => ({
                id: axis.id,
                title: axis.title,
                text: textAt(axis.column, tip.run),
              }))}
            />
          )}
        </div>
        <span className="visually-hidden" aria-live="polite">
          {told >= 0 &&
            tip === null &&
            `${table.names[told]}: ${axes.map((axis) => `${axis.title} ${textAt(axis.column, told)}`).join(", ")}`}
        </span>
      </section>
    </div>
  );
}

function nextPassing(mask: Uint8Array, from: number, step: number): number {
  const count = mask.length;
  for (let tried = 0, run = from; tried < count; tried++) {
    run = from < 0 && tried === 0 ? (step > 0 ? 0 : count - 1) : (run + step + count) % count;
    if (mask[run]) return run;
  }
  return -1;
}

function palette(): ParallelPalette {
  const style = getComputedStyle(document.documentElement);
  const value = (name: string) => style.getPropertyValue(name).trim();
  return {
    quiet: value("--line-strong"),
    axis: value("--ink-3"),
    ink: value("--ink-2"),
    surface: value("--surface"),
    font: `11px ${value("--font")}`,
  };
}
