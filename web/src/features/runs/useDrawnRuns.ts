import { useQueries } from "@tanstack/react-query";
import { useMemo, useRef } from "react";
import { runQuery } from "@/api/runs";
import type { ProjectRef, Row } from "@/api/types";
import type { DrawnRun } from "@/features/charts/ChartsPane";
import { assignSlots, runColorVar } from "@/ui/runColors";
import { drawnKeys } from "./selection";
import type { ProjectState } from "./urlState";

/** The runs whose eyes are open, with names and colours. Hand-picked runs outside the loaded rows are asked for one by one. */
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

  const firstKeys = new Set(firstRows.map((row) => row.key));
  const away = useQueries({
    queries: keys
      .filter((key) => !firstKeys.has(key))
      .map((key) => ({ ...runQuery(project, `key:${key}`), staleTime: 60_000 })),
  });
  for (const { data } of away) if (data) names.current.set(data.key, data);

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
        return name ? [{ key, id: name.id, name: name.name, color: runColorVar(slot), slot }] : [];
      }),
    [keys, slots, known],
  );
  return { runs, slots };
}
