/** Histograms over steps, one ridge behind the other, the newest in front. */
import type { HistogramPoint } from "@/api/types";
import { makeScale, ticks, tickText } from "@/charts/scale";

const LEFT = 12;
const RIGHT = 52;
const BOTTOM = 24;

export function drawHistograms(canvas: HTMLCanvasElement, points: readonly HistogramPoint[]): void {
  const { width, height } = canvas.getBoundingClientRect();
  const context = canvas.getContext("2d");
  if (context === null || width === 0 || points.length === 0) return;
  const ratio = window.devicePixelRatio || 1;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  const style = getComputedStyle(document.documentElement);
  const token = (name: string) => style.getPropertyValue(name).trim();
  const finite = points
    .flatMap((point) => [point.edges[0], point.edges.at(-1)])
    .filter((edge) => Number.isFinite(edge));
  const x = makeScale(
    [Math.min(...(finite as number[])), Math.max(...(finite as number[]))],
    [LEFT, width - RIGHT],
  );
  const heights = points.map((point) => point.values.map((value, i) => density(point, value, i)));
  const highest = Math.max(...heights.flat(), Number.MIN_VALUE);
  const ridge = Math.min(90, height * 0.4);
  const first = ridge + 8;
  const last = height - BOTTOM;
  context.font = `11px ${token("--font")}`;
  points.forEach((point, index) => {
    const base = points.length === 1 ? last : first + ((last - first) * index) / (points.length - 1);
    context.beginPath();
    context.moveTo(x.toPixel(point.edges[0] as number), base);
    point.values.forEach((_, bin) => {
      const top = base - ((heights[index]?.[bin] ?? 0) / highest) * ridge;
      const middle = ((point.edges[bin] as number) + (point.edges[bin + 1] as number)) / 2;
      if (Number.isFinite(middle)) context.lineTo(x.toPixel(middle), top);
    });
    context.lineTo(x.toPixel(point.edges.at(-1) as number), base);
    context.closePath();
    context.globalAlpha = 0.86;
    context.fillStyle = token("--surface");
    context.fill();
    context.globalAlpha = 0.16 + (0.3 * index) / points.length;
    context.fillStyle = token("--accent");
    context.fill();
    context.globalAlpha = 0.9;
    context.strokeStyle = token("--accent");
    context.lineWidth = 0.8;
    context.stroke();
  });
  context.globalAlpha = 1;
  context.fillStyle = token("--chart-axis");
  context.textAlign = "center";
  const xTicks = ticks(x, (width - RIGHT) / 80);
  for (const value of xTicks)
    context.fillText(tickText(value, (xTicks[1] ?? 1) - (xTicks[0] ?? 0)), x.toPixel(value), height - 7);
  context.textAlign = "left";
  const firstStep = points[0]?.step ?? 0;
  const lastStep = points.at(-1)?.step ?? 0;
  context.fillText(tickText(lastStep, 1), width - RIGHT + 8, last);
  if (points.length > 1) context.fillText(tickText(firstStep, 1), width - RIGHT + 8, first);
}

/** Counts in bins of different widths compare only as densities. */
function density(point: HistogramPoint, value: number, bin: number): number {
  const size = (point.edges[bin + 1] as number) - (point.edges[bin] as number);
  return point.density || !Number.isFinite(size) || size === 0 ? value : value / size;
}
