/** Numbers, sizes, durations and times as people read them. */

/** Formatters are dear to make, and a table writes thousands of numbers. */
const WHOLE = new Intl.NumberFormat("en-US");
const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
const DAY_OF_YEAR = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" });
const made = new Map<string, Intl.NumberFormat>();

/** `Intl.NumberFormat` in English, made once for each kind and number of digits. */
export function numberFormat(kind: "significant" | "fixed", digits: number): Intl.NumberFormat {
  const key = `${kind}${digits}`;
  let format = made.get(key);
  if (format === undefined) {
    format = new Intl.NumberFormat(
      "en-US",
      kind === "significant"
        ? { maximumSignificantDigits: digits }
        : { minimumFractionDigits: digits, maximumFractionDigits: digits },
    );
    made.set(key, format);
  }
  return format;
}

/** A JSON number of the API: non-finite ones and integers beyond 2^53 arrive as text. */
export type ApiNumber = number | string;

/** Six significant digits, thin exponents, no trailing zeros: 0.001234, 1.5e-7, 12,345. */
export function formatNumber(value: ApiNumber | null | undefined, digits = 5): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "string") {
    if (value === "Infinity") return "∞";
    if (value === "-Infinity") return "−∞";
    return value;
  }
  if (Number.isNaN(value)) return "NaN";
  if (value === Number.POSITIVE_INFINITY) return "∞";
  if (value === Number.NEGATIVE_INFINITY) return "−∞";
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < 1e9) return minus(WHOLE.format(value));
  if (size >= 1e9 || size < 1e-4) {
    const [mantissa, exponent] = value.toExponential(Math.max(0, digits - 2)).split("e");
    return minus(`${Number(mantissa)}e${Number(exponent)}`);
  }
  const rounded = Number(value.toPrecision(digits));
  return minus(numberFormat("significant", digits).format(rounded));
}

/** For columns of measurements: four decimals, so that they stand in line; very small and very large ones as `formatNumber`. */
export function formatMeasurement(value: ApiNumber | null | undefined): string {
  if (typeof value !== "number") return formatNumber(value);
  const size = Math.abs(value);
  if (size >= 0.001 && size < 1000) return minus(value.toFixed(4));
  return formatNumber(value, 4);
}

const minus = (text: string): string => text.replace(/-/g, "−");

export function formatCount(value: number): string {
  return WHOLE.format(value);
}

export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const units = ["kB", "MB", "GB", "TB", "PB"];
  let size = bytes;
  let unit = "B";
  for (const next of units) {
    if (size < 999.5) break;
    size /= 1000;
    unit = next;
  }
  return `${size < 10 ? size.toFixed(1) : Math.round(size)} ${unit}`;
}

/** 850 ms, 12.4 s, 3 m 05 s, 2 h 14 m, 3 d 4 h. */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return "";
  if (seconds < 0) return "0 s";
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 60) return `${seconds < 10 ? Number(seconds.toFixed(1)) : Math.floor(seconds)} s`;
  const whole = Math.floor(seconds);
  const two = (n: number) => String(n).padStart(2, "0");
  if (whole < 3600) return `${Math.floor(whole / 60)} m ${two(whole % 60)} s`;
  if (whole < 86_400) return `${Math.floor(whole / 3600)} h ${two(Math.floor((whole % 3600) / 60))} m`;
  return `${Math.floor(whole / 86_400)} d ${Math.floor((whole % 86_400) / 3600)} h`;
}

/** "just now", "5 min ago", "yesterday", "12 Mar", "12 Mar 2024". */
export function formatRelative(time: Date, now: Date): string {
  const seconds = (now.getTime() - time.getTime()) / 1000;
  if (seconds < -60) return formatDate(time, now);
  if (seconds < 45) return "just now";
  if (seconds < 3600) return `${Math.max(1, Math.round(seconds / 60))} min ago`;
  if (seconds < 86_400) return `${Math.round(seconds / 3600)} h ago`;
  if (seconds < 2 * 86_400) return "yesterday";
  if (seconds < 7 * 86_400) return `${Math.floor(seconds / 86_400)} days ago`;
  return formatDate(time, now);
}

function formatDate(time: Date, now: Date): string {
  return (time.getFullYear() === now.getFullYear() ? DAY : DAY_OF_YEAR).format(time);
}

/** 2026-03-12 14:05:33, in the reader's time zone. */
export function formatAbsolute(time: Date): string {
  const two = (n: number) => String(n).padStart(2, "0");
  const date = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  return `${date} ${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
}
