/** Lines for tests. */
import type { Line } from "./lines";

export const testLine = (values: readonly number[], options: Partial<Line> = {}): Line => ({
  id: "1 loss",
  runs: [1],
  name: "run",
  path: "loss",
  slot: 0,
  dash: 0,
  mark: null,
  x: Float64Array.from(values, (_, index) => index),
  mean: Float64Array.from(values),
  min: Float64Array.from(values),
  max: Float64Array.from(values),
  count: Uint32Array.from(values, () => 1),
  odd: [],
  total: values.length,
  unplaced: 0,
  raw: true,
  ...options,
});
