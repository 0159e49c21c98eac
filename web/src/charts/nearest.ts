/** Which lines lie near the pointer, measured in pixels. */
import type { Frame, View } from "./draw";
import { type Line, nearestIndex } from "./lines";

export type Hit = {
  readonly line: Line;
  readonly index: number;
  readonly x: number;
  readonly raw: number;
  readonly shown: number;
  readonly distance: number;
};

/** Each line's point nearest to the pointer on x, nearest line first. */
export function hits(view: View, frame: Frame, pointerX: number, pointerY: number): Hit[] {
  const at = frame.x.toValue(pointerX);
  const found: Hit[] = [];
  view.lines.forEach((line, number) => {
    const index = nearestIndex(line.x, at);
    if (index < 0) return;
    const x = line.x[index] as number;
    const px = frame.x.toPixel(x);
    if (px < frame.plot.left - 20 || px > frame.plot.right + 20) return;
    const shown = (view.curves[number] as Float64Array)[index] as number;
    const py = frame.y.toPixel(shown);
    const dy = Number.isFinite(py) ? py - pointerY : 1e4;
    found.push({
      line,
      index,
      x,
      raw: line.mean[index] as number,
      shown,
      distance: Math.hypot((px - pointerX) / 3, dy),
    });
  });
  return found.sort((a, b) => a.distance - b.distance);
}
