/** Which steps are shown. */

/** The place of the last step that is not after `wanted`; the first one for an earlier `wanted`, the last for null. */
export function stepIndex(steps: readonly number[], wanted: number | null): number {
  if (wanted === null) return steps.length - 1;
  const after = steps.findIndex((step) => step > wanted);
  return after === -1 ? steps.length - 1 : Math.max(0, after - 1);
}

/** Every n-th step counted from the last one, so that the last is always there; at most `most`, the latest. */
export function strided(steps: readonly number[], every: number, most: number): readonly number[] {
  const kept = steps.filter((_, index) => (steps.length - 1 - index) % Math.max(1, every) === 0);
  return kept.slice(-Math.max(1, most));
}

/** Strides worth offering for so many steps. */
export const strides = (steps: number): readonly number[] =>
  [1, 2, 5, 10, 20, 50, 100, 200, 500].filter((every) => every === 1 || every < steps);
