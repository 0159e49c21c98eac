/** The table as text, to paste elsewhere. */
import type { ComparedRow, Value } from "@/api/types";

/** A value without any rounding. */
export function plainText(value: Value | undefined, row: ComparedRow, run: number): string {
  const points = row.points?.[run];
  if (value === null || value === undefined) return points ? `${points.count} points` : "";
  if (typeof value !== "object") return String(value);
  return Array.isArray(value) ? value.join(", ") : value.name;
}

export const rowTitle = (row: ComparedRow): string =>
  row.section === "packages"
    ? `package ${row.path}`
    : row.aggregate
      ? `${row.path} (${row.aggregate.replace("_", " ")})`
      : row.path;

type Named = { readonly name: string };

const cellsOf = (row: ComparedRow, runs: readonly Named[], places: readonly number[]): string[] =>
  runs.map((_, index) => plainText(row.values[places[index] ?? -1], row, places[index] ?? -1));

/** Comma-separated values (RFC 4180). `places` says where each run's value stands in a row. */
export function toCsv(
  rows: readonly ComparedRow[],
  runs: readonly Named[],
  places: readonly number[],
): string {
  const lines = [["attribute", ...runs.map((run) => run.name)]];
  for (const row of rows) lines.push([rowTitle(row), ...cellsOf(row, runs, places)]);
  return lines.map((line) => `${line.map(quoted).join(",")}\r\n`).join("");
}

/** What begins like a formula would be run by a spreadsheet: it gets an apostrophe, unless it is a number. */
function quoted(text: string): string {
  const safe = /^[=+@\t\r-]/.test(text) && !/^[+-]?(\d|\.\d|Infinity)/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** A GitHub-flavoured Markdown table. */
export function toMarkdown(
  rows: readonly ComparedRow[],
  runs: readonly Named[],
  places: readonly number[],
): string {
  const line = (cells: readonly string[]) => `| ${cells.map(escaped).join(" | ")} |\n`;
  const head = line(["Attribute", ...runs.map((run) => run.name)]);
  const rule = `| --- |${runs.map(() => " --- |").join("")}\n`;
  return head + rule + rows.map((row) => line([rowTitle(row), ...cellsOf(row, runs, places)])).join("");
}

const escaped = (text: string): string =>
  text.replace(/[\\|<`*_[\]]/g, (mark) => `\\${mark}`).replace(/\r?\n/g, " ");
