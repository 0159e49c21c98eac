/** The table's pinned columns follow into legends: their values of the runs that a legend lists. */
import { createContext, useContext, useMemo } from "react";
import type { ProjectRef, Value } from "@/api/types";
import { formatCell } from "./columnFormat";
import { type ColumnSpec, columnTitle } from "./columns";
import { useRunsByKey, valueText } from "./useDrawnRuns";

const MOST = 4;
/** What names a run stands in every legend anyway. */
const NAMES: ReadonlySet<string> = new Set(["sys/name", "sys/id"]);

/** The columns, and the drawn runs (keys): their values are asked for at once, when a legend first needs them. */
export type LegendColumnsOf = { readonly columns: readonly ColumnSpec[]; readonly runs: readonly number[] };

export const LegendColumns = createContext<LegendColumnsOf>({ columns: [], runs: [] });

export const legendColumns = (columns: readonly ColumnSpec[]): readonly ColumnSpec[] =>
  columns.filter((column) => column.pinned && !NAMES.has(column.path)).slice(0, MOST);

export type LegendValues = {
  readonly titles: readonly string[];
  /** A run's texts, one a column; "" while they are not known. */
  readonly of: (run: number) => readonly string[];
};

const NO_RUNS: readonly number[] = [];
const NOTHING: LegendValues = { titles: [], of: () => [] };

export function useLegendValues(project: ProjectRef): LegendValues {
  const { columns, runs } = useContext(LegendColumns);
  const rows = useRunsByKey(project, columns.length === 0 ? NO_RUNS : runs, columns);
  return useMemo(() => {
    if (columns.length === 0) return NOTHING;
    const byKey = new Map(rows.map((row) => [row.key, row.values]));
    return {
      titles: columns.map((column) => columnTitle(column).title),
      of: (run) => columns.map((column, index) => textOf(column, byKey.get(run)?.[index])),
    };
  }, [rows, columns]);
}

function textOf(column: ColumnSpec, value: Value | undefined): string {
  if (value === null || value === undefined) return "";
  return typeof value === "number" ? formatCell(column, value) : valueText(value);
}
