/** Painting parallel coordinates: a line a run, through all axes; what lacks a value passes through the track below. No state. */
import type { PlotAxis } from "../axis";
import { BEYOND } from "../axis";

export type ParallelScene = {
  readonly axes: readonly PlotAxis[];
  readonly count: number;
  /** 1 for runs that pass. */
  readonly mask: Uint8Array;
  /** Of each run, a colour; runs that do not pass have the palette's quiet one. */
  readonly colors: readonly string[];
  /** Place of the run that the pointer is on, -1 for none. */
  readonly hovered: number;
};

export type ParallelPalette = {
  readonly quiet: string;
  readonly axis: string;
  readonly ink: string;
  readonly surface: string;
  readonly font: string;
};

export type ParallelFrame = {
  readonly width: number;
  readonly height: number;
  readonly x: readonly number[];
  readonly top: number;
  readonly bottom: number;
  readonly missingY: number;
};

/** Room beside the first and the last axis, for names and ticks. */
const [LEFT_PX, RIGHT_PX] = [56, 82];
export const MISSING_PX = 34;

/** Where the axes stand on a canvas of that size in CSS pixels. */
export function parallelFrame(axes: number, width: number, height: number): ParallelFrame {
  const step = axes > 1 ? (width - LEFT_PX - RIGHT_PX) / (axes - 1) : 0;
  const room = height - MISSING_PX - 8;
  const edge = (room * BEYOND) / (1 + 2 * BEYOND) + 4;
  return {
    width,
    height,
    x: Array.from({ length: axes }, (_, index) => (axes > 1 ? LEFT_PX + index * step : width / 2)),
    top: edge,
    bottom: height - MISSING_PX - edge,
    missingY: height - 14,
  };
}

export const yOf = (frame: ParallelFrame, at: number): number =>
  Number.isNaN(at) ? frame.missingY : frame.bottom - at * (frame.bottom - frame.top);

export function drawParallel(
  context: CanvasRenderingContext2D,
  scene: ParallelScene,
  frame: ParallelFrame,
  palette: ParallelPalette,
): void {
  context.clearRect(0, 0, frame.width, frame.height);
  if (scene.axes.length === 0) return;
  let passed = 0;
  for (const bit of scene.mask) passed += bit;
  context.lineJoin = "round";
  // What does not pass lies below, as one faint mass.
  context.strokeStyle = palette.quiet;
  context.globalAlpha = Math.max(0.08, Math.min(0.7, 60 / (scene.count - passed + 1)));
  context.lineWidth = 1;
  for (let run = 0; run < scene.count; run++) {
    if (scene.mask[run]) continue;
    trace(context, scene, frame, run);
  }
  // The first run of the table lies on top.
  context.globalAlpha = Math.max(0.12, Math.min(0.9, 24 / Math.sqrt(passed + 1)));
  context.lineWidth = passed > 400 ? 1 : 1.4;
  for (let run = scene.count - 1; run >= 0; run--) {
    if (!scene.mask[run] || run === scene.hovered) continue;
    context.strokeStyle = scene.colors[run] as string;
    trace(context, scene, frame, run);
  }
  drawAxes(context, scene, frame, palette);
  if (scene.hovered >= 0 && scene.hovered < scene.count) {
    context.globalAlpha = 1;
    context.lineWidth = 5;
    context.strokeStyle = palette.surface;
    trace(context, scene, frame, scene.hovered);
    context.lineWidth = 2.6;
    context.strokeStyle = scene.mask[scene.hovered] ? (scene.colors[scene.hovered] as string) : palette.ink;
    trace(context, scene, frame, scene.hovered);
    context.fillStyle = context.strokeStyle;
    scene.axes.forEach((axis, index) => {
      context.beginPath();
      const y = yOf(frame, axis.at[scene.hovered] as number);
      context.arc(frame.x[index] as number, y, 3.5, 0, Math.PI * 2);
      context.fill();
    });
  }
  context.globalAlpha = 1;
}

function trace(
  context: CanvasRenderingContext2D,
  scene: ParallelScene,
  frame: ParallelFrame,
  run: number,
): void {
  context.beginPath();
  if (scene.axes.length === 1) {
    const y = yOf(frame, scene.axes[0]?.at[run] as number);
    context.moveTo((frame.x[0] as number) - 8, y);
    context.lineTo((frame.x[0] as number) + 8, y);
  }
  scene.axes.forEach((axis, index) => {
    context.lineTo(frame.x[index] as number, yOf(frame, axis.at[run] as number));
  });
  context.stroke();
}

function drawAxes(
  context: CanvasRenderingContext2D,
  scene: ParallelScene,
  frame: ParallelFrame,
  palette: ParallelPalette,
): void {
  context.globalAlpha = 1;
  context.font = palette.font;
  context.textBaseline = "middle";
  context.textAlign = "left";
  scene.axes.forEach((axis, index) => {
    const x = Math.round(frame.x[index] as number) + 0.5;
    context.strokeStyle = palette.axis;
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(x, frame.top);
    context.lineTo(x, frame.bottom);
    context.stroke();
    const last = index === scene.axes.length - 1;
    const room = (last ? RIGHT_PX : ((frame.x[index + 1] as number) - x) * 0.8) - 10;
    for (const tick of axis.ticks) {
      const y = Math.round(yOf(frame, tick.at)) + 0.5;
      context.beginPath();
      context.moveTo(x - 3, y);
      context.lineTo(x + 3, y);
      context.stroke();
      label(context, fitted(context, tick.text, room), x + 7, y, palette);
    }
    if (axis.missing > 0) {
      context.beginPath();
      context.setLineDash([2, 3]);
      context.moveTo(x, frame.bottom);
      context.lineTo(x, frame.missingY);
      context.stroke();
      context.setLineDash([]);
      label(context, fitted(context, `none (${axis.missing})`, room), x + 7, frame.missingY, palette);
    }
  });
}

/** Text that can be read over lines. */
function label(
  context: CanvasRenderingContext2D,
  text: string,
  x: number,
  y: number,
  palette: ParallelPalette,
): void {
  context.lineWidth = 3.5;
  context.strokeStyle = palette.surface;
  context.strokeText(text, x, y);
  context.lineWidth = 1;
  context.fillStyle = palette.ink;
  context.fillText(text, x, y);
  context.strokeStyle = palette.axis;
}

function fitted(context: CanvasRenderingContext2D, text: string, room: number): string {
  if (context.measureText(text).width <= room) return text;
  let end = text.length - 1;
  while (end > 1 && context.measureText(`${text.slice(0, end)}…`).width > room) end--;
  return `${text.slice(0, end)}…`;
}

const NEAR_PX = 10;

/** The run whose line is nearest to the pointer, passing ones first; -1 for none near. */
export function nearestLine(scene: ParallelScene, frame: ParallelFrame, x: number, y: number): number {
  const after = frame.x.findIndex((each) => each >= x);
  const right = after === -1 ? frame.x.length - 1 : Math.max(after, Math.min(1, frame.x.length - 1));
  const left = Math.max(0, right - 1);
  const [x0, x1] = [frame.x[left] ?? 0, frame.x[right] ?? 0];
  const part = x1 > x0 ? Math.min(1, Math.max(0, (x - x0) / (x1 - x0))) : 0;
  const [a, b] = [scene.axes[left], scene.axes[right]];
  if (a === undefined || b === undefined) return -1;
  let best = -1;
  let distance = NEAR_PX;
  for (let run = 0; run < scene.count; run++) {
    const y0 = yOf(frame, a.at[run] as number);
    const y1 = yOf(frame, b.at[run] as number);
    // Across the line, not straight down: steep lines are as easy to meet as flat ones.
    const slope = x1 > x0 ? (y1 - y0) / (x1 - x0) : 0;
    const away = Math.abs(y0 + part * (y1 - y0) - y) / Math.hypot(1, slope) + (scene.mask[run] ? 0 : 4);
    if (away < distance) {
      best = run;
      distance = away;
    }
  }
  return best;
}
