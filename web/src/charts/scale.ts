/** From values to pixels and back, and where the ticks stand. */
import type { Range } from "./lines";

export type Scale = {
  readonly domain: Range;
  readonly log: boolean;
  readonly toPixel: (value: number) => number;
  readonly toValue: (pixel: number) => number;
};

/** `pixels` may run downwards, as y does. A log scale's domain must be positive. */
export function makeScale(domain: Range, pixels: Range, log = false): Scale {
  const map = log ? Math.log : (value: number) => value;
  const back = log ? Math.exp : (value: number) => value;
  const low = map(domain[0]);
  const span = map(domain[1]) - low || 1;
  const width = pixels[1] - pixels[0];
  return {
    domain,
    log,
    toPixel: (value) => pixels[0] + ((map(value) - low) / span) * width,
    toValue: (pixel) => back(low + ((pixel - pixels[0]) / width) * span),
  };
}

/** About `wanted` round values inside the domain. */
export function ticks(scale: Scale, wanted: number): number[] {
  const [low, high] = scale.domain;
  return scale.log ? logTicks(low, high, wanted) : linearTicks(low, high, wanted);
}

function linearTicks(low: number, high: number, wanted: number): number[] {
  const rough = (high - low) / Math.max(1, wanted);
  if (!(rough > 0)) return [low];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step =
    [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough * 0.75) ?? rough;
  const found: number[] = [];
  for (
    let index = Math.ceil(low / step);
    index * step <= high * (1 + 1e-12) + 1e-300 && found.length < 50;
    index++
  ) {
    found.push(Number((index * step).toPrecision(12)));
  }
  return found;
}

function logTicks(low: number, high: number, wanted: number): number[] {
  const from = Math.floor(Math.log10(low));
  const to = Math.ceil(Math.log10(high));
  const each = Math.max(1, Math.ceil((to - from) / wanted));
  const factors = to - from <= 2 ? [1, 2, 5] : [1];
  const found: number[] = [];
  for (let power = from; power <= to; power += each) {
    for (const factor of factors) {
      const value = factor * 10 ** power;
      if (value >= low && value <= high) found.push(value);
    }
  }
  return found.length > 1 ? found : linearTicks(low, high, wanted).filter((value) => value > 0);
}

/** A tick's text, with just the digits that the distance to its neighbour needs. */
export function tickText(value: number, step: number): string {
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e6) {
    const [unit, sign] = size >= 1e9 ? [1e9, "G"] : [1e6, "M"];
    return `${minus(Number((value / unit).toPrecision(4)))}${sign}`;
  }
  if (size >= 1e4) return `${minus(Number((value / 1e3).toPrecision(4)))}k`;
  if (size < 1e-3) return minus(value.toExponential(Math.abs(step) > 0 && step < size / 10 ? 1 : 0));
  const digits = Math.max(0, Math.min(8, -Math.floor(Math.log10(Math.abs(step) || size) + 1e-9)));
  return minus(value.toFixed(digits));
}

const minus = (text: string | number): string => String(text).replace("-", "−");
