/** Parallel coordinates in the address: axes in their order, each with its scale and the range that runs must pass. */
import type { Brush } from "@/charts/brush";
import { encodeColumn, escapePath, splitAt, unescapePath } from "@/features/runs/columnCodec";
import type { ColumnSpec } from "@/features/runs/columns";
import type { SearchCodec } from "@/urlSearch";
import { columnOf } from "../urlState";

export type AxisSpec = {
  readonly column: ColumnSpec;
  /** null = logarithmic where the numbers ask for it. */
  readonly log: boolean | null;
  readonly flip: boolean;
  readonly brush: Brush | null;
};

export type ParallelState = {
  /** null = the parameters that say most about the metric, and the metric. */
  readonly axes: readonly AxisSpec[] | null;
  /** What lines are coloured by: the metric, or each run in its own colour. */
  readonly color: "metric" | "run";
};

export const plainAxis = (column: ColumnSpec): AxisSpec => ({ column, log: null, flip: false, brush: null });

const edge = (value: number): string => (Number.isFinite(value) ? String(value) : "");

function brushMarks(brush: Brush | null): string[] {
  if (brush === null) return [];
  if (brush.kind === "missing") return ["none"];
  if (brush.kind === "range") return [`r=${edge(brush.low)}~${edge(brush.high)}`];
  return brush.levels.map((level) => `l=${escapePath(level)}`);
}

function encodeAxis(axis: AxisSpec): string {
  const marks = axis.log === null ? [] : [axis.log ? "log" : "lin"];
  if (axis.flip) marks.push("flip");
  return [encodeColumn(axis.column), ...marks, ...brushMarks(axis.brush)].join(":");
}

function decodeAxis(text: string): AxisSpec | null {
  const column = columnOf(text);
  if (column === null) return null;
  let axis = plainAxis(column);
  const levels: string[] = [];
  for (const mark of splitAt(text, ":").slice(1)) {
    const range = /^r=([^~]*)~([^~]*)$/.exec(mark);
    if (mark === "log" || mark === "lin") axis = { ...axis, log: mark === "log" };
    else if (mark === "flip") axis = { ...axis, flip: true };
    else if (mark === "none") axis = { ...axis, brush: { kind: "missing" } };
    else if (mark.startsWith("l=")) levels.push(unescapePath(mark.slice(2)));
    else if (range !== null) {
      const [low, high] = [bound(range[1], -1), bound(range[2], 1)];
      if (low <= high) axis = { ...axis, brush: { kind: "range", low, high } };
    }
  }
  return levels.length > 0 ? { ...axis, brush: { kind: "levels", levels } } : axis;
}

function bound(text: string | undefined, sign: 1 | -1): number {
  const value = text ? Number(text) : Number.NaN;
  return Number.isNaN(value) ? sign * Number.POSITIVE_INFINITY : value;
}

export const parallelCodec: SearchCodec<ParallelState> = {
  decode: (search) => ({
    axes: search["par.axes"]
      ? splitAt(search["par.axes"], ",")
          .map(decodeAxis)
          .filter((axis) => axis !== null)
      : null,
    color: search["par.color"] === "run" ? "run" : "metric",
  }),
  encode: (state) => ({
    "par.axes":
      state.axes === null || state.axes.length === 0 ? undefined : state.axes.map(encodeAxis).join(","),
    "par.color": state.color === "metric" ? undefined : state.color,
  }),
};

/** The axes with one of them moved to another place. */
export function moved(axes: readonly AxisSpec[], from: number, to: number): readonly AxisSpec[] {
  const next = [...axes];
  const [axis] = next.splice(from, 1);
  if (axis !== undefined) next.splice(Math.max(0, Math.min(next.length, to)), 0, axis);
  return next;
}
