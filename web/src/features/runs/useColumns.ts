import { useQuery } from "@tanstack/react-query";
import { useCallback, useMemo, useState } from "react";
import type { ProjectRef } from "@/api/types";
import { metricNamesQuery, parameterNamesQuery } from "./automaticNames";
import { automaticColumns, type ColumnSpec, columnId } from "./columns";

/** The chosen columns, or automatic ones. `ready` is false until the automatic ones are known. */
export function useColumns(
  project: ProjectRef,
  chosen: readonly ColumnSpec[] | null,
): { readonly columns: readonly ColumnSpec[]; readonly ready: boolean } {
  const options = { enabled: chosen === null, staleTime: 60_000, refetchInterval: automaticRefetch };
  const metrics = useQuery({ ...metricNamesQuery(project), ...options });
  const parameters = useQuery({ ...parameterNamesQuery(project), ...options });
  const automatic = useMemo(
    () => automaticColumns(metrics.data?.attributes ?? [], parameters.data?.attributes ?? []),
    [metrics.data, parameters.data],
  );
  // A failure of the names must not keep the runs away.
  const settled = !metrics.isPending && !parameters.isPending;
  return { columns: chosen ?? automatic, ready: chosen !== null || settled };
}

/** A young project soon has more names; an old one keeps its columns. */
const automaticRefetch = (query: { state: { data?: { total: number } | undefined } }): number | false =>
  (query.state.data?.total ?? 0) < 3 ? 3000 : false;

type Widths = Readonly<Record<string, number>>;

/** Column widths are a matter of one's own screen: kept by this browser, not in the address. */
export function useWidths(
  project: ProjectRef,
): readonly [Widths, (id: string, width: number | null) => void] {
  const key = `trireme-widths:${project.workspace}/${project.name}`;
  const [widths, setWidths] = useState<Widths>(() => readWidths(key));
  const set = useCallback(
    (id: string, width: number | null) =>
      setWidths((before) => {
        const { [id]: _, ...others } = before;
        const next = width === null ? others : { ...others, [id]: width };
        try {
          localStorage.setItem(key, JSON.stringify(next));
        } catch {
          // Storage is off or full: the width lasts as long as the page.
        }
        return next;
      }),
    [key],
  );
  return [widths, set];
}

function readWidths(key: string): Widths {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(key) ?? "{}");
    if (typeof stored !== "object" || stored === null) return {};
    return Object.fromEntries(
      Object.entries(stored).filter((entry): entry is [string, number] => typeof entry[1] === "number"),
    );
  } catch {
    return {};
  }
}

export const NAME_WIDTH_ID = columnId({ path: "sys/name" });
