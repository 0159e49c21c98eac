/** Ticks of durations and of wall time: whole minutes, hours and days rather than whole hundreds of seconds. */
import { type Scale, ticks } from "./scale";

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;

const STEPS: readonly number[] = [
  ...[1, 2, 5, 10, 15, 30],
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR),
  ...[1, 2, 7, 14, 30, 60, 90, 180, 365].map((days) => days * DAY),
];

/** About `wanted` values in seconds; `offset` seconds are added to a value before it is a whole step (a time zone). */
export function timeTicks(scale: Scale, wanted: number, offset = 0): number[] {
  const [low, high] = scale.domain;
  const rough = (high - low) / Math.max(1, wanted);
  // Parts of a second, decades, and logarithms have no better ticks than numbers have.
  if (scale.log || !(rough > 0.5) || rough > (STEPS[STEPS.length - 1] as number)) return ticks(scale, wanted);
  const step = STEPS.find((each) => each >= rough * 0.75) ?? DAY;
  const found: number[] = [];
  for (let value = Math.ceil((low + offset) / step) * step - offset; value <= high; value += step)
    found.push(value);
  return found;
}

/** 45s, 2m30s, 1h30m, 6h, 1d 6h. */
export function durationText(seconds: number, step: number): string {
  const sign = seconds < 0 ? "−" : "";
  const whole = Math.round(Math.abs(seconds));
  if (whole === 0) return "0";
  const [d, h, m, s] = [
    Math.floor(whole / DAY),
    Math.floor(whole / HOUR) % 24,
    Math.floor(whole / MINUTE) % 60,
    whole % 60,
  ];
  const parts = [d > 0 ? `${d}d` : "", h > 0 ? `${h}h` : "", m > 0 && step < DAY ? `${m}m` : ""];
  if (s > 0 && step < MINUTE) parts.push(`${s}s`);
  return (
    sign +
    (parts
      .filter(Boolean)
      .slice(0, 2)
      .join(d > 0 ? " " : "") || `${whole}s`)
  );
}
