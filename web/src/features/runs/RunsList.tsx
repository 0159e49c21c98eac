import { RefreshCw } from "lucide-react";
import { Suspense, useCallback, useMemo, useState } from "react";
import { useProjectEvents } from "@/api/events";
import type { ProjectRef } from "@/api/types";
import { ErrorState } from "@/ui/Feedback";
import { formatCount } from "@/ui/format";
import { LoadingBar } from "@/ui/LoadingBar";
import { part } from "@/ui/part";
import type { CellBox } from "./CellEditor";
import { columnId } from "./columns";
import { EmptyRuns } from "./EmptyRuns";
import { EyeMenu } from "./EyeMenu";
import type { RunField } from "./RunEditor";
import type { TableLayout } from "./RunRow";
import styles from "./RunsList.module.css";
import { ROW_PX, RunsTable } from "./RunsTable";
import type { ShownRows } from "./rowPlaces";
import { clearSelection, selectedCount, selectRows, useSelection } from "./rowSelection";
import { SelectionBar } from "./SelectionBar";
import { drawAlso, drawFirst, drawNothing } from "./selection";
import { SparklineContext, SparklineStore } from "./sparklines";
import {
  changeColumn,
  joined,
  moveColumn,
  placeColumn,
  type SetProjectState,
  toggleBaseline,
  toggleGroupBy,
  togglePinned,
} from "./stateChanges";
import type { ProjectState } from "./urlState";
import { useWidths } from "./useColumns";
import type { ProjectTable } from "./useProjectTable";

type Props = {
  readonly project: ProjectRef;
  readonly state: ProjectState;
  readonly setState: SetProjectState;
  readonly layout: TableLayout;
  readonly model: ProjectTable;
  readonly grid: React.RefObject<HTMLDivElement | null>;
};

const CellEditor = part(async () => (await import("./CellEditor")).CellEditor);
const RunEditor = part(async () => (await import("./RunEditor")).RunEditor);
const GroupedRuns = part(async () => (await import("./GroupedRuns")).GroupedRuns);

/** Rows that stand for those that have not come yet. */
const SKELETON_ROWS = 14;
const SKELETON: ShownRows = {
  first: 0,
  end: SKELETON_ROWS,
  firstShown: 0,
  endShown: SKELETON_ROWS,
  shiftPx: 0,
};
const skeletonRows = (): ShownRows => SKELETON;

/** The table of runs, or what stands in its place. */
export function RunsList({ project, state, setState, layout, model, grid }: Props) {
  const { table, columns } = model;
  const [widths, setWidth] = useWidths(project);
  const onFilter = useCallback(
    (condition: string) =>
      setState((before) => ({ ...before, query: joined(before.query, condition) }), { push: true }),
    [setState],
  );
  const setPinned = useCallback(
    (key: number) => setState((before) => togglePinned(before, key), { push: true }),
    [setState],
  );
  const setBaseline = useCallback(
    (key: number) => setState((before) => toggleBaseline(before, key), { push: true }),
    [setState],
  );
  const sparklines = useMemo(() => new SparklineStore(project), [project]);
  useProjectEvents(project, ({ runs }) => sparklines.forget(runs));
  const [edited, setEdited] = useState<{
    readonly id: string;
    readonly field: RunField;
    readonly box: CellBox | null;
  } | null>(null);
  const edit = useCallback(
    (id: string, field: RunField, box: CellBox | null) => setEdited({ id, field, box }),
    [],
  );
  const closeEditor = useCallback(() => {
    setEdited(null);
    grid.current?.focus({ preventScroll: true });
  }, [grid]);
  const unreadable = model.queryError !== null && table.total === null;
  if (table.error !== null && table.total === null && !unreadable)
    return <ErrorState error={table.error} retry={table.retry} />;
  if (unreadable || model.empty)
    return <EmptyRuns {...{ project, state, setState, unreadable }} compact={layout === "narrow"} />;

  if (state.groupBy.length > 0)
    return (
      <Suspense fallback={null}>
        <GroupedRuns {...{ project, state, setState, model, layout }} gridRef={grid} />
      </Suspense>
    );

  const waiting = table.total === null;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: only notes where the pointer is
    <div
      className={styles.table}
      onMouseEnter={() => model.setPointing(true)}
      onMouseLeave={() => model.setPointing(false)}
    >
      <SparklineContext value={sparklines}>
        <RunsTable
          project={project}
          table={waiting ? { ...table, total: SKELETON_ROWS, length: SKELETON_ROWS } : table}
          window={
            waiting
              ? { ...model.window, shown: skeletonRows, spacerPx: SKELETON_ROWS * ROW_PX[layout] }
              : model.window
          }
          layout={layout}
          columns={columns}
          requested={model.requested}
          widths={widths}
          setWidth={setWidth}
          sort={state.sort}
          setSort={(sort) => setState((before) => ({ ...before, sort }), { push: true })}
          changeColumn={(column, next) => setState((before) => changeColumn(before, columns, column, next))}
          moveColumn={(column, by) =>
            setState((before) => ({ ...before, columns: moveColumn(columns, column, by) }))
          }
          dropColumn={(dragged, next) => {
            const column = columns.find((each) => columnId(each) === dragged);
            if (column !== undefined)
              setState((before) => ({ ...before, columns: placeColumn(columns, column, next) }), {
                push: true,
              });
          }}
          groupBy={(column) => setState((before) => toggleGroupBy(before, column), { push: true })}
          slots={model.slots}
          toggleEye={model.toggleEye}
          onFilter={onFilter}
          edit={edit}
          gridRef={grid}
          baseline={model.baseline}
          ranges={model.ranges}
          pinned={state.pinned}
          setPinned={setPinned}
          setBaseline={setBaseline}
          eyeHeader={
            <>
              {layout === "full" && <SelectScreen project={project} keys={() => screenKeys(model)} />}
              <EyeMenu
                autoCount={state.autoCount}
                drawn={model.slots.size}
                setAutoCount={(count) => setState((before) => drawFirst(before, count))}
                onNone={() => setState(drawNothing)}
                latest={state.latest}
                setLatest={(latest) => setState((before) => ({ ...before, latest }))}
                only={state.only}
                setOnly={(only) => setState((before) => ({ ...before, only }), { push: true })}
                onScreen={() =>
                  setState((before) => drawAlso(before, screenKeys(model), [...model.slots.keys()]))
                }
              />
            </>
          }
        />
      </SparklineContext>
      {table.outdated && table.error === null && <LoadingBar className={styles.loading} />}
      {layout === "full" && (
        <SelectionBar project={project} state={state} total={table.total ?? 0} release={table.release} />
      )}
      {edited !== null && (
        <Suspense fallback={null}>
          {edited.box === null ? (
            <RunEditor project={project} id={edited.id} field={edited.field} close={closeEditor} />
          ) : (
            <CellEditor
              key={`${edited.id} ${edited.field}`}
              project={project}
              id={edited.id}
              field={edited.field}
              box={edited.box}
              close={closeEditor}
            />
          )}
        </Suspense>
      )}
      {table.drift && !table.outdated && <Drift model={model} drift={table.drift} />}
    </div>
  );
}

/** Ticks the rows on the screen, or none. */
function SelectScreen(props: { readonly project: ProjectRef; readonly keys: () => readonly number[] }) {
  const count = selectedCount(useSelection(props.project));
  return (
    <input
      type="checkbox"
      className={styles.selectScreen}
      aria-label={count > 0 ? "Select none" : "Select the rows on the screen"}
      title={count > 0 ? "Select none" : "Select the rows on the screen"}
      checked={count > 0}
      onChange={() => (count > 0 ? clearSelection(props.project) : selectRows(props.project, props.keys()))}
    />
  );
}

/** Keys of the rows between the edges of the window, those that are loaded. */
function screenKeys({ table, window }: ProjectTable): readonly number[] {
  const keys: number[] = [];
  const { firstShown, endShown } = window.shown();
  for (let index = firstShown; index < endShown; index += 1) {
    const row = table.rowAt(index);
    if (row !== undefined) keys.push(row.key);
  }
  return keys;
}

/** The server's order is another one by now; the reader decides when to see it. */
function Drift(props: {
  readonly model: ProjectTable;
  readonly drift: NonNullable<ProjectTable["table"]["drift"]>;
}) {
  const { model, drift } = props;
  return (
    <button
      type="button"
      className={styles.drift}
      onClick={() => {
        model.table.release();
        model.window.toTop();
      }}
    >
      <RefreshCw size={13} />
      {drift.added > 0
        ? `${formatCount(drift.added)} new ${drift.added === 1 ? "run" : "runs"}`
        : "The order has changed"}
    </button>
  );
}
