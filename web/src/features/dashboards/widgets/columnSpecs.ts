import type { Column } from "@/api/types";
import { AGGREGATES, type ColumnSpec } from "@/features/runs/columns";

/** A saved column as the table holds it. */
export const specOf = (column: Column): ColumnSpec => ({
  path: column.path,
  ...(column.type ? { type: column.type } : {}),
  ...(column.aggregate ? { aggregate: column.aggregate } : {}),
  ...(column.at_step == null ? {} : { atStep: column.at_step }),
});

const OF_SERIES = new RegExp(`^(${AGGREGATES.join("|")})\\((.+)\\)$`);

/** A column as one types it: `params/lr`, or `min(val/loss)` as the SDK and the API write it. */
export const columnText = (column: Pick<Column, "path" | "aggregate">): string =>
  column.aggregate && column.aggregate !== "last" ? `${column.aggregate}(${column.path})` : column.path;

/** The column that somebody typed. */
export function columnTyped(text: string): Column {
  const [, word, path] = OF_SERIES.exec(text) ?? [];
  const aggregate = AGGREGATES.find((each) => each === word);
  if (aggregate === undefined || path === undefined) return { path: text };
  return { path, type: "float_series", aggregate };
}

/** A proposal for what is being typed: where a function was opened, it is kept around the name. */
export function proposed(typed: string): {
  readonly search: string;
  readonly wrap: (path: string) => string;
} {
  const [, word, path = ""] = new RegExp(`^(${AGGREGATES.join("|")})\\((.*)$`).exec(typed) ?? [];
  if (word === undefined) return { search: typed, wrap: (found) => found };
  return { search: path.replace(/\)$/, ""), wrap: (found) => `${word}(${found})` };
}
