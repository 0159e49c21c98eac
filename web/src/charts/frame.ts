/** Where things stand on a chart's canvas. */
import type { View } from "./prepare";
import { makeScale, type Scale } from "./scale";

export type Palette = {
  readonly runs: readonly string[];
  readonly surface: string;
  readonly ink: string;
  readonly grid: string;
  readonly axis: string;
  readonly accent: string;
  readonly font: string;
};

export type Plot = {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
};

export type Frame = {
  readonly width: number;
  readonly height: number;
  readonly plot: Plot;
  readonly x: Scale;
  readonly y: Scale;
};

/** The frame of a canvas of that size in CSS pixels; room above and below the plot. */
export function layout(
  view: Pick<View, "x" | "y" | "logX" | "logY">,
  width: number,
  height: number,
  room: { readonly top: number; readonly bottom: number } = { top: 8, bottom: 22 },
): Frame {
  const plot = { left: 48, top: room.top, right: width - 10, bottom: height - room.bottom };
  return {
    width,
    height,
    plot,
    x: makeScale(view.x, [plot.left, plot.right], view.logX),
    y: makeScale(view.y, [plot.bottom, plot.top], view.logY),
  };
}

export const inside = ({ left, right, top, bottom }: Plot, x: number, y: number): boolean =>
  x >= left - 4 && x <= right + 4 && y >= top - 4 && y <= bottom + 4;

export const clamp = (value: number, low: number, high: number): number =>
  Math.min(high, Math.max(low, value));
