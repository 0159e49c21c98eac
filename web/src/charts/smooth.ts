/** Smoothing by distance on x, not by number of points: runs that log at different rates smooth alike. */
import { lowerBound } from "./lines";

export type SmoothKind = "ema" | "gaussian" | "average";

/** The smoothing length for a slider position of 0 to 1, as a part of the visible range of x. */
export const lengthOf = (factor: number, xRange: number): number => factor ** 2 * 0.12 * xRange;

/** `values` over `x` smoothed with the given length; NaN stays NaN and does not spread. */
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

/** Exponential moving average whose memory fades with distance: `1/e` after `length`. */
function ema(x: Float64Array, values: Float64Array, length: number): Float64Array {
  const out = new Float64Array(values.length);
  let level = Number.NaN;
  let last = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    const here = x[i] as number;
    if (Number.isFinite(value)) {
      level = Number.isNaN(level) ? value : level + (value - level) * (1 - Math.exp((last - here) / length));
      last = here;
      out[i] = level;
    } else out[i] = value;
  }
  return out;
}

function gaussian(x: Float64Array, values: Float64Array, length: number): Float64Array {
  const out = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const here = x[i] as number;
    if (!Number.isFinite(values[i] as number)) {
      out[i] = values[i] as number;
      continue;
    }
    let sum = 0;
    let weights = 0;
    for (
      let j = lowerBound(x, here - 3 * length);
      j < x.length && (x[j] as number) <= here + 3 * length;
      j++
    ) {
      const value = values[j] as number;
      if (!Number.isFinite(value)) continue;
      const weight = Math.exp(-0.5 * (((x[j] as number) - here) / length) ** 2);
      sum += weight * value;
      weights += weight;
    }
    out[i] = sum / weights;
  }
  return out;
}

/** The mean of all within `length` on either side. */
function average(x: Float64Array, values: Float64Array, length: number): Float64Array {
  const out = new Float64Array(values.length);
  let [from, to, sum, count] = [0, 0, 0, 0];
  for (let i = 0; i < values.length; i++) {
    const here = x[i] as number;
    for (; to < x.length && (x[to] as number) <= here + length; to++) {
      const value = values[to] as number;
      if (Number.isFinite(value)) [sum, count] = [sum + value, count + 1];
    }
    for (; (x[from] as number) < here - length; from++) {
      const value = values[from] as number;
      if (Number.isFinite(value)) [sum, count] = [sum - value, count - 1];
    }
    out[i] = Number.isFinite(values[i] as number) ? sum / count : (values[i] as number);
  }
  return out;
}
