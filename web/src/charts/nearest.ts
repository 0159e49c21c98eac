/** Which lines lie near the pointer, measured in pixels. */
import type { Frame } from "./frame";
import { type Line, nearestIndex } from "./lines";
import type { View } from "./prepare";

export type Hit = {
  readonly line: Line;
  /** The bucket nearest to the pointer on x. */
  readonly index: number;
  readonly x: number;
  readonly raw: number;
  readonly shown: number;
  /** To the line, in pixels. */
  readonly distance: number;
};

/** How far around the pointer a line is looked at, in pixels. */
const AROUND_PX = 8;
/** A line that ended this far away is not told of. */
const OUTSIDE_PX = 20;

export type Nearby = {
  /** Nearest line first. */
  readonly hits: readonly Hit[];
  /** How many lines have a value here. */
  readonly total: number;
};

/** The `limit` lines nearest to a place; the baseline is told of besides, wherever it lies. */
export function nearby(view: View, frame: Frame, px: number, py: number, limit: number): Nearby {
  const at = frame.x.toValue(px);
  const best: { number: number; index: number; distance: number }[] = [];
  let total = 0;
  let baseline: (typeof best)[0] | undefined;
  view.lines.forEach((line, number) => {
    const index = nearestIndex(line.x, at);
    if (index < 0) return;
    if (Math.abs(frame.x.toPixel(line.x[index] as number) - px) > OUTSIDE_PX && !between(line, at)) return;
    total += 1;
    const curve = view.curves[number] as Float64Array;
    const distance = distanceTo(line.x, curve, index, frame, px, py);
    if (line.mark === "baseline") baseline ??= { number, index, distance };
    const last = best[limit - 1];
    if (last !== undefined && last.distance <= distance) return;
    let place = Math.min(best.length, limit - 1);
    best[place] = { number, index, distance };
    // Sorted as they come: few of many thousand stay.
    for (; place > 0 && (best[place - 1] as { distance: number }).distance > distance; place--)
      [best[place - 1], best[place]] = [best[place] as (typeof best)[0], best[place - 1] as (typeof best)[0]];
  });
  if (baseline !== undefined && !best.some(({ number }) => number === baseline?.number)) best.push(baseline);
  return {
    total,
    hits: best.map(({ number, index, distance }) => {
      const line = view.lines[number] as Line;
      return {
        line,
        index,
        x: line.x[index] as number,
        raw: line.mean[index] as number,
        shown: (view.curves[number] as Float64Array)[index] as number,
        distance,
      };
    }),
  };
}

const between = (line: Line, at: number): boolean =>
  at >= (line.x[0] as number) && at <= (line.x[line.x.length - 1] as number);

/** From the pointer to the nearest piece of a line; far away where there is none. */
function distanceTo(
  x: Float64Array,
  curve: Float64Array,
  index: number,
  frame: Frame,
  px: number,
  py: number,
): number {
  let from = index;
  while (from > 0 && frame.x.toPixel(x[from] as number) > px - AROUND_PX) from--;
  let least = Number.POSITIVE_INFINITY;
  let [ax, ay] = [frame.x.toPixel(x[from] as number), frame.y.toPixel(curve[from] as number)];
  if (from === index) least = far(ax, ay, ax, ay, px, py);
  for (let i = from + 1; i < x.length; i++) {
    const [bx, by] = [frame.x.toPixel(x[i] as number), frame.y.toPixel(curve[i] as number)];
    const distance = far(ax, ay, bx, by, px, py);
    if (distance < least) least = distance;
    if (bx > px + AROUND_PX && i > index) break;
    [ax, ay] = [bx, by];
  }
  return Number.isFinite(least) ? least : 1e6;
}

/** From a place to a segment; infinite where an end has no place. */
function far(ax: number, ay: number, bx: number, by: number, px: number, py: number): number {
  if (!Number.isFinite(ay))
    return Number.isFinite(by) ? Math.hypot(bx - px, by - py) : Number.POSITIVE_INFINITY;
  if (!Number.isFinite(by)) return Math.hypot(ax - px, ay - py);
  const [dx, dy] = [bx - ax, by - ay];
  const square = dx * dx + dy * dy;
  const along = square > 0 ? Math.min(1, Math.max(0, ((px - ax) * dx + (py - ay) * dy) / square)) : 0;
  return Math.hypot(ax + along * dx - px, ay + along * dy - py);
}
