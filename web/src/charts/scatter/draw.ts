/** Painting a scatter chart: a disc a run, colour and size by further attributes, the Pareto front as a line. No state. */
import type { PlotAxis } from "../axis";
import type { ScatterFrame } from "./frame";

export type ScatterScene = {
  readonly x: PlotAxis;
  readonly y: PlotAxis;
  readonly count: number;
  /** Of each run, place in the plot in pixels; NaN where it has none. */
  readonly px: Float32Array;
  readonly py: Float32Array;
  /** Radius in pixels. */
  readonly radius: Float32Array;
  readonly colors: readonly string[];
  /** Places of the runs on the front, in the order of x. */
  readonly front: readonly number[];
  readonly hovered: number;
};

export type ScatterPalette = {
  readonly grid: string;
  readonly axis: string;
  readonly ink: string;
  readonly surface: string;
  readonly accent: string;
  readonly font: string;
};

export function drawScatter(
  context: CanvasRenderingContext2D,
  scene: ScatterScene,
  frame: ScatterFrame,
  palette: ScatterPalette,
): void {
  context.clearRect(0, 0, frame.width, frame.height);
  drawGrid(context, scene, frame, palette);
  context.save();
  context.beginPath();
  context.rect(frame.left, frame.top, frame.right - frame.left, frame.bottom - frame.top);
  context.clip();
  if (scene.front.length > 1) {
    context.beginPath();
    context.lineWidth = 1.5;
    context.strokeStyle = palette.accent;
    context.setLineDash([5, 4]);
    for (const run of scene.front) context.lineTo(scene.px[run] as number, scene.py[run] as number);
    context.stroke();
    context.setLineDash([]);
  }
  context.globalAlpha = scene.count > 2000 ? 0.5 : 0.82;
  for (let run = scene.count - 1; run >= 0; run--) {
    if (run !== scene.hovered) disc(context, scene, run, palette);
  }
  context.globalAlpha = 1;
  context.strokeStyle = palette.accent;
  context.lineWidth = 2;
  for (const run of scene.front) ring(context, scene, run, 2);
  if (scene.hovered >= 0 && scene.hovered < scene.count) {
    disc(context, scene, scene.hovered, palette);
    context.strokeStyle = palette.ink;
    context.lineWidth = 2;
    ring(context, scene, scene.hovered, 3);
  }
  context.restore();
}

function disc(
  context: CanvasRenderingContext2D,
  scene: ScatterScene,
  run: number,
  palette: ScatterPalette,
): void {
  const [x, y] = [scene.px[run] as number, scene.py[run] as number];
  if (Number.isNaN(x) || Number.isNaN(y)) return;
  context.beginPath();
  context.arc(x, y, scene.radius[run] as number, 0, Math.PI * 2);
  context.fillStyle = scene.colors[run] as string;
  context.fill();
  context.lineWidth = 0.75;
  context.strokeStyle = palette.surface;
  context.stroke();
}

function ring(context: CanvasRenderingContext2D, scene: ScatterScene, run: number, by: number): void {
  const [x, y] = [scene.px[run] as number, scene.py[run] as number];
  if (Number.isNaN(x) || Number.isNaN(y)) return;
  context.beginPath();
  context.arc(x, y, (scene.radius[run] as number) + by, 0, Math.PI * 2);
  context.stroke();
}

function drawGrid(
  context: CanvasRenderingContext2D,
  scene: ScatterScene,
  frame: ScatterFrame,
  palette: ScatterPalette,
): void {
  context.font = palette.font;
  context.lineWidth = 1;
  context.strokeStyle = palette.grid;
  context.fillStyle = palette.axis;
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const tick of scene.y.ticks) {
    const y = Math.round(frame.yOf(tick.at)) + 0.5;
    if (y < frame.top - 1 || y > frame.bottom + 1) continue;
    line(context, frame.left, y, frame.right, y);
    context.fillText(shortened(tick.text, 9), frame.left - 7, y);
  }
  context.textAlign = "center";
  context.textBaseline = "top";
  let free = 0;
  for (const tick of scene.x.ticks) {
    const x = Math.round(frame.xOf(tick.at)) + 0.5;
    if (x < frame.left - 1 || x > frame.right + 1) continue;
    line(context, x, frame.top, x, frame.bottom);
    const text = shortened(tick.text, 14);
    const half = context.measureText(text).width / 2;
    if (x - half < free) continue;
    context.fillText(text, x, frame.bottom + 7);
    free = x + half + 8;
  }
  context.strokeStyle = palette.axis;
  line(context, frame.left, frame.bottom + 0.5, frame.right, frame.bottom + 0.5);
}

function line(context: CanvasRenderingContext2D, x0: number, y0: number, x1: number, y1: number): void {
  context.beginPath();
  context.moveTo(x0, y0);
  context.lineTo(x1, y1);
  context.stroke();
}

const shortened = (text: string, most: number): string =>
  text.length > most ? `${text.slice(0, most - 1)}…` : text;
