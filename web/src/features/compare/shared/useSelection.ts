import { useMemo } from "react";
import type { RunSelection } from "@/api/types";
import { toApiColumn } from "@/features/runs/columns";
import type { DrawnRun } from "@/features/runs/drawnRun";
import { projectCodec } from "@/features/runs/urlState";
import { useUrlState } from "@/urlSearch";
import type { Scope } from "../urlState";

/** The runs that a view is about, as the server takes them: those of the table, in its order, or the drawn ones. */
export function useSelection(scope: Scope, runs: readonly DrawnRun[]): RunSelection {
  const [{ query, heads, sort }] = useUrlState(projectCodec);
  const keys = runs.map((run) => run.key).join();
  return useMemo(
    () =>
      scope === "drawn"
        ? { runs: keys === "" ? [] : keys.split(",").map(Number) }
        : {
            query,
            experiments: heads,
            sort: sort === null ? null : { ...toApiColumn(sort), direction: sort.direction },
          },
    [scope, keys, query, heads, sort],
  );
}
