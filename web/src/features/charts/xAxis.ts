/** The x axis as people read it: where ticks stand, what they and the pointer's place are called. */
import type { XTicks } from "@/charts/draw";
import { ticks, tickText } from "@/charts/scale";
import { durationText, timeTicks } from "@/charts/timeTicks";
import { formatAbsolute, formatDuration, formatNumber } from "@/ui/format";
import type { ChartSettings } from "./settings";

const NUMBERS: XTicks = { values: ticks, text: tickText };
const DURATIONS: XTicks = {
  values: (scale, wanted) => timeTicks(scale, wanted),
  text: (value, step) => (step < 1 ? `${tickText(value, step)}s` : durationText(value, step)),
};
const LOG_DURATIONS: XTicks = { values: ticks, text: (value, step) => `${tickText(value, step)}s` };
const TIMES: XTicks = {
  values: (scale, wanted) =>
    timeTicks(scale, wanted, -new Date(scale.domain[0] * 1000).getTimezoneOffset() * 60),
  text: (value, step) => {
    const text = formatAbsolute(new Date(value * 1000));
    if (step >= 86_400 || (step >= 60 && text.endsWith(" 00:00:00"))) return text.slice(5, 10);
    return text.slice(11, step < 60 ? 19 : 16);
  },
};

export function xTicksOf({ axis, logX }: Pick<ChartSettings, "axis" | "logX">): XTicks {
  if (axis === "relative") return logX ? LOG_DURATIONS : DURATIONS;
  return axis === "time" ? TIMES : NUMBERS;
}

/** Where the pointer is. */
export function xLabel({ axis, xMetric }: Pick<ChartSettings, "axis" | "xMetric">, x: number): string {
  if (axis === "step") return `step ${formatNumber(x, 9)}`;
  if (axis === "metric") return `${xMetric} ${formatNumber(x, 7)}`;
  if (axis === "relative") return x < 0 ? `${formatDuration(-x)} before` : `after ${formatDuration(x)}`;
  return formatAbsolute(new Date(x * 1000));
}
