/** How a column's numbers are written, coloured, and compared with the baseline's. */
import { formatMeasurement, formatNumber, numberFormat } from "@/ui/format";
import { betterOf, type ColumnSpec, type NumberFormat } from "./columns";

export type Range = { readonly min: number; readonly max: number };

const minus = (text: string): string => text.replace(/-/g, "−");

function formatted(value: number, { kind, digits }: NumberFormat): string {
  switch (kind) {
    case "fixed":
      return Math.abs(value) < 1e15
        ? numberFormat("fixed", digits).format(value)
        : value.toExponential(digits);
    case "significant":
      return numberFormat("significant", Math.max(1, digits)).format(
        Number(value.toPrecision(Math.max(1, digits))),
      );
    case "scientific":
      return value.toExponential(digits);
    case "percent":
      return `${numberFormat("fixed", digits).format(value * 100)} %`;
  }
}

/** A number of the column as text. Non-finite ones arrive as texts. */
export function formatCell(column: ColumnSpec, value: number | string): string {
  if (typeof value === "number" && column.format !== undefined) return minus(formatted(value, column.format));
  return column.type === "float_series" ? formatMeasurement(value) : formatNumber(value);
}

export type Delta = { readonly text: string; readonly verdict: "better" | "worse" | "same" | "neutral" };

/** How far a value is from the baseline's, and whether that is good; null where one of them is no number. */
export function deltaOf(column: ColumnSpec, value: unknown, baseline: unknown): Delta | null {
  if (typeof value !== "number" || typeof baseline !== "number") return null;
  const difference = value - baseline;
  if (difference === 0) return { text: "=", verdict: "same" };
  const text = `${difference > 0 ? "+" : ""}${formatCell(column, difference)}`;
  const better = betterOf(column);
  if (better === "none") return { text, verdict: "neutral" };
  return { text, verdict: difference > 0 === (better === "higher") ? "better" : "worse" };
}

/** Where a value lies between the column's least and greatest, from 0 to 1; on a logarithmic scale where they are far apart. */
export function heatOf(value: unknown, range: Range | undefined): number | null {
  if (typeof value !== "number" || range === undefined || !(range.max > range.min)) return null;
  const wide = range.min > 0 && range.max / range.min > 1000;
  const scale = (x: number) => (wide ? Math.log(x) : x);
  const share = (scale(value) - scale(range.min)) / (scale(range.max) - scale(range.min));
  return Number.isFinite(share) ? Math.min(1, Math.max(0, share)) : null;
}
