/** Smoothing by distance on x, not by number of points: runs that log at different rates smooth alike. */
import { lowerBound } from "./lines";

export type SmoothKind = "ema" | "gaussian" | "average";

/** The smoothing length for a slider position of 0 to 1, as a part of the visible range of x. */
export const lengthOf = (amount: number, xRange: number): number => amount ** 2 * 0.12 * xRange;

/** How far from a point, in smoothing lengths, others still count. */
export const REACH = 4;

/**
 * `values` over ascending `x`, smoothed; NaN and infinities stay where they are and do not spread.
 *
 * `length` in units of x: the half-life of the exponential average, the standard deviation of the Gaussian, half the window of the
 * moving average. On a logarithmic axis, hand over the logarithms of x.
 */
export function smooth(
  kind: SmoothKind,
  x: Float64Array,
  values: Float64Array,
  length: number,
): Float64Array {
  if (!(length > 0)) return values;
  if (kind === "average") return average(x, values, length);
  return kind === "ema" ? ema(x, values, length) : gaussian(x, values, length);
}

/** Looks back only. The older a value, the less it counts: half as much after each `halfLife`, however many points lie between. */
function ema(x: Float64Array, values: Float64Array, halfLife: number): Float64Array {
  const out = new Float64Array(values.length);
  // A mean weighted by age, rather than a level that begins at the first value: the first does not count for more than others.
  let sum = 0;
  let weights = 0;
  let last = x[0] ?? 0;
  // The part of x that a point stands for is its distance from the one before it.
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (!Number.isFinite(value)) {
      out[i] = value;
      continue;
    }
    const distance = (x[i] as number) - last;
    const fade = 2 ** (-distance / halfLife);
    const weight = weights === 0 ? 1e-9 : Math.max(1e-9, 1 - fade);
    sum = sum * fade + value * weight;
    weights = weights * fade + weight;
    last = x[i] as number;
    out[i] = sum / weights;
  }
  return out;
}

const TABLE_SIZE = 512;
const KERNEL = Float64Array.from({ length: TABLE_SIZE + 2 }, (_, i) =>
  Math.exp(-0.5 * ((i / TABLE_SIZE) * 3) ** 2),
);

/** More points within reach than these are not weighed one by one. */
const MOST_WEIGHED = 200;

/**
 * Weights from a table up to three standard deviations away. Where that is too much work, three moving averages take its
 * place, whose variances add up to its own.
 */
function gaussian(x: Float64Array, values: Float64Array, deviation: number): Float64Array {
  const span = (x[x.length - 1] ?? 0) - (x[0] ?? 0);
  if ((Math.min(span, 6 * deviation) / span) * x.length > MOST_WEIGHED) {
    const once = average(x, values, deviation);
    return average(x, average(x, once, deviation), deviation);
  }
  const out = new Float64Array(values.length);
  const scale = TABLE_SIZE / (3 * deviation);
  for (let i = 0; i < values.length; i++) {
    const here = x[i] as number;
    if (!Number.isFinite(values[i] as number)) {
      out[i] = values[i] as number;
      continue;
    }
    let sum = 0;
    let weights = 0;
    for (let j = lowerBound(x, here - 3 * deviation); j < x.length; j++) {
      const place = Math.abs((x[j] as number) - here) * scale;
      if (place > TABLE_SIZE) {
        if ((x[j] as number) > here) break;
        continue;
      }
      const value = values[j] as number;
      if (!Number.isFinite(value)) continue;
      const weight = KERNEL[place | 0] as number;
      sum += weight * value;
      weights += weight;
    }
    out[i] = weights > 0 ? sum / weights : (values[i] as number);
  }
  return out;
}

/** The mean of all within `length` on either side. */
function average(x: Float64Array, values: Float64Array, length: number): Float64Array {
  const out = new Float64Array(values.length);
  const window = new RunningSum();
  let [from, to] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    const here = x[i] as number;
    for (; to < x.length && (x[to] as number) <= here + length; to++) window.add(values[to] as number, 1);
    for (; (x[from] as number) < here - length; from++) window.add(values[from] as number, -1);
    out[i] = Number.isFinite(values[i] as number) ? window.mean : (values[i] as number);
  }
  return out;
}

/** A sum that remembers what rounding took from it (Neumaier), so that a spike that left the window leaves nothing behind. */
class RunningSum {
  private sum = 0;
  private lost = 0;
  private count = 0;

  add(value: number, sign: 1 | -1): void {
    if (!Number.isFinite(value)) return;
    const next = this.sum + sign * value;
    this.lost +=
      Math.abs(this.sum) >= Math.abs(value) ? this.sum - next + sign * value : sign * value - next + this.sum;
    this.sum = next;
    this.count += sign;
  }

  get mean(): number {
    return (this.sum + this.lost) / this.count;
  }
}
