/** How a value stands to the reference's. */
import type { ComparedRow, Value } from "@/api/types";
import { formatNumber } from "@/ui/format";
import type { Direction } from "./urlState";

export type Delta = {
  readonly absolute: number;
  /** Part of the reference's size; null where that is zero. */
  readonly relative: number | null;
};

/** The distance between two numbers; null unless both are finite and unequal. */
export function deltaOf(value: Value | undefined, reference: Value | undefined): Delta | null {
  if (typeof value !== "number" || typeof reference !== "number" || value === reference) return null;
  const absolute = value - reference;
  return { absolute, relative: reference === 0 ? null : absolute / Math.abs(reference) };
}

/** "+0.02 (+4.5%)"; `format` writes a size in the row's own unit. */
export function deltaText(delta: Delta, format?: (size: number) => string): string {
  const absolute = format
    ? `${delta.absolute < 0 ? "−" : "+"}${format(Math.abs(delta.absolute))}`
    : signed(formatNumber(delta.absolute, 3), delta.absolute);
  if (delta.relative === null) return absolute;
  const percent = delta.relative * 100;
  const size = Math.abs(percent);
  const text =
    size >= 1000 ? formatNumber(percent, 2) : percent.toFixed(size >= 100 ? 0 : size >= 0.095 ? 1 : 2);
  return `${absolute} (${signed(text.replace("-", "−"), percent)}%)`;
}

const signed = (text: string, value: number): string => (value > 0 ? `+${text}` : text);

/** Whether a change is for the better; null while nobody said what better is. */
export function verdict(delta: Delta, direction: Direction | null): "better" | "worse" | null {
  if (direction === null) return null;
  return delta.absolute > 0 === (direction === "up") ? "better" : "worse";
}

export type CellChange = "same" | "changed" | "added" | "removed";

/** What happened to a row's value from the run in place `reference` to that in place `run`. */
export function changeOf(row: ComparedRow, run: number, reference: number): CellChange {
  if (run === reference || !row.differs) return "same";
  const has = hasValue(row, run);
  const had = hasValue(row, reference);
  if (!has || !had) return has === had ? "same" : has ? "added" : "removed";
  return identity(row, run) === identity(row, reference) ? "same" : "changed";
}

export const hasValue = (row: ComparedRow, run: number): boolean =>
  row.points ? row.points[run] != null : (row.values[run] ?? null) !== null;

/** Equal for equal values; a file is its content. */
function identity(row: ComparedRow, run: number): string {
  const value = row.values[run] ?? null;
  const content = value !== null && typeof value === "object" && !Array.isArray(value) ? value.sha256 : value;
  return JSON.stringify([content, row.points?.[run] ?? null, row.types?.[run] ?? null]);
}
