/** The server's columns as charts take them. */
import type { RunColumn, RunColumns } from "@/api/types";
import type { ChartColumn, RunTable } from "@/charts/runTable";

const numberOf = (value: number | string | null): number => {
  if (value === "Infinity") return Number.POSITIVE_INFINITY;
  if (value === "-Infinity") return Number.NEGATIVE_INFINITY;
  return typeof value === "number" ? value : Number.NaN;
};

function columnFrom(column: RunColumn): ChartColumn {
  if (column.kind !== "category")
    return { kind: column.kind, values: Float64Array.from(column.numbers ?? [], numberOf) };
  // The server's order is by bytes; people expect 2 before 10.
  const levels = column.levels ?? [];
  const order = levels
    .map((text, code) => ({ text, code }))
    .sort((a, b) => a.text.localeCompare(b.text, "en", { numeric: true }));
  const places = new Int32Array(levels.length);
  order.forEach(({ code }, place) => {
    places[code] = place;
  });
  return {
    kind: "category",
    levels: order.map(({ text }) => text),
    codes: Int32Array.from(column.codes ?? [], (code) => (code < 0 ? -1 : (places[code] as number))),
  };
}

export const tableFrom = (found: RunColumns): RunTable => ({
  keys: found.runs,
  ids: found.ids,
  names: found.names,
  columns: found.columns.map(columnFrom),
  total: found.total,
});

/** Whether a log axis shows numbers better: all positive, over more than two powers of ten. */
export function wantsLog(column: ChartColumn): boolean {
  if (column.kind !== "number") return false;
  let low = Number.POSITIVE_INFINITY;
  let high = 0;
  for (const value of column.values) {
    if (!Number.isFinite(value)) continue;
    if (value <= 0) return false;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return high / low > 100;
}
