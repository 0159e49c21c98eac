import { ActionIcon, Tooltip, useComputedColorScheme } from "@mantine/core";
import { useElementSize, useMergedRef } from "@mantine/hooks";
import { RotateCcw } from "lucide-react";
import { type KeyboardEvent, useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import { makeAxis, textAt } from "@/charts/axis";
import { Surface } from "@/charts/canvas";
import type { ChartColumn, RunTable } from "@/charts/runTable";
import { drawScatter, type ScatterPalette, type ScatterScene } from "@/charts/scatter/draw";
import {
  type Aim,
  nearestPoint,
  paretoFront,
  pointsOf,
  radiiOf,
  scatterFrame,
  WHOLE,
  type Zoom,
} from "@/charts/scatter/frame";
import { formatCount } from "@/ui/format";
import { getHoveredRun, setHoveredRun, subscribeHoveredRun } from "@/ui/runHover";
import { RunTip } from "../shared/RunTip";
import styles from "./ScatterChart.module.css";

export type ScatterAxis = { readonly title: string; readonly column: ChartColumn; readonly log: boolean };

type Props = {
  readonly table: RunTable;
  readonly x: ScatterAxis;
  readonly y: ScatterAxis;
  readonly size: ScatterAxis | null;
  /** Told beside the axes when the pointer is on a run. */
  readonly also: readonly ScatterAxis[];
  /** Of each run. */
  readonly colors: readonly string[];
  readonly front: readonly [Aim, Aim] | null;
  /** A point was clicked: its place in the table. */
  readonly onOpen: (run: number) => void;
};

const DRAG_PX = 6;

/** Two attributes of runs against each other. Knows nothing of where its data comes from. */
export function ScatterChart(props: Props) {
  const { table, x, y, size, colors } = props;
  const { ref: measured, width, height } = useElementSize();
  const canvas = useRef<HTMLCanvasElement>(null);
  const merged = useMergedRef(canvas, measured);
  const surface = useRef<Surface | null>(null);
  const scheme = useComputedColorScheme("light");
  const hoveredKey = useSyncExternalStore(subscribeHoveredRun, getHoveredRun);
  const places = useMemo(() => new Map(table.keys.map((key, place) => [key, place])), [table.keys]);
  const [zoom, setZoom] = useState<Zoom>(WHOLE);
  const [drag, setDrag] = useState<readonly [number, number, number, number] | null>(null);
  const [tip, setTip] = useState<{ readonly run: number; readonly x: number; readonly y: number } | null>(
    null,
  );

  // Another attribute has other numbers.
  const question = `${x.title}\n${y.title}\n${x.log}\n${y.log}`;
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs when the axes change
  useEffect(() => setZoom(WHOLE), [question]);

  const zoomed = zoom !== WHOLE;
  const axisX = useMemo(() => visibleAxis(x, zoom.x, 8), [x, zoom]);
  const axisY = useMemo(() => visibleAxis(y, zoom.y, 7), [y, zoom]);
  const frame = useMemo(() => scatterFrame(width, height, zoom), [width, height, zoom]);
  const points = useMemo(() => pointsOf(axisX, axisY, table.keys, frame), [axisX, axisY, table.keys, frame]);
  const radius = useMemo(
    () => radiiOf(size === null ? null : makeAxis(size.column, { log: size.log }), table.keys.length),
    [size, table.keys],
  );
  const front = useMemo(
    () => (props.front === null ? [] : paretoFront(axisX.at, axisY.at, props.front[0], props.front[1])),
    [axisX, axisY, props.front],
  );
  const hovered = hoveredKey === null ? -1 : (places.get(hoveredKey) ?? -1);
  const scene: ScatterScene = {
    x: axisX,
    y: axisY,
    count: table.keys.length,
    ...points,
    radius,
    colors,
    front,
    hovered,
  };
  const latest = useRef({ scene, frame });
  latest.current = { scene, frame };

  useEffect(() => {
    if (canvas.current === null) return;
    const made = new Surface(canvas.current, (context) =>
      drawScatter(context, latest.current.scene, latest.current.frame, palette()),
    );
    surface.current = made;
    return () => made.destroy();
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: painted anew when what is drawn changes
  useEffect(() => surface.current?.schedule(), [points, radius, colors, front, hovered, scheme]);

  const without = table.keys.filter((_, run) => Number.isNaN(points.px[run]) || Number.isNaN(points.py[run]));
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (event.target !== event.currentTarget) return;
    const step = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      const next = alongX(points.px, points.py, hovered, step);
      if (next >= 0) setHoveredRun(table.keys[next] ?? null);
    } else if (event.key === "Enter" && hovered >= 0) props.onOpen(hovered);
    else if (event.key === "Escape") {
      setZoom(WHOLE);
      setHoveredRun(null);
    }
  };
  const told = [x, y, ...(size ? [size] : []), ...props.also];
  return (
    <section
      className={styles.chart}
      aria-label={`${y.title} against ${x.title}. Arrow keys go through the runs, Enter opens one.`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: arrows go through the runs
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      <div className={styles.titleY}>{y.title}</div>
      <div className={styles.plot}>
        <canvas
          ref={merged}
          className={styles.canvas}
          role="img"
          aria-label={`${formatCount(table.keys.length - without.length)} runs, ${y.title} against ${x.title}`}
          style={{ cursor: tip !== null && drag === null ? "pointer" : "crosshair" }}
          onPointerDown={(event) => {
            if (event.button !== 0 || event.pointerType === "touch") return;
            const [px, py] = surface.current?.place(event) ?? [0, 0];
            event.currentTarget.setPointerCapture(event.pointerId);
            setDrag([px, py, px, py]);
          }}
          onPointerMove={(event) => {
            const [px, py] = surface.current?.place(event) ?? [0, 0];
            if (drag !== null) setDrag([drag[0], drag[1], px, py]);
            const run = drag !== null ? -1 : nearestPoint(points.px, points.py, radius, px, py);
            setHoveredRun(run < 0 ? null : (table.keys[run] ?? null));
            setTip(run < 0 ? null : { run, x: px, y: py });
          }}
          onPointerUp={(event) => {
            const [px, py] = surface.current?.place(event) ?? [0, 0];
            const start = drag ?? [px, py, px, py];
            setDrag(null);
            if (Math.abs(px - start[0]) > DRAG_PX && Math.abs(py - start[1]) > DRAG_PX) {
              const [ax, bx] = [frame.atX(start[0]), frame.atX(px)].sort((a, b) => a - b);
              const [ay, by] = [frame.atY(start[1]), frame.atY(py)].sort((a, b) => a - b);
              setZoom({ x: [ax as number, bx as number], y: [ay as number, by as number] });
              return;
            }
            const run = nearestPoint(points.px, points.py, radius, px, py);
            if (run >= 0) props.onOpen(run);
          }}
          onPointerLeave={() => {
            setHoveredRun(null);
            setTip(null);
          }}
          onPointerCancel={() => setDrag(null)}
          onDoubleClick={() => setZoom(WHOLE)}
        />
        {drag !== null && (
          <div
            className={styles.box}
            style={{
              left: Math.min(drag[0], drag[2]),
              top: Math.min(drag[1], drag[3]),
              width: Math.abs(drag[2] - drag[0]),
              height: Math.abs(drag[3] - drag[1]),
            }}
          />
        )}
        {zoomed && (
          <Tooltip label="Show everything again (double click)">
            <ActionIcon
              className={styles.reset ?? ""}
              variant="default"
              size={26}
              aria-label="Reset the zoom"
              onClick={() => setZoom(WHOLE)}
            >
              <RotateCcw size={14} />
            </ActionIcon>
          </Tooltip>
        )}
        {tip !== null && (
          <RunTip
            at={tip}
            size={{ width, height }}
            name={table.names[tip.run]}
            values={told.map((axis) => ({
              id: axis.title,
              title: axis.title,
              text: textAt(axis.column, tip.run),
            }))}
          />
        )}
      </div>
      <div className={styles.titleX}>
        {x.title}
        {without.length > 0 && (
          <span className="quiet"> · {formatCount(without.length)} runs without a place here</span>
        )}
      </div>
      <span className="visually-hidden" aria-live="polite">
        {hovered >= 0 &&
          tip === null &&
          `${table.names[hovered]}: ${told.map((axis) => `${axis.title} ${textAt(axis.column, hovered)}`).join(", ")}`}
      </span>
    </section>
  );
}

/** The axis with ticks for its visible part; places stay those of the whole. */
function visibleAxis(axis: ScatterAxis, [from, to]: readonly [number, number], wanted: number) {
  const whole = makeAxis(axis.column, { log: axis.log }, wanted);
  if (to - from >= 0.999 || axis.column.kind === "category") return whole;
  return makeAxis(axis.column, { log: axis.log }, Math.min(60, Math.round(wanted / (to - from))));
}

function alongX(px: Float32Array, py: Float32Array, from: number, step: number): number {
  const runs = Array.from(px.keys()).filter((run) => !Number.isNaN(px[run]) && !Number.isNaN(py[run]));
  runs.sort((a, b) => (px[a] as number) - (px[b] as number) || a - b);
  if (runs.length === 0) return -1;
  const place = runs.indexOf(from);
  const next = place < 0 ? (step > 0 ? 0 : runs.length - 1) : (place + step + runs.length) % runs.length;
  return runs[next] ?? -1;
}

function palette(): ScatterPalette {
  const style = getComputedStyle(document.documentElement);
  const value = (name: string) => style.getPropertyValue(name).trim();
  return {
    grid: value("--chart-grid"),
    axis: value("--chart-axis"),
    ink: value("--ink"),
    surface: value("--surface"),
    accent: value("--accent"),
    font: `11px ${value("--font")}`,
  };
}
