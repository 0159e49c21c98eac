/** What fingers do on a chart: taps one after the other, and two fingers that spread or close x. */
import type { Frame } from "./frame";
import type { Range } from "./lines";

export type Finger = readonly [number, number];

/** Two taps within this time, and as near to each other, are one double tap. */
const DOUBLE_MS = 280;
const DOUBLE_PX = 32;
/** Fingers nearer to each other than this, in pixels, say nothing about a width. */
const LEAST_PX = 16;

/** Tells single taps from double ones: a single one is told when no second came. */
export class Taps {
  private last: { readonly at: Finger; readonly timer: ReturnType<typeof setTimeout> } | null = null;
  private readonly onTap: (at: Finger) => void;
  private readonly onDouble: () => void;

  constructor(onTap: (at: Finger) => void, onDouble: () => void) {
    this.onTap = onTap;
    this.onDouble = onDouble;
  }

  tap(at: Finger): void {
    const before = this.last;
    this.cancel();
    if (before !== null && Math.hypot(at[0] - before.at[0], at[1] - before.at[1]) < DOUBLE_PX) {
      this.onDouble();
      return;
    }
    const timer = setTimeout(() => {
      this.last = null;
      this.onTap(at);
    }, DOUBLE_MS);
    this.last = { at, timer };
  }

  cancel(): void {
    clearTimeout(this.last?.timer);
    this.last = null;
  }
}

/** The part of x that is visible when two fingers have moved, so that what was under each stays under it. */
export function pinched(
  frame: Frame,
  from: readonly [Finger, Finger],
  to: readonly [Finger, Finger],
): Range | null {
  const before = from[1][0] - from[0][0];
  const after = to[1][0] - to[0][0];
  // Fingers above each other, or that have changed sides.
  if (Math.abs(before) < LEAST_PX || Math.abs(after) < LEAST_PX || before * after < 0) return null;
  const factor = after / before;
  const shift = to[0][0] - factor * from[0][0];
  const { left, right } = frame.plot;
  return [frame.x.toValue((left - shift) / factor), frame.x.toValue((right - shift) / factor)];
}
