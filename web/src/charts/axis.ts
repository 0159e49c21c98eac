/** An axis of parallel coordinates or of a scatter chart: where on it each run stands. */
import { formatAbsolute, formatNumber } from "@/ui/format";
import type { ChartColumn } from "./runTable";
import { makeScale, ticks, tickText } from "./scale";

export type AxisOptions = { readonly log?: boolean; readonly flip?: boolean };

export type Tick = { readonly at: number; readonly text: string };

export type PlotAxis = {
  readonly column: ChartColumn;
  readonly log: boolean;
  readonly flip: boolean;
  /** Of each run: 0 at the low end, 1 at the high end; infinities a little outside; NaN where there is no place. */
  readonly at: Float32Array;
  /** How many runs have no place: without a value, NaN, or not positive on a log axis. */
  readonly missing: number;
  /** Of numbers: the values at 0 and 1; flipped axes have the higher one at 0. */
  readonly domain: readonly [number, number];
  readonly ticks: readonly Tick[];
};

/** Beyond the ends lie the infinities. */
export const BEYOND = 0.05;
const MAX_LEVEL_TICKS = 24;

export function makeAxis(column: ChartColumn, options: AxisOptions = {}, wantedTicks = 6): PlotAxis {
  const flip = options.flip ?? false;
  if (column.kind === "category") {
    const count = Math.max(1, column.levels.length);
    const place = (code: number) => turned((code + 0.5) / count, flip);
    const at = Float32Array.from(column.codes, (code) => (code < 0 ? Number.NaN : place(code)));
    const every = Math.ceil(count / MAX_LEVEL_TICKS);
    const levelTicks = column.levels.flatMap((text, code) =>
      code % every === 0 ? [{ at: place(code), text }] : [],
    );
    return { column, log: false, flip, at, missing: countNaN(at), domain: [0, count], ticks: levelTicks };
  }
  const log = (options.log ?? false) && column.kind === "number";
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of column.values) {
    if (!Number.isFinite(value) || (log && value <= 0)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low > high) [low, high] = log ? [1, 10] : [0, 1];
  const scale = makeScale([low, high], [0, 1], log);
  const place = (value: number): number => {
    if (Number.isNaN(value) || (log && value <= 0 && value !== Number.NEGATIVE_INFINITY)) return Number.NaN;
    if (value === Number.POSITIVE_INFINITY) return 1 + BEYOND;
    if (value === Number.NEGATIVE_INFINITY) return log ? Number.NaN : -BEYOND;
    return low === high ? 0.5 : scale.toPixel(value);
  };
  const at = Float32Array.from(column.values, (value) => turned(place(value), flip));
  const values = low === high ? [low] : ticks(scale, wantedTicks);
  const step = (values[1] ?? low * 2) - (values[0] ?? 0);
  const found = values.map((value) => ({
    at: turned(place(value), flip),
    text: column.kind === "time" ? timeText(value, high - low) : numberText(value, step, log),
  }));
  const ends = [
    ...(column.values.includes(Number.POSITIVE_INFINITY)
      ? [{ at: turned(1 + BEYOND, flip), text: "∞" }]
      : []),
    ...(column.values.includes(Number.NEGATIVE_INFINITY) && !log
      ? [{ at: turned(-BEYOND, flip), text: "−∞" }]
      : []),
  ];
  return {
    column,
    log,
    flip,
    at,
    missing: countNaN(at),
    domain: flip ? [high, low] : [low, high],
    ticks: [...found, ...ends],
  };
}

const turned = (at: number, flip: boolean): number => (flip ? 1 - at : at);

function countNaN(values: Float32Array): number {
  let count = 0;
  for (const value of values) if (Number.isNaN(value)) count++;
  return count;
}

const numberText = (value: number, step: number, log: boolean): string =>
  log ? formatNumber(value, 3) : tickText(value, step);

function timeText(value: number, span: number): string {
  const text = formatAbsolute(new Date(value));
  return span > 86_400_000 * 3 ? text.slice(0, 10) : text.slice(5, 16);
}

/** The value at a place of an axis of numbers. */
export function valueAt(axis: PlotAxis, at: number): number {
  const [a, b] = axis.domain;
  return axis.log ? Math.exp(Math.log(a) + at * (Math.log(b) - Math.log(a))) : a + at * (b - a);
}

/** The place of a value on an axis of numbers; outside 0 to 1 for values beyond its ends. */
export function placeOf(axis: PlotAxis, value: number): number {
  const [a, b] = axis.domain;
  if (a === b) return 0.5;
  return axis.log ? (Math.log(value) - Math.log(a)) / (Math.log(b) - Math.log(a)) : (value - a) / (b - a);
}

/** The value of a run, as text. */
export function textAt(column: ChartColumn, run: number): string {
  if (column.kind === "category") return column.levels[column.codes[run] ?? -1] ?? "–";
  const value = column.values[run] ?? Number.NaN;
  if (Number.isNaN(value)) return "–";
  return column.kind === "time" ? formatAbsolute(new Date(value)) : formatNumber(value);
}
