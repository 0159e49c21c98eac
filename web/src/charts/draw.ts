/** Painting a chart onto a canvas: grid, bands, lines, marks of what is not finite. No state. */
import type { Line, Range } from "./lines";
import { makeScale, type Scale, ticks, tickText } from "./scale";

export type Palette = {
  readonly runs: readonly string[];
  readonly grid: string;
  readonly axis: string;
  readonly accent: string;
  readonly font: string;
};

export type View = {
  readonly lines: readonly Line[];
  /** The drawn curve of each line: its means, smoothed or not. */
  readonly curves: readonly Float64Array[];
  readonly smoothed: boolean;
  readonly x: Range;
  readonly y: Range;
  readonly logX: boolean;
  readonly logY: boolean;
  readonly xText: (value: number, step: number) => string;
  readonly hovered: number | null;
};

export type Frame = {
  readonly width: number;
  readonly height: number;
  readonly plot: {
    readonly left: number;
    readonly top: number;
    readonly right: number;
    readonly bottom: number;
  };
  readonly x: Scale;
  readonly y: Scale;
};

/** Where things stand on a canvas of that size in CSS pixels. */
export function layout(view: View, width: number, height: number): Frame {
  const plot = { left: 48, top: 8, right: width - 10, bottom: height - 22 };
  return {
    width,
    height,
    plot,
    x: makeScale(view.x, [plot.left, plot.right], view.logX),
    y: makeScale(view.y, [plot.bottom, plot.top], view.logY),
  };
}

export function draw(context: CanvasRenderingContext2D, view: View, frame: Frame, palette: Palette): void {
  context.clearRect(0, 0, frame.width, frame.height);
  drawGrid(context, view, frame, palette);
  context.save();
  context.beginPath();
  const { left, top, right, bottom } = frame.plot;
  context.rect(left, top - 2, right - left, bottom - top + 4);
  context.clip();
  const order = view.lines.map((_, index) => index);
  // The first run of the table lies on top; the hovered one above all.
  order.reverse();
  order.sort((a, b) => Number(isHovered(view, a)) - Number(isHovered(view, b)));
  const many = view.lines.length > 30;
  for (const index of order) {
    const line = view.lines[index] as Line;
    const color = palette.runs[line.slot % palette.runs.length] as string;
    const dim = view.hovered !== null && !isHovered(view, index);
    context.strokeStyle = color;
    context.fillStyle = color;
    if (!many || isHovered(view, index)) drawBand(context, line, frame, dim);
    if (view.smoothed) {
      context.globalAlpha = dim ? 0.06 : 0.22;
      context.lineWidth = 1;
      drawCurve(context, line.x, line.mean, frame);
    }
    context.globalAlpha = dim ? 0.22 : 1;
    context.lineWidth = isHovered(view, index) ? 2.4 : many ? 1 : 1.6;
    drawCurve(context, line.x, view.curves[index] as Float64Array, frame);
    drawOdd(context, line, frame);
  }
  context.restore();
  context.globalAlpha = 1;
}

const isHovered = (view: View, index: number): boolean => view.lines[index]?.run === view.hovered;

function drawGrid(context: CanvasRenderingContext2D, view: View, frame: Frame, palette: Palette): void {
  const { left, top, right, bottom } = frame.plot;
  context.font = palette.font;
  context.lineWidth = 1;
  context.strokeStyle = palette.grid;
  context.fillStyle = palette.axis;
  context.globalAlpha = 1;
  const yTicks = ticks(frame.y, Math.max(2, (bottom - top) / 42));
  context.textAlign = "right";
  context.textBaseline = "middle";
  yTicks.forEach((value, index) => {
    const y = Math.round(frame.y.toPixel(value)) + 0.5;
    context.beginPath();
    context.moveTo(left, y);
    context.lineTo(right, y);
    context.stroke();
    const step = index > 0 ? value - (yTicks[index - 1] as number) : (yTicks[1] ?? value * 2) - value;
    context.fillText(tickText(value, step), left - 6, y);
  });
  const xTicks = ticks(frame.x, Math.max(2, (right - left) / 86));
  context.textAlign = "center";
  context.textBaseline = "top";
  xTicks.forEach((value, index) => {
    const x = frame.x.toPixel(value);
    const step = index > 0 ? value - (xTicks[index - 1] as number) : (xTicks[1] ?? value * 2) - value;
    const text = view.xText(value, step);
    const half = context.measureText(text).width / 2;
    context.fillText(text, Math.min(Math.max(x, left + half - 12), right - half + 8), bottom + 7);
  });
  context.beginPath();
  context.moveTo(left, bottom + 0.5);
  context.lineTo(right, bottom + 0.5);
  context.stroke();
}

function drawCurve(
  context: CanvasRenderingContext2D,
  x: Float64Array,
  values: Float64Array,
  frame: Frame,
): void {
  context.beginPath();
  context.lineJoin = "round";
  let pen = false;
  let alone = false;
  for (let i = 0; i < x.length; i++) {
    const px = frame.x.toPixel(x[i] as number);
    const py = frame.y.toPixel(values[i] as number);
    if (!Number.isFinite(py) || !Number.isFinite(px)) {
      if (alone) dot(context);
      pen = alone = false;
      continue;
    }
    if (pen) context.lineTo(px, py);
    else {
      context.moveTo(px, py);
      lastX = px;
      lastY = py;
    }
    alone = !pen;
    pen = true;
  }
  if (alone) dot(context);
  context.stroke();
}

// A curve of a single point has no length: it is drawn as a dot.
let lastX = 0;
let lastY = 0;
function dot(context: CanvasRenderingContext2D): void {
  context.moveTo(lastX + 2.5, lastY);
  context.arc(lastX, lastY, 2.5, 0, Math.PI * 2);
}

function drawBand(context: CanvasRenderingContext2D, line: Line, frame: Frame, dim: boolean): void {
  const { x, min, max, mean } = line;
  let start = 0;
  while (start < x.length) {
    while (
      start < x.length &&
      !(Number.isFinite(mean[start]) && (max[start] as number) > (min[start] as number))
    )
      start++;
    let stop = start;
    while (stop < x.length && Number.isFinite(mean[stop])) stop++;
    if (stop - start > 1) {
      context.beginPath();
      for (let i = start; i < stop; i++)
        context.lineTo(frame.x.toPixel(x[i] as number), pixel(frame.y, max[i] as number));
      for (let i = stop - 1; i >= start; i--)
        context.lineTo(frame.x.toPixel(x[i] as number), pixel(frame.y, min[i] as number));
      context.closePath();
      context.globalAlpha = dim ? 0.03 : 0.13;
      context.fill();
      context.globalAlpha = dim ? 0.05 : 0.28;
      context.lineWidth = 0.75;
      context.stroke();
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
function drawOdd(context: CanvasRenderingContext2D, line: Line, frame: Frame): void {
  const { top, bottom } = frame.plot;
  for (const odd of line.odd) {
    const x = frame.x.toPixel(odd.x);
    if (odd.nan > 0) mark(context, x, bottom - 4, 0);
    if (odd.posInf > 0) mark(context, x, top + 5, -1);
    if (odd.negInf > 0) mark(context, x, bottom - 4, 1);
  }
}

function mark(context: CanvasRenderingContext2D, x: number, y: number, direction: -1 | 0 | 1): void {
  context.beginPath();
  if (direction === 0) {
    context.lineWidth = 1.5;
    context.moveTo(x - 3, y - 3);
    context.lineTo(x + 3, y + 3);
    context.moveTo(x + 3, y - 3);
    context.lineTo(x - 3, y + 3);
    context.stroke();
    return;
  }
  context.moveTo(x, y + 4 * direction);
  context.lineTo(x - 4, y - 3 * direction);
  context.lineTo(x + 4, y - 3 * direction);
  context.fill();
}
