import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo, useRef } from "react";
import { runKeys, searchRuns } from "@/api/runs";
import type { ProjectRef, Row, TableRequest, Value } from "@/api/types";
import { assignSlots, runColorVar } from "@/ui/runColors";
import { type ColumnSpec, toApiColumn } from "./columns";
import type { DrawnGroup, DrawnRun } from "./drawnRun";
import { drawnKeys } from "./selection";
import type { ProjectState } from "./urlState";

const none: readonly Row[] = [];

/** Some runs by their keys, with the values of columns. */
export function useRunsByKey(
  project: ProjectRef,
  keys: readonly number[],
  columns: readonly ColumnSpec[],
): readonly Row[] {
  const request: TableRequest = {
    runs: [...keys].sort((a, b) => a - b).slice(0, 1000),
    columns: columns.map(toApiColumn),
    limit: 1000,
  };
  const { data } = useQuery({
    queryKey: [...runKeys.table(project, request), "by key"],
    queryFn: ({ signal }) => searchRuns(project, request, signal),
    enabled: keys.length > 0,
    placeholderData: keepPreviousData,
    staleTime: 5_000,
  });
  return keys.length > 0 ? (data?.rows ?? none) : none;
}

/** The runs whose eyes are open, with names and colours, and groups while those are averaged. */
export function useDrawnRuns(
  project: ProjectRef,
  state: ProjectState,
  firstRows: readonly Row[],
): { readonly runs: readonly DrawnRun[]; readonly slots: ReadonlyMap<number, number> } {
  const memory = useRef<ReadonlyMap<number, number>>(new Map());
  const names = useRef(new Map<number, { id: string; name: string }>());
  for (const row of firstRows) names.current.set(row.key, row);

  const keyText = drawnKeys(
    state,
    firstRows.map((row) => row.key),
  ).join();
  const keys = useMemo(() => (keyText === "" ? [] : keyText.split(",").map(Number)), [keyText]);

  // Hand-picked runs outside the loaded rows, and everybody's groups, are asked for at once.
  const firstKeys = new Set(firstRows.map((row) => row.key));
  const grouped = state.averaged && state.groupBy.length > 0;
  const away = grouped ? keys : keys.filter((key) => !firstKeys.has(key));
  const details = useRunsByKey(project, away, grouped ? state.groupBy : []);
  for (const row of details) names.current.set(row.key, row);
  const groups = useMemo(
    () => (grouped ? groupsOf(details) : new Map<number, DrawnGroup>()),
    [grouped, details],
  );

  const slots = useMemo(() => {
    const next = assignSlots(keys, memory.current);
    memory.current = next;
    return next;
  }, [keys]);

  const known = keys.map((key) => names.current.get(key)?.name ?? "").join("\n");
  // biome-ignore lint/correctness/useExhaustiveDependencies: `known` stands for the names, so that charts are not handed a new list for nothing
  const runs = useMemo(
    () =>
      keys.flatMap((key): DrawnRun[] => {
        const slot = slots.get(key) ?? 0;
        const name = names.current.get(key);
        const group = groups.get(key);
        return name
          ? [
              {
                key,
                id: name.id,
                name: name.name,
                color: runColorVar(slot),
                slot,
                ...(group ? { group } : {}),
              },
            ]
          : [];
      }),
    [keys, slots, known, groups],
  );
  return { runs, slots };
}

/** Each run's group: those with the same values, coloured in the order of their labels. */
export function groupsOf(rows: readonly Row[]): Map<number, DrawnGroup> {
  const labels = new Map<string, string>();
  for (const row of rows) labels.set(JSON.stringify(row.values), row.values.map(valueText).join(", "));
  const order = [...labels].sort(([, a], [, b]) => a.localeCompare(b, "en", { numeric: true }));
  const found = new Map(
    order.map(([id, label], index): [string, DrawnGroup] => [id, { id, label, color: runColorVar(index) }]),
  );
  return new Map(
    rows.flatMap((row) => {
      const group = found.get(JSON.stringify(row.values));
      return group ? [[row.key, group] as const] : [];
    }),
  );
}

/** A value in a group's label. */
export function valueText(value: Value | undefined): string {
  if (value === null || value === undefined) return "none";
  if (Array.isArray(value)) return value.length > 0 ? value.join(" + ") : "no tags";
  return typeof value === "object" ? value.name : String(value);
}
