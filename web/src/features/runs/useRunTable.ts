import { useQueries, useQueryClient } from "@tanstack/react-query";
import { useCallback, useMemo, useReducer, useRef } from "react";
import { useProjectEvents } from "@/api/events";
import { runKeys, searchRuns } from "@/api/runs";
import type { ProjectRef, Row, Table, TableRequest } from "@/api/types";
import { type ColumnSpec, toApiColumn } from "./columns";
import { type LivePages, mergePages, PAGE_SIZE, rowAt } from "./livePages";
import { type SortSpec, whichRuns } from "./urlState";

export type RunTable = {
  /** Exact number of runs that match; null until the first answer. */
  readonly total: number | null;
  /** Rows of the table: the runs that match, and pinned ones that do not. */
  readonly length: number;
  readonly rowAt: (index: number) => Row | undefined;
  /** The table's first rows, as far as they are loaded. */
  readonly firstRows: readonly Row[];
  /** What is shown answers an earlier question. */
  readonly outdated: boolean;
  readonly error: Error | null;
  readonly drift: LivePages["drift"];
  /** Show the order the server has now. */
  readonly release: () => void;
  readonly retry: () => void;
};

export type RowRange = { readonly first: number; readonly end: number };

const none: readonly Row[] = [];

/** The rows of a runs table around `range`, kept live. `holding`: the reader would lose their place if rows moved. */
export function useRunTable(
  project: ProjectRef,
  question: {
    readonly query: string;
    readonly heads: boolean;
    readonly trashed: boolean;
    readonly columns: readonly ColumnSpec[];
    readonly sort: SortSpec | null;
    /** Keys of runs that come before all others. */
    readonly first: readonly number[];
    /** Only these runs; null for all. */
    readonly runs: readonly number[] | null;
  },
  range: RowRange,
  holding: boolean,
  enabled: boolean,
): RunTable {
  const queries = useQueryClient();
  const [, redraw] = useReducer((n: number) => n + 1, 0);
  const { query, heads, trashed, columns, sort, first, runs } = question;
  const request = useMemo<TableRequest>(
    () => ({
      query,
      ...whichRuns({ heads, trashed }),
      columns: columns.map(toApiColumn),
      ...(sort ? { sort: { ...toApiColumn(sort), direction: sort.direction } } : {}),
      ...(first.length > 0 ? { first: [...first] } : {}),
      ...(runs === null ? {} : { runs: [...runs] }),
      limit: PAGE_SIZE,
    }),
    [query, heads, trashed, columns, sort, first, runs],
  );
  const identity = useMemo(() => JSON.stringify(request), [request]);

  const shown = useRef<LivePages | null>(null);
  // A new question is asked for what is seen first: what lies beyond would be worked out beside it, and might come before.
  const answered = shown.current?.request === identity;
  const pages = pagesOf(range, shown.current?.length ?? 0, answered ? AHEAD : 0);
  const results = useQueries({
    queries: pages.map((page) => ({
      queryKey: [...runKeys.table(project, request), page],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        searchRuns(project, { ...request, offset: page * PAGE_SIZE }, signal),
      enabled,
    })),
  });

  const answers = new Map<number, Table>();
  results.forEach((result, i) => {
    const page = pages[i];
    if (page !== undefined && result.data !== undefined) answers.set(page, result.data);
  });

  // Which order is on screen is a memory, not a function of the cache: see livePages.
  const released = useRef(false);
  shown.current = mergePages(shown.current, identity, answers, holding && !released.current);
  released.current = false;
  const live = shown.current;

  useProjectEvents(project, () => {
    void queries.invalidateQueries(
      { queryKey: [...runKeys.project(project), "table"], type: "active" },
      { cancelRefetch: false },
    );
  });

  const release = useCallback(() => {
    released.current = true;
    redraw();
  }, []);
  const failed = results.find((result) => result.isError);
  const { refetch } = failed ?? {};
  return {
    total: live?.total ?? null,
    length: live?.length ?? 0,
    rowAt: (index) => (live === null ? undefined : rowAt(live, index)),
    firstRows: live?.pages.get(0) ?? none,
    outdated: live !== null && live.request !== identity,
    error: failed?.error ?? null,
    drift: live?.drift ?? null,
    release,
    retry: useCallback(() => void refetch?.(), [refetch]),
  };
}

/** Rows asked for before they are needed, on each side of the window. */
const AHEAD = 160;

/** Pages that hold the rows around `range` and `ahead` more on each side, and always the first: it decides which runs are drawn. */
function pagesOf(range: RowRange, length: number, ahead: number): number[] {
  const pages = new Set([0]);
  const first = Math.max(0, range.first - ahead);
  const end = Math.max(range.end, Math.min(range.end + ahead, length));
  for (let page = Math.floor(first / PAGE_SIZE); page * PAGE_SIZE < end; page += 1) pages.add(page);
  return [...pages];
}
