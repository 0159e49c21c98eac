/** What a chart draws: series reduced to buckets, as plain typed arrays. Knows no framework. */
import type { GroupBand } from "./groupMeans";

/** Why a line stands out: its run is what others are compared with, or is kept on top. */
export type LineMark = "baseline" | "pinned";

export type Line = {
  /** Unique in its chart. */
  readonly id: string;
  /** The runs that light up with it (numeric keys): one, or those of a group whose mean it is. */
  readonly runs: readonly number[];
  readonly name: string;
  /** The metric. */
  readonly path: string;
  /** Palette slot. */
  readonly slot: number;
  /** Which pattern of dashes: lines of several metrics of one run share its colour. */
  readonly dash: number;
  readonly mark: LineMark | null;
  readonly x: Float64Array;
  /** NaN where a bucket has no finite value. */
  readonly mean: Float64Array;
  readonly min: Float64Array;
  readonly max: Float64Array;
  readonly count: Uint32Array;
  /** Present where the line is the mean of several runs; `count` is then how many of them have a value at each place. */
  readonly group?: GroupSpread;
  /** Buckets with values that are not finite. */
  readonly odd: readonly OddBucket[];
  /** Points in the whole series. */
  readonly total: number;
  /** Points without a place on x. */
  readonly unplaced: number;
  /** Every bucket is one point. */
  readonly raw: boolean;
};

/** How the runs of a mean differ. */
export type GroupSpread = {
  readonly band: GroupBand;
  /** The edges of the band; NaN where there is none. */
  readonly low: Float64Array;
  readonly high: Float64Array;
};

export type OddBucket = {
  readonly index: number;
  readonly nan: number;
  readonly posInf: number;
  readonly negInf: number;
};

export type Range = readonly [number, number];

/** The first and last x of all lines; null without points. */
export function xExtent(lines: readonly Line[]): Range | null {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const { x } of lines) {
    if (x.length === 0) continue;
    low = Math.min(low, x[0] as number);
    high = Math.max(high, x[x.length - 1] as number);
  }
  return low <= high ? [low, high] : null;
}

/** Index of the first element of sorted `values` that is not below `value`. */
export function lowerBound(values: Float64Array, value: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((values[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Index of the element of sorted `values` nearest to `value`; -1 for none. */
export function nearestIndex(values: Float64Array, value: number): number {
  if (values.length === 0) return -1;
  const after = Math.min(lowerBound(values, value), values.length - 1);
  if (after === 0) return 0;
  return value - (values[after - 1] as number) <= (values[after] as number) - value ? after - 1 : after;
}

export type ExtentOptions = {
  readonly log: boolean;
  /** The middle 98 % of the curves decide, so that one spike does not flatten the rest. */
  readonly clip: boolean;
  /** Least and greatest values are drawn, too. */
  readonly band: boolean;
  /** So are unsmoothed means. */
  readonly raw: boolean;
};

/** The y range of what is visible between `x[0]` and `x[1]`; `shown` are the drawn curves (smoothed or not), one a line. */
export function yExtent(
  lines: readonly Line[],
  shown: readonly Float64Array[],
  x: Range,
  options: ExtentOptions,
): Range | null {
  const floor = options.log ? Number.MIN_VALUE : Number.NEGATIVE_INFINITY;
  if (options.clip) {
    const middle = middleOf(lines, shown, x, floor);
    if (middle !== null) return padded(...middle, options.log);
  }
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  const look = (values: Float64Array, from: number, to: number) => {
    for (let i = from; i < to; i++) {
      const value = values[i] as number;
      // Comparisons with NaN are false.
      if (value >= floor && value < low && value !== Number.NEGATIVE_INFINITY) low = value;
      if (value >= floor && value > high && value !== Number.POSITIVE_INFINITY) high = value;
    }
  };
  lines.forEach((line, index) => {
    const [from, to] = visible(line, x);
    look(shown[index] as Float64Array, from, to);
    if (options.raw && !options.clip) look(line.mean, from, to);
    if (options.clip) return;
    const edges = bandOf(line, options.band);
    if (edges === null) return;
    look(edges.low, from, to);
    look(edges.high, from, to);
  });
  return low <= high ? padded(low, high, options.log) : null;
}

/** The edges of a line's band: of a mean as it was chosen, else its buckets' least and greatest values if `band` asks for them. */
export function bandOf(
  line: Line,
  band: boolean,
): { readonly low: Float64Array; readonly high: Float64Array } | null {
  if (line.group !== undefined) return line.group.band === "none" ? null : line.group;
  return band ? { low: line.min, high: line.max } : null;
}

/** Indices of what lies between `x[0]` and `x[1]`, and one neighbour on either side. */
export const visible = (line: Line, x: Range): readonly [number, number] => [
  Math.max(0, lowerBound(line.x, x[0]) - 1),
  Math.min(line.x.length, lowerBound(line.x, x[1]) + 1),
];

/** The middle 98 % of the curves; null when they are too few to tell what is far out. */
function middleOf(
  lines: readonly Line[],
  shown: readonly Float64Array[],
  x: Range,
  floor: number,
): Range | null {
  const parts = lines.map((line, index) => (shown[index] as Float64Array).subarray(...visible(line, x)));
  const values = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let count = 0;
  for (const part of parts)
    for (const value of part) if (Number.isFinite(value) && value >= floor) values[count++] = value;
  if (count <= 20) return null;
  const sorted = values.subarray(0, count).sort();
  return [
    sorted[Math.floor(count * 0.01)] as number,
    sorted[Math.min(count - 1, Math.ceil(count * 0.99) - 1)] as number,
  ];
}

function padded(low: number, high: number, log: boolean): Range {
  if (log) {
    const factor = low === high ? 2 : (high / low) ** 0.05;
    return [low / factor, high * factor];
  }
  const room = low === high ? Math.abs(low) * 0.1 || 1 : (high - low) * 0.06;
  return [low - room, high + room];
}
