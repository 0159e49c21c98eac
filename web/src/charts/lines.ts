/** What a chart draws: series reduced to buckets, as plain typed arrays. Knows no framework. */

export type Line = {
  /** The run's numeric key: what lights up together. */
  readonly run: number;
  readonly name: string;
  /** Palette slot of the run. */
  readonly slot: number;
  readonly x: Float64Array;
  /** NaN where a bucket has no finite value. */
  readonly mean: Float64Array;
  readonly min: Float64Array;
  readonly max: Float64Array;
  readonly count: Uint32Array;
  /** Buckets with values that are not finite. */
  readonly odd: readonly OddBucket[];
  /** Points in the whole series. */
  readonly total: number;
  /** Every bucket is one point. */
  readonly raw: boolean;
};

export type OddBucket = {
  readonly x: number;
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

/**
 * The y range of what is visible between `x[0]` and `x[1]`.
 *
 * `shown` are the drawn curves (smoothed or not), one a line. The band counts too, unless outliers are clipped: then the middle 98 %
 * of the curves decide, so that one spike does not flatten the rest.
 */
export function yExtent(
  lines: readonly Line[],
  shown: readonly Float64Array[],
  x: Range,
  options: { readonly log: boolean; readonly clip: boolean },
): Range | null {
  const values: number[] = [];
  lines.forEach((line, index) => {
    const from = Math.max(0, lowerBound(line.x, x[0]) - 1);
    const to = Math.min(line.x.length, lowerBound(line.x, x[1]) + 1);
    const curve = shown[index] as Float64Array;
    for (let i = from; i < to; i++) {
      values.push(curve[i] as number);
      if (!options.clip) values.push(line.min[i] as number, line.max[i] as number);
    }
  });
  const usable = values.filter((value) => Number.isFinite(value) && (!options.log || value > 0));
  if (usable.length === 0) return null;
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  if (options.clip && usable.length > 20) {
    usable.sort((a, b) => a - b);
    low = usable[Math.floor(usable.length * 0.01)] as number;
    high = usable[Math.ceil(usable.length * 0.99) - 1] as number;
  } else {
    for (const value of usable) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  return padded(low, high, options.log);
}

function padded(low: number, high: number, log: boolean): Range {
  if (log) {
    const factor = low === high ? 2 : (high / low) ** 0.05;
    return [low / factor, high * factor];
  }
  const room = low === high ? Math.abs(low) * 0.1 || 1 : (high - low) * 0.06;
  return [low - room, high + room];
}
