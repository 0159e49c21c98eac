import type { Column } from "@/api/types";
import type { ColumnSpec } from "@/features/runs/columns";

/** A saved column as the table holds it. */
export const specOf = (column: Column): ColumnSpec => ({
  path: column.path,
  ...(column.type ? { type: column.type } : {}),
  ...(column.aggregate ? { aggregate: column.aggregate } : {}),
  ...(column.at_step == null ? {} : { atStep: column.at_step }),
});
