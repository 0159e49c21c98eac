/** Values of the x axis as people read them. */
import type { TickText } from "@/charts/draw";
import type { Range } from "@/charts/lines";
import { tickText } from "@/charts/scale";
import { formatAbsolute, formatDuration, formatNumber } from "@/ui/format";
import type { ChartSettings } from "./settings";

export function xTickText({ axis }: Pick<ChartSettings, "axis">, x: Range): TickText {
  if (axis === "step" || axis === "metric") return tickText;
  if (axis === "relative") return durationTick;
  const long = x[1] - x[0] > 86_400;
  return (value) => {
    const text = formatAbsolute(new Date(value * 1000));
    return long ? text.slice(5, 16) : text.slice(11, x[1] - x[0] > 600 ? 16 : 19);
  };
}

function durationTick(seconds: number, step: number): string {
  const size = Math.abs(seconds);
  if (size < 120 && step < 60) return `${tickText(seconds, step)}s`;
  if (size < 7200 && step < 3600) return `${tickText(seconds / 60, step / 60)}m`;
  return `${tickText(seconds / 3600, step / 3600)}h`;
}

/** Where the pointer is. */
export function xLabel({ axis, xMetric }: Pick<ChartSettings, "axis" | "xMetric">, x: number): string {
  if (axis === "step") return `step ${formatNumber(x, 9)}`;
  if (axis === "metric") return `${xMetric} ${formatNumber(x, 7)}`;
  if (axis === "relative") return `after ${formatDuration(x)}`;
  return formatAbsolute(new Date(x * 1000));
}
