/** Where the points of a scatter chart stand, which is nearest, and which none beats. Plain functions. */
import type { PlotAxis } from "../axis";

/** The visible part of both axes, 0 to 1 each. */
export type Zoom = { readonly x: readonly [number, number]; readonly y: readonly [number, number] };

export const WHOLE: Zoom = { x: [0, 1], y: [0, 1] };

export type ScatterFrame = {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly xOf: (at: number) => number;
  readonly yOf: (at: number) => number;
  /** Places on the axes of a pixel. */
  readonly atX: (x: number) => number;
  readonly atY: (y: number) => number;
};

/** Room at each end of the axes, so that a disc at the end is whole. */
const PAD = 0.06;

export function scatterFrame(width: number, height: number, zoom: Zoom): ScatterFrame {
  const [left, right, top, bottom] = [66, width - 18, 14, height - 30];
  const part = (at: number, [from, to]: readonly [number, number]) =>
    PAD + ((at - from) / (to - from)) * (1 - 2 * PAD);
  const back = (share: number, [from, to]: readonly [number, number]) =>
    from + ((share - PAD) / (1 - 2 * PAD)) * (to - from);
  return {
    width,
    height,
    left,
    right,
    top,
    bottom,
    xOf: (at) => left + part(at, zoom.x) * (right - left),
    yOf: (at) => bottom - part(at, zoom.y) * (bottom - top),
    atX: (x) => back((x - left) / (right - left), zoom.x),
    atY: (y) => back((bottom - y) / (bottom - top), zoom.y),
  };
}

/** Points in pixels. Runs of one category, or one value, are spread a little, each always in the same way. */
export function pointsOf(
  x: PlotAxis,
  y: PlotAxis,
  keys: readonly number[],
  frame: ScatterFrame,
): { readonly px: Float32Array; readonly py: Float32Array } {
  const spread = (axis: PlotAxis, run: number, salt: number) => {
    if (axis.column.kind !== "category") return 0;
    const random = fraction(((keys[run] ?? 0) + 1) * (0.618033988749895 + salt * 0.1));
    return (random - 0.5) * (0.5 / Math.max(1, axis.column.levels.length));
  };
  return {
    px: Float32Array.from(x.at, (at, run) => frame.xOf(at + spread(x, run, 0))),
    py: Float32Array.from(y.at, (at, run) => frame.yOf(at + spread(y, run, 1))),
  };
}

const fraction = (value: number): number => value - Math.floor(value);

export const RADIUS = 4.5;
const [SMALLEST, LARGEST] = [2.5, 13];

/** Radii by a column: the area follows the value. Runs without one are as small as the smallest. */
export function radiiOf(size: PlotAxis | null, count: number): Float32Array {
  if (size === null) return new Float32Array(count).fill(RADIUS);
  return Float32Array.from(size.at, (at) => {
    const share = Number.isNaN(at) ? 0 : Math.min(1, Math.max(0, at));
    return Math.sqrt(SMALLEST ** 2 + share * (LARGEST ** 2 - SMALLEST ** 2));
  });
}

const NEAR_PX = 14;

/** The run nearest to the pointer; -1 for none near. */
export function nearestPoint(
  px: Float32Array,
  py: Float32Array,
  radius: Float32Array,
  x: number,
  y: number,
): number {
  let best = -1;
  let distance = NEAR_PX;
  for (let run = 0; run < px.length; run++) {
    const away = Math.hypot((px[run] as number) - x, (py[run] as number) - y) - (radius[run] as number);
    if (away < distance) {
      best = run;
      distance = away;
    }
  }
  return best;
}

export type Aim = "low" | "high";

/** The runs that no other beats on both axes (as good on one and better on the other), in the order of x. */
export function paretoFront(x: Float32Array, y: Float32Array, aimX: Aim, aimY: Aim): number[] {
  const sign = (aim: Aim) => (aim === "low" ? 1 : -1);
  const [sx, sy] = [sign(aimX), sign(aimY)];
  const runs = Array.from(x.keys()).filter((run) => !Number.isNaN(x[run]) && !Number.isNaN(y[run]));
  runs.sort(
    (a, b) => sx * ((x[a] as number) - (x[b] as number)) || sy * ((y[a] as number) - (y[b] as number)),
  );
  const front: number[] = [];
  let best = Number.POSITIVE_INFINITY;
  let bestX = Number.NaN;
  for (const run of runs) {
    const value = sy * (y[run] as number);
    // Runs that are equal on both are on the front together.
    if (value < best || (value === best && x[run] === bestX)) {
      front.push(run);
      best = value;
      bestX = x[run] as number;
    }
  }
  return front;
}
