/** From lines and settings to what is painted. No state, no canvas. */
import { type Line, type Range, xExtent, yExtent } from "./lines";
import { lengthOf, REACH, type SmoothKind, smooth } from "./smooth";

export type ViewOptions = {
  readonly logX: boolean;
  readonly logY: boolean;
  readonly smooth: SmoothKind;
  /** 0 to 1. */
  readonly amount: number;
  readonly raw: boolean;
  readonly band: boolean;
  readonly clip: boolean;
  /** Ends of y that were asked for; null = as the values want it. */
  readonly yMin: number | null;
  readonly yMax: number | null;
  /** The visible part; null = everything. */
  readonly zoomX: Range | null;
  readonly zoomY: Range | null;
};

export type View = {
  readonly lines: readonly Line[];
  /** The drawn curve of each line: its means, smoothed or not. */
  readonly curves: readonly Float64Array[];
  readonly smoothed: boolean;
  /** Unsmoothed lines are drawn faintly behind smoothed ones. */
  readonly raw: boolean;
  readonly band: boolean;
  readonly x: Range;
  readonly y: Range;
  readonly logX: boolean;
  readonly logY: boolean;
};

export function makeView(lines: readonly Line[], options: ViewOptions): View {
  const { logX, logY } = options;
  const x = xRange(lines, options);
  const smoothed = options.amount > 0;
  const length = smoothed ? lengthOf(options.amount, spanOf(x, logX)) : 0;
  const curves = lines.map((line) =>
    smoothed ? smooth(options.smooth, logX ? line.x.map(Math.log) : line.x, line.mean, length) : line.mean,
  );
  const raw = smoothed && options.raw;
  const found = yExtent(lines, curves, x, { log: logY, clip: options.clip, band: options.band, raw });
  return {
    lines,
    curves,
    smoothed,
    raw,
    band: options.band,
    x,
    y: options.zoomY ?? bounded(found ?? (logY ? [0.1, 10] : [0, 1]), options),
    logX,
    logY,
  };
}

const spanOf = ([low, high]: Range, log: boolean): number => (log ? Math.log(high / low) : high - low);

function xRange(lines: readonly Line[], { logX, zoomX }: ViewOptions): Range {
  const extent = zoomX ?? xExtent(lines) ?? [0, 1];
  // A log axis has no place for zero: it begins at the first positive x.
  const low =
    logX && extent[0] <= 0 ? (firstPositive(lines) ?? (extent[1] > 0 ? extent[1] / 1000 : 1)) : extent[0];
  if (extent[1] > low) return [low, extent[1]];
  return logX ? [low / 2, low * 2] : [low - 0.5, low + 0.5];
}

function firstPositive(lines: readonly Line[]): number | null {
  let least = Number.POSITIVE_INFINITY;
  for (const { x } of lines) {
    const first = x.find((value) => value > 0);
    if (first !== undefined && first < least) least = first;
  }
  return Number.isFinite(least) ? least : null;
}

/** The range with the ends that were asked for, as long as something is left of it. */
function bounded(found: Range, { yMin, yMax, logY }: ViewOptions): Range {
  const low = yMin !== null && (!logY || yMin > 0) ? yMin : found[0];
  const high = yMax !== null && (!logY || yMax > 0) ? yMax : found[1];
  if (low < high) return [low, high];
  const room = logY ? high : Math.abs(high) || 1;
  return yMin === null ? [high - room * 0.5, high] : [low, low + (Math.abs(low) || 1)];
}

/** The part of x to ask for so that smoothing knows what lies before (and behind) the visible part; and how many buckets then. */
export function padded(
  zoom: Range,
  options: Pick<ViewOptions, "logX" | "amount">,
  buckets: number,
  most: number,
): { readonly range: Range; readonly buckets: number } {
  if (options.amount === 0) return { range: zoom, buckets };
  const span = spanOf(zoom, options.logX);
  const reach = Math.min(span, REACH * lengthOf(options.amount, span));
  const range: Range = options.logX
    ? [zoom[0] * Math.exp(-reach), zoom[1] * Math.exp(reach)]
    : [zoom[0] - reach, zoom[1] + reach];
  return { range, buckets: Math.min(most, Math.ceil(buckets * (1 + (2 * reach) / span))) };
}
