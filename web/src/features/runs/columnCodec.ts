/** Columns in an address: `path:type:aggregate` and marks for how they look, joined by commas; unknown marks are left out. */
import type { AggregateName, TypeLabel } from "@/api/types";
import { AGGREGATES, type ColumnSpec, type NumberFormat, TYPES } from "./columns";
import type { SortSpec } from "./urlState";

export const escapePath = (text: string): string => text.replace(/[\\,:]/g, (mark) => `\\${mark}`);

/** Splits at `mark` where it is not escaped; escapes stay. */
export function splitAt(text: string, mark: "," | ":"): string[] {
  const parts: string[] = [];
  let part = "";
  for (let i = 0; i < text.length; i += 1) {
    const char = text.charAt(i);
    if (char === "\\") {
      part += char + text.charAt(i + 1);
      i += 1;
    } else if (char === mark) {
      parts.push(part);
      part = "";
    } else {
      part += char;
    }
  }
  parts.push(part);
  return parts;
}

export const unescapePath = (text: string): string => text.replace(/\\(.)/gs, "$1");

const FORMATS: Readonly<Record<string, NumberFormat["kind"]>> = {
  fix: "fixed",
  sig: "significant",
  exp: "scientific",
  pct: "percent",
};
const FORMAT = /^(fix|sig|exp|pct)(\d{1,2})$/;
export const MAX_DIGITS = 15;

function encodeFormat({ kind, digits }: NumberFormat): string {
  const name = Object.keys(FORMATS).find((each) => FORMATS[each] === kind) ?? "sig";
  return `${name}${digits}`;
}

export function encodeColumn(column: ColumnSpec): string {
  return [
    escapePath(column.path),
    column.type,
    column.aggregate,
    column.atStep === undefined ? "" : `at=${column.atStep}`,
    column.pinned ? "pin" : "",
    column.format ? encodeFormat(column.format) : "",
    column.better ? `good=${column.better}` : "",
    column.heat ? "heat" : "",
    column.sparkline ? "spark" : "",
    column.title ? `as=${escapePath(column.title)}` : "",
  ]
    .filter(Boolean)
    .join(":");
}

type Decoded = ColumnSpec & { readonly direction?: "asc" | "desc" };

function withMark(column: Decoded, mark: string): Decoded {
  if ((TYPES as readonly string[]).includes(mark)) return { ...column, type: mark as TypeLabel };
  if ((AGGREGATES as readonly string[]).includes(mark))
    return { ...column, aggregate: mark as AggregateName };
  if (mark === "asc" || mark === "desc") return { ...column, direction: mark };
  if (mark === "pin") return { ...column, pinned: true };
  if (mark === "heat") return { ...column, heat: true };
  if (mark === "spark") return { ...column, sparkline: true };
  const format = mark.match(FORMAT);
  const kind = FORMATS[format?.[1] ?? ""];
  if (kind !== undefined)
    return { ...column, format: { kind, digits: Math.min(MAX_DIGITS, Number(format?.[2])) } };
  const [name, ...rest] = mark.split("=");
  const value = rest.join("=");
  if (name === "at" && value !== "" && Number.isFinite(Number(value)))
    return { ...column, atStep: Number(value) };
  if (name === "good" && (value === "higher" || value === "lower" || value === "none"))
    return { ...column, better: value };
  if (name === "as" && value !== "") return { ...column, title: unescapePath(value) };
  return column;
}

export function decodeColumn(text: string): Decoded | null {
  const [path, ...marks] = splitAt(text, ":");
  return path ? marks.reduce(withMark, { path: unescapePath(path) } as Decoded) : null;
}

export function decodeSort(text: string): SortSpec | null {
  const column = decodeColumn(text);
  return column === null ? null : { ...column, direction: column.direction ?? "desc" };
}

export function decodeColumns(text: string | undefined): readonly ColumnSpec[] | null {
  if (text === undefined) return null;
  if (text === "none") return [];
  return splitAt(text, ",")
    .map(decodeColumn)
    .filter((column) => column !== null)
    .map(({ direction: _, ...column }) => column);
}

export function encodeColumns(columns: readonly ColumnSpec[] | null): string | undefined {
  if (columns === null) return undefined;
  return columns.length === 0 ? "none" : columns.map(encodeColumn).join(",");
}
