/** Painting a chart: grid, bands, lines, marks of what is not finite. No state; the pen is a canvas's, or writes SVG. */
import type { Frame, Palette } from "./frame";
import { bandOf, type Line, type LineMark } from "./lines";
import type { View } from "./prepare";
import { colorNumber, Raster } from "./raster";
import { type Scale, ticks, tickText } from "./scale";

/** What is used of a canvas. */
export type Pen = Pick<
  CanvasRenderingContext2D,
  | "save"
  | "restore"
  | "beginPath"
  | "closePath"
  | "moveTo"
  | "lineTo"
  | "arc"
  | "rect"
  | "clip"
  | "stroke"
  | "fill"
  | "fillText"
  | "setLineDash"
  | "font"
  | "lineWidth"
  | "lineJoin"
  | "globalAlpha"
  | "textAlign"
  | "textBaseline"
> & {
  strokeStyle: CanvasRenderingContext2D["strokeStyle"];
  fillStyle: CanvasRenderingContext2D["fillStyle"];
  measureText: (text: string) => { readonly width: number };
};

export type TickText = (value: number, step: number) => string;

/** Where the ticks of x stand, and what they are called. */
export type XTicks = {
  readonly values: (scale: Scale, wanted: number) => number[];
  readonly text: TickText;
};

/** More lines than these are thin and without bands. */
export const MANY_LINES = 30;
/** More lines than these are painted pixel by pixel, or many with more points than these. */
const RASTER_LINES = 60;
const RASTER_POINTS = 40_000;
const MARKED_LINES = 200;
export const DASHES: readonly (readonly number[])[] = [[], [7, 3], [2, 2.5], [8, 3, 2, 3], [12, 4], [1, 4]];

export function drawGrid(pen: Pen, frame: Frame, palette: Palette, x: XTicks): void {
  const { left, top, right, bottom } = frame.plot;
  pen.font = palette.font;
  pen.lineWidth = 1;
  pen.strokeStyle = palette.grid;
  pen.fillStyle = palette.axis;
  pen.globalAlpha = 1;
  const yTicks = ticks(frame.y, Math.max(2, (bottom - top) / 42));
  pen.textAlign = "right";
  pen.textBaseline = "middle";
  yTicks.forEach((value, index) => {
    const y = Math.round(frame.y.toPixel(value)) + 0.5;
    line(pen, left, y, right, y);
    pen.fillText(tickText(value, stepAt(yTicks, index)), left - 6, y);
  });
  const xTicks = x.values(frame.x, Math.max(2, (right - left) / 86));
  pen.textAlign = "center";
  pen.textBaseline = "top";
  let free = Number.NEGATIVE_INFINITY;
  xTicks.forEach((value, index) => {
    const text = x.text(value, stepAt(xTicks, index));
    const half = pen.measureText(text).width / 2;
    const at = Math.min(Math.max(frame.x.toPixel(value), left + half - 12), right - half + 8);
    // On a logarithmic axis ticks crowd: one that has no room is left out.
    if (at - half < free) return;
    free = at + half + 6;
    pen.fillText(text, at, bottom + 7);
  });
  line(pen, left, bottom + 0.5, right, bottom + 0.5);
}

function stepAt(values: readonly number[], index: number): number {
  const value = values[index] as number;
  return index > 0 ? value - (values[index - 1] as number) : (values[1] ?? value * 2) - value;
}

function line(pen: Pen, x0: number, y0: number, x1: number, y1: number): void {
  pen.beginPath();
  pen.moveTo(x0, y0);
  pen.lineTo(x1, y1);
  pen.stroke();
}

/** The first line lies on top, and above all those that are marked. */
const fromBehind = (view: View): number[] => {
  const rank = (index: number) => RANKS[view.lines[index]?.mark ?? "none"];
  return view.lines
    .map((_, index) => index)
    .reverse()
    .sort((a, b) => rank(a) - rank(b));
};

const RANKS: Readonly<Record<LineMark | "none", number>> = { none: 0, pinned: 1, baseline: 2 };
/** How much thicker a marked line is, in pixels; and the seam that keeps it apart from those below. */
const EXTRA_PX: Readonly<Record<LineMark, number>> = { pinned: 0.8, baseline: 1.5 };
const SEAM_PX = 1.2;
/** How the baseline is dashed while another run is lit: both are thick, and may share a colour. */
const BEHIND = [6, 3] as const;

export const isRaster = (view: View): boolean =>
  view.lines.length > RASTER_LINES ||
  (view.lines.length > MANY_LINES &&
    view.lines.reduce((sum, each) => sum + each.x.length, 0) > RASTER_POINTS);

/** All lines with a pen. */
export function drawLines(pen: Pen, view: View, frame: Frame, palette: Palette): void {
  clipped(pen, frame, () => {
    const many = view.lines.length > MANY_LINES;
    for (const index of fromBehind(view))
      drawLine(pen, view, index, frame, palette, {
        band: !many,
        width: many ? 1 : 1.6,
        marks: true,
      });
  });
}

/** The marked lines alone, above what was painted into pixels. */
export function drawMarked(pen: Pen, view: View, frame: Frame, palette: Palette): void {
  if (view.lines.every((each) => each.mark === null)) return;
  clipped(pen, frame, () => {
    for (const index of fromBehind(view))
      if (view.lines[index]?.mark !== null)
        drawLine(pen, view, index, frame, palette, { band: false, width: 1.6, marks: true });
  });
}

/** All lines into pixels of a canvas; `ratio` of its pixels to those of CSS. */
export function rasterLines(view: View, frame: Frame, palette: Palette, ratio: number): Raster {
  const { left, top, right, bottom } = frame.plot;
  const raster = new Raster(
    Math.max(1, Math.round((right - left) * ratio)),
    Math.max(1, Math.round((bottom - top + 4) * ratio)),
  );
  const most = view.lines.reduce((count, each) => Math.max(count, each.x.length), 0);
  const [x, y] = [new Float32Array(most), new Float32Array(most)];
  const place = (values: Float64Array, index: number) => {
    const { x: xs } = view.lines[index] as Line;
    for (let i = 0; i < xs.length; i++) {
      x[i] = (frame.x.toPixel(xs[i] as number) - left) * ratio;
      const height = frame.y.toPixel(values[i] as number);
      y[i] = Number.isFinite(height) && Number.isFinite(x[i]) ? (height - top + 2) * ratio : Number.NaN;
    }
    return xs.length;
  };
  for (const index of fromBehind(view)) {
    const each = view.lines[index] as Line;
    const color = colorNumber(colorOf(each, palette));
    if (view.raw) raster.line(x, y, place(each.mean, index), color, 0.15, ratio);
    const count = place(view.curves[index] as Float64Array, index);
    raster.line(x, y, count, color, 1, 1.1 * ratio);
  }
  return raster;
}

/** The lines of some runs, above all others; with their bands. The baseline stays to compare them with. */
export function drawLit(
  pen: Pen,
  view: View,
  frame: Frame,
  palette: Palette,
  isLit: (line: Line) => boolean,
): void {
  clipped(pen, frame, () => {
    const order = fromBehind(view).map((index) => ({ index, lit: isLit(view.lines[index] as Line) }));
    // Where dashes tell metrics apart, they stay.
    const dash = view.lines.every((each) => each.dash === 0) ? { dash: BEHIND } : {};
    for (const { index, lit } of order)
      if (!lit && view.lines[index]?.mark === "baseline")
        drawLine(pen, view, index, frame, palette, { band: false, width: 1.6, marks: true, ...dash });
    for (const { index, lit } of order)
      if (lit) drawLine(pen, view, index, frame, palette, { band: true, width: 2.4, marks: true });
  });
}

export const colorOf = (each: Line, palette: Palette): string =>
  palette.runs[each.slot % palette.runs.length] as string;

function clipped(pen: Pen, frame: Frame, paint: () => void): void {
  const { left, top, right, bottom } = frame.plot;
  pen.save();
  pen.beginPath();
  pen.rect(left, top - 2, right - left, bottom - top + 4);
  pen.clip();
  paint();
  pen.restore();
  pen.globalAlpha = 1;
}

function drawLine(
  pen: Pen,
  view: View,
  index: number,
  frame: Frame,
  palette: Palette,
  style: {
    readonly band: boolean;
    readonly width: number;
    readonly marks: boolean;
    readonly dash?: readonly number[];
  },
): void {
  const each = view.lines[index] as Line;
  const color = colorOf(each, palette);
  pen.strokeStyle = color;
  pen.fillStyle = color;
  const edges = style.band ? bandOf(each, view.band) : null;
  if (edges !== null) drawBand(pen, each, edges, frame);
  if (view.raw) {
    pen.globalAlpha = 0.22;
    pen.lineWidth = 1;
    drawCurve(pen, each.x, each.mean, frame);
  }
  pen.globalAlpha = 1;
  const curve = view.curves[index] as Float64Array;
  const width = style.width + (each.mark === null ? 0 : EXTRA_PX[each.mark]);
  if (each.mark !== null) {
    pen.strokeStyle = palette.surface;
    pen.lineWidth = width + 2 * SEAM_PX;
    drawCurve(pen, each.x, curve, frame);
    pen.strokeStyle = color;
  }
  pen.lineWidth = width;
  pen.setLineDash([...(style.dash ?? DASHES[each.dash % DASHES.length] ?? [])]);
  drawCurve(pen, each.x, curve, frame);
  pen.setLineDash([]);
  if (each.mark !== null) drawFlag(pen, each, curve, frame, palette);
  if (style.marks && view.lines.length <= MARKED_LINES) drawOdd(pen, each, frame);
}

function drawCurve(pen: Pen, x: Float64Array, values: Float64Array, frame: Frame): void {
  pen.beginPath();
  pen.lineJoin = "round";
  let [lastX, lastY] = [0, 0];
  let length = 0;
  // A piece of a single point has no length: it is drawn as a dot.
  const end = () => {
    if (length === 1) {
      pen.moveTo(lastX + 2, lastY);
      pen.arc(lastX, lastY, 2, 0, Math.PI * 2);
    }
    length = 0;
  };
  for (let i = 0; i < x.length; i++) {
    const px = frame.x.toPixel(x[i] as number);
    const py = frame.y.toPixel(values[i] as number);
    if (!Number.isFinite(py) || !Number.isFinite(px)) {
      end();
      continue;
    }
    if (length > 0) pen.lineTo(px, py);
    else pen.moveTo(px, py);
    [lastX, lastY] = [px, py];
    length += 1;
  }
  end();
  pen.stroke();
}

/** At the visible end of a marked line: a diamond for the baseline, a disc for a pinned run. */
function drawFlag(pen: Pen, each: Line, curve: Float64Array, frame: Frame, palette: Palette): void {
  const { left, right, top, bottom } = frame.plot;
  for (let i = each.x.length - 1; i >= 0; i--) {
    const x = frame.x.toPixel(each.x[i] as number);
    const y = frame.y.toPixel(curve[i] as number);
    if (x < left) return;
    if (!(x <= right && y >= top && y <= bottom)) continue;
    // Inside the plot, which clips.
    const at = Math.min(x, right - 5);
    pen.beginPath();
    if (each.mark === "pinned") pen.arc(at, y, 3.4, 0, Math.PI * 2);
    else {
      pen.moveTo(at, y - 5.5);
      pen.lineTo(at + 5.5, y);
      pen.lineTo(at, y + 5.5);
      pen.lineTo(at - 5.5, y);
      pen.closePath();
    }
    pen.fill();
    pen.strokeStyle = palette.surface;
    pen.lineWidth = 1.5;
    pen.stroke();
    pen.strokeStyle = pen.fillStyle;
    return;
  }
}

function drawBand(
  pen: Pen,
  { x, mean }: Line,
  { low, high }: { readonly low: Float64Array; readonly high: Float64Array },
  frame: Frame,
): void {
  let start = 0;
  while (start < x.length) {
    while (
      start < x.length &&
      !(Number.isFinite(mean[start]) && (high[start] as number) > (low[start] as number))
    )
      start++;
    let stop = start;
    while (stop < x.length && Number.isFinite(mean[stop]) && !Number.isNaN(high[stop])) stop++;
    if (stop - start > 1) {
      pen.beginPath();
      for (let i = start; i < stop; i++)
        pen.lineTo(frame.x.toPixel(x[i] as number), pixel(frame.y, high[i] as number));
      for (let i = stop - 1; i >= start; i--)
        pen.lineTo(frame.x.toPixel(x[i] as number), pixel(frame.y, low[i] as number));
      pen.closePath();
      pen.globalAlpha = 0.13;
      pen.fill();
      pen.globalAlpha = 0.28;
      pen.lineWidth = 0.75;
      pen.stroke();
    }
    start = stop + 1;
  }
}

/** On a log axis what is not positive lies below everything. */
function pixel(scale: Scale, value: number): number {
  const found = scale.toPixel(value);
  return Number.isFinite(found) ? found : 1e5;
}

/** NaN at the foot, infinities at the edge they run to. */
function drawOdd(pen: Pen, each: Line, frame: Frame): void {
  const { top, bottom } = frame.plot;
  for (const odd of each.odd) {
    const x = frame.x.toPixel(each.x[odd.index] as number);
    if (odd.nan > 0) mark(pen, x, bottom - 4, 0);
    if (odd.posInf > 0) mark(pen, x, top + 5, -1);
    if (odd.negInf > 0) mark(pen, x, bottom - 4, 1);
  }
}

function mark(pen: Pen, x: number, y: number, direction: -1 | 0 | 1): void {
  pen.beginPath();
  if (direction === 0) {
    pen.lineWidth = 1.5;
    pen.moveTo(x - 3, y - 3);
    pen.lineTo(x + 3, y + 3);
    pen.moveTo(x + 3, y - 3);
    pen.lineTo(x - 3, y + 3);
    pen.stroke();
    return;
  }
  pen.moveTo(x, y + 4 * direction);
  pen.lineTo(x - 4, y - 3 * direction);
  pen.lineTo(x + 4, y - 3 * direction);
  pen.fill();
}
