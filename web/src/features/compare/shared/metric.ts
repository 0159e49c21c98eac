/** Which metric a project is about, until somebody says. */
import type { ColumnSpec } from "@/features/runs/columns";

/** The table's first metric: automatic columns begin with the likeliest one. */
export const likelyMetric = (columns: readonly ColumnSpec[]): ColumnSpec | null =>
  columns.find((column) => column.type === "float_series") ?? null;
