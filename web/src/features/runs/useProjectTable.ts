import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { ApiError } from "@/api/client";
import { groupRuns, runKeys, searchRuns } from "@/api/runs";
import type { GroupRequest, ProjectRef, Row, TableRequest } from "@/api/types";
import type { Range } from "./columnFormat";
import { type ColumnSpec, columnId, pinnedFirst, toApiColumn } from "./columns";
import type { DrawnRun } from "./drawnRun";
import { PAGE_SIZE } from "./livePages";
import type { TableLayout } from "./RunRow";
import { ROW_PX } from "./RunsTable";
import { drawnKeys, toggleEye } from "./selection";
import type { SetProjectState } from "./stateChanges";
import { type ProjectState, whichRuns } from "./urlState";
import { useColumns } from "./useColumns";
import { useDrawnRuns, useRunsByKey } from "./useDrawnRuns";
import { type RowWindow, useRowWindow } from "./useRowWindow";
import { type RunTable, useRunTable } from "./useRunTable";

const CREATED: ColumnSpec = { path: "sys/creation_time", type: "datetime" };

export type ProjectTable = {
  readonly columns: readonly ColumnSpec[];
  /** Columns of the answer's rows: the shown ones and what cells need besides. */
  readonly requested: readonly ColumnSpec[];
  readonly table: RunTable;
  readonly window: RowWindow;
  readonly drawn: readonly DrawnRun[];
  readonly slots: ReadonlyMap<number, number>;
  readonly toggleEye: (key: number) => void;
  /** The pointer is on the table: rows must not move. */
  readonly setPointing: (pointing: boolean) => void;
  /** What the server has against the query. */
  readonly queryError: ApiError | null;
  readonly empty: boolean;
  /** Which runs are drawn is not known yet. */
  readonly settling: boolean;
  /** The run that others are compared with. */
  readonly baseline: Row | null;
  /** The extent of each column that is coloured by value, by the column's id. */
  readonly ranges: ReadonlyMap<string, Range>;
};

/** Everything the list of runs and the panes beside it show, for a state of the page. */
export function useProjectTable(
  project: ProjectRef,
  state: ProjectState,
  setState: SetProjectState,
  layout: TableLayout,
): ProjectTable {
  const { columns: chosen, ready } = useColumns(project, state.columns);
  const columns = useMemo(() => pinnedFirst(chosen), [chosen]);
  const [pointing, setPointing] = useState(false);

  // Durations of running runs and a phone's cards need the creation time, shown or not.
  const requested = useMemo(
    () =>
      columns.some((column) => columnId(column) === columnId(CREATED)) ? columns : [...columns, CREATED],
    [columns],
  );
  const [known, setKnown] = useState(0);
  const rowWindow = useRowWindow(known, ROW_PX[layout]);
  const moving = state.sort !== null;
  const automatic = useAutomaticRows(project, state);
  const listed = useMemo(() => {
    if (!state.only || automatic === null) return null;
    const keys = automatic.map((row) => row.key);
    return drawnKeys(state, keys);
  }, [state, automatic]);
  const listedText = listed?.join() ?? null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the text stands for the keys
  const runs = useMemo(() => listed, [listedText]);
  const table = useRunTable(
    project,
    {
      query: state.only ? "" : state.query,
      heads: state.only ? false : state.heads,
      trashed: state.trashed,
      columns: requested,
      sort: state.sort,
      first: state.pinned,
      runs,
    },
    rowWindow.range,
    pointing || moving || !rowWindow.atTop,
    ready && (!state.only || runs !== null),
  );
  const { length } = table;
  useEffect(() => setKnown(length), [length]);

  // Another question begins at its first row.
  const question = `${state.query}\n${state.heads}\n${state.trashed}\n${JSON.stringify(state.sort)}`;
  const toTop = useRef(rowWindow.toTop);
  toTop.current = rowWindow.toTop;
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs when the question changes, and only then
  useEffect(() => toTop.current(), [question]);

  const firstRows = automatic ?? table.firstRows;
  const firstKeys = useMemo(() => firstRows.map((row) => row.key), [firstRows]);
  const { runs: drawn, slots } = useDrawnRuns(project, state, firstRows);
  const baselineKeys = useMemo(() => (state.baseline === null ? [] : [state.baseline]), [state.baseline]);
  const baseline = useRunsByKey(project, baselineKeys, requested)[0] ?? null;
  const ranges = useRanges(project, state, columns);
  const latestKeys = useRef(firstKeys);
  latestKeys.current = firstKeys;
  const onEye = useCallback(
    (key: number) => setState((before) => toggleEye(before, key, latestKeys.current)),
    [setState],
  );
  return {
    columns,
    requested,
    table,
    window: rowWindow,
    drawn,
    slots,
    toggleEye: onEye,
    setPointing,
    queryError: table.error instanceof ApiError && table.error.status === 400 ? table.error : null,
    empty: table.total === 0 && length === 0 && !table.outdated && table.error === null,
    settling: drawn.length === 0 && table.total === null && table.error === null,
    baseline,
    ranges,
  };
}

/** The runs that are drawn by themselves, where they are not simply the table's first rows: then null. */
function useAutomaticRows(project: ProjectRef, state: ProjectState): readonly Row[] | null {
  const apart = state.latest || state.only || state.autoCount > PAGE_SIZE;
  const request: TableRequest = {
    query: state.query,
    ...whichRuns(state),
    columns: [],
    ...(state.sort && !state.latest
      ? { sort: { ...toApiColumn(state.sort), direction: state.sort.direction } }
      : {}),
    ...(state.latest ? {} : { first: [...state.pinned] }),
    limit: Math.max(1, state.autoCount),
  };
  const { data } = useQuery({
    queryKey: [...runKeys.table(project, request), "automatic"],
    queryFn: ({ signal }) => searchRuns(project, request, signal),
    enabled: apart,
    placeholderData: keepPreviousData,
  });
  return apart ? (data?.rows ?? null) : null;
}

const noRanges: ReadonlyMap<string, Range> = new Map();

/** How far the values of the columns that are coloured reach over all runs that match. */
function useRanges(
  project: ProjectRef,
  state: ProjectState,
  columns: readonly ColumnSpec[],
): ReadonlyMap<string, Range> {
  const coloured = useMemo(() => columns.filter((column) => column.heat), [columns]);
  const request: GroupRequest = {
    query: state.query,
    ...whichRuns(state),
    columns: coloured.map(toApiColumn),
    limit: 1,
  };
  const { data } = useQuery({
    queryKey: [...runKeys.project(project), "groups", request] as const,
    queryFn: ({ signal }) => groupRuns(project, request, signal),
    enabled: coloured.length > 0,
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });
  return useMemo(() => {
    const cells = data?.groups[0]?.cells;
    if (cells === undefined || coloured.length === 0) return noRanges;
    return new Map(
      coloured.flatMap((column, i) => {
        const cell = cells[i];
        return cell && cell.min !== null && cell.max !== null
          ? [[columnId(column), { min: cell.min, max: cell.max }] as const]
          : [];
      }),
    );
  }, [data, coloured]);
}
