import { useMergedRef } from "@mantine/hooks";
import { useNavigate } from "@tanstack/react-router";
import {
  type CSSProperties,
  type KeyboardEvent,
  type ReactNode,
  type Ref,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import type { ProjectRef, Row } from "@/api/types";
import { setHoveredRun } from "@/ui/runHover";
import type { Range } from "./columnFormat";
import { type ColumnSpec, columnId, defaultWidth, isNumericColumn } from "./columns";
import { useColumnWindow } from "./columnWindow";
import { type RunRowProps, rowId, type TableLayout } from "./RunRow";
import { RunRows } from "./RunRows";
import styles from "./RunsTable.module.css";
import { toggleSelected } from "./rowSelection";
import { placeBelow, useRunActions } from "./runActions";
import { TableHead } from "./TableHead";
import type { SortSpec } from "./urlState";
import { NAME_WIDTH_ID } from "./useColumns";
import type { RowWindow } from "./useRowWindow";
import type { RunTable } from "./useRunTable";

export const ROW_PX: Readonly<Record<TableLayout, number>> = { full: 34, narrow: 32, cards: 64 };
const EYE_WIDTHS: Readonly<Record<TableLayout, number>> = { full: 64, narrow: 40, cards: 40 };
const NAME_PX = 232;
const NARROW_NAME_PX = 120;
const NARROW_COLUMN_PX = 96;
const DELTA_PX = 60;

export type RunsTableProps = {
  readonly project: ProjectRef;
  readonly table: RunTable;
  readonly window: RowWindow;
  readonly layout: TableLayout;
  /** Shown columns; `requested` says where their values lie in a row. */
  readonly columns: readonly ColumnSpec[];
  readonly requested: readonly ColumnSpec[];
  readonly widths: Readonly<Record<string, number>>;
  readonly setWidth: (id: string, width: number | null) => void;
  readonly sort: SortSpec | null;
  readonly setSort: (sort: SortSpec | null) => void;
  readonly changeColumn: (column: ColumnSpec, next: ColumnSpec | null) => void;
  readonly moveColumn: (column: ColumnSpec, by: -1 | 1) => void;
  /** Puts the column of that id before another one. */
  readonly dropColumn: (dragged: string, before: ColumnSpec) => void;
  readonly groupBy: (column: ColumnSpec) => void;
  readonly slots: ReadonlyMap<number, number>;
  readonly toggleEye: (key: number) => void;
  readonly onFilter: (condition: string) => void;
  /** The reader wants to change a run. */
  readonly edit: RunRowProps["edit"];
  readonly eyeHeader: ReactNode;
  /** The run that others are compared with, with values as in the table's rows. */
  readonly baseline: Row | null;
  readonly ranges: ReadonlyMap<string, Range>;
  readonly pinned: readonly number[];
  readonly setPinned: (key: number) => void;
  readonly setBaseline: (key: number) => void;
  readonly gridRef: Ref<HTMLDivElement>;
};

/** The virtualised grid. One tab stop: arrows move the active row, Enter opens it, Space opens or closes its eye. */
export function RunsTable(props: RunsTableProps) {
  const { table, window, layout, columns, widths } = props;
  const [active, setActive] = useState(-1);
  const navigate = useNavigate();
  const actions = useRunActions();
  const acts = useRef(props);
  acts.current = props;
  const total = table.length;
  const rowPx = ROW_PX[layout];
  const eyePx = EYE_WIDTHS[layout];
  const [scroller, setScroller] = useState<HTMLDivElement | null>(null);
  const mergedRef = useMergedRef(window.scroller, props.gridRef, setScroller);

  // Told by an observer: asking for scrollLeft while scrolling would lay the page out once more.
  const edge = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    if (scroller === null || edge.current === null) return;
    const observer = new IntersectionObserver(
      (entries) => scroller.toggleAttribute("data-shifted", !entries.at(-1)?.isIntersecting),
      { root: scroller },
    );
    observer.observe(edge.current);
    return () => observer.disconnect();
  }, [scroller]);

  useEffect(() => {
    if (active >= total) setActive(total - 1);
  }, [active, total]);

  const shownColumns = useMemo(
    () =>
      layout === "full"
        ? columns
        : layout === "narrow"
          ? columns.filter((column) => column.pinned).map((column) => ({ ...column, sparkline: false }))
          : none,
    [layout, columns],
  );
  const nameWidth = widths[NAME_WIDTH_ID] ?? NAME_PX;
  // Beside a baseline numbers take more room.
  const compared = props.baseline !== null && layout === "full";
  const widthOf = useCallback(
    (column: ColumnSpec) =>
      layout === "narrow"
        ? NARROW_COLUMN_PX
        : (widths[columnId(column)] ??
          defaultWidth(column) + (compared && isNumericColumn(column) ? DELTA_PX : 0)),
    [widths, layout, compared],
  );
  const pinnedCount = layout === "full" ? shownColumns.filter((column) => column.pinned).length : 0;
  const loose = useMemo(
    () => shownColumns.slice(pinnedCount).map(widthOf),
    [shownColumns, pinnedCount, widthOf],
  );
  const stuckPx =
    eyePx + nameWidth + shownColumns.slice(0, pinnedCount).reduce((sum, column) => sum + widthOf(column), 0);
  const { first, end, beforePx, afterPx } = useColumnWindow(scroller, loose, stuckPx);
  const gapAt = first > 0 ? pinnedCount : null;
  const columnIndexes = useMemo(
    () =>
      shownColumns.flatMap((_, i) =>
        i < pinnedCount || (i >= pinnedCount + first && i < pinnedCount + end) ? [i] : [],
      ),
    [shownColumns, pinnedCount, first, end],
  );
  const rendered = useMemo(
    () => columnIndexes.flatMap((i) => shownColumns[i] ?? []),
    [shownColumns, columnIndexes],
  );
  const template = useMemo(() => {
    const own = rendered.map((column) => `${widthOf(column)}px`);
    if (gapAt !== null) own.splice(gapAt, 0, `${beforePx}px`);
    if (layout !== "full")
      return [`${eyePx}px`, `minmax(${own.length > 0 ? NARROW_NAME_PX : 0}px, 1fr)`, ...own].join(" ");
    return [`${eyePx}px`, `${nameWidth}px`, ...own, `minmax(${afterPx}px, 1fr)`].join(" ");
  }, [layout, rendered, widthOf, nameWidth, eyePx, gapAt, beforePx, afterPx]);
  const places = useMemo(() => {
    const at = new Map(props.requested.map((column, i) => [columnId(column), i]));
    return rendered.map((column) => at.get(columnId(column)) ?? -1);
  }, [props.requested, rendered]);
  // Pinned columns stay at the left when the table is scrolled sideways.
  const stick = useMemo(() => {
    let left = eyePx + nameWidth;
    return rendered.map((column) => {
      if (!column.pinned || layout !== "full") return undefined;
      const at = left;
      left += widthOf(column);
      return at;
    });
  }, [rendered, layout, widthOf, nameWidth, eyePx]);
  const createdPlace = props.requested.findIndex((column) => column.path === "sys/creation_time");
  const highlights = useMemo(
    () =>
      props.requested
        .flatMap((column, place) => (isHighlight(column) ? [{ column, place }] : []))
        .slice(0, 2),
    [props.requested],
  );

  const { sort } = props;
  const sortedBy = useMemo(() => {
    if (sort === null || sort.path === "sys/name") return null;
    const place = props.requested.findIndex((column) => columnId(column) === columnId(sort));
    const column = props.requested[place];
    return column === undefined ? null : { column, place };
  }, [sort, props.requested]);

  const { workspace, name: projectName } = props.project;
  const open = useCallback(
    (runId: string) =>
      void navigate({
        to: "/p/$workspace/$project/runs/$runId",
        params: { workspace, project: projectName, runId },
      }),
    [navigate, workspace, projectName],
  );
  const move = (index: number) => {
    const next = Math.min(total - 1, Math.max(0, index));
    setActive(next);
    window.show(next);
    setHoveredRun(table.rowAt(next)?.key ?? null);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    if (event.target !== event.currentTarget || event.metaKey || event.ctrlKey || event.altKey) return;
    const page = Math.max(1, Math.floor(window.viewPx / rowPx) - 1);
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: active + 1,
      ArrowUp: active - 1,
      PageDown: active + page,
      PageUp: active - page,
      Home: 0,
      End: total - 1,
    };
    const target = moves[event.key];
    if (target !== undefined && total > 0) {
      event.preventDefault();
      move(target);
      return;
    }
    const row = active >= 0 ? table.rowAt(active) : undefined;
    if (row === undefined) return;
    if (event.key === " ") {
      event.preventDefault();
      props.toggleEye(row.key);
    } else if (event.key === "Enter") {
      event.preventDefault();
      open(row.id);
    } else if (event.key === "m" || event.key === "ContextMenu" || (event.key === "F10" && event.shiftKey)) {
      event.preventDefault();
      const element = document.getElementById(rowId(active));
      if (element !== null) actions?.openMenu(row, placeBelow(element));
    } else if (event.key === "p") {
      props.setPinned(row.key);
    } else if (event.key === "b") {
      props.setBaseline(row.key);
    } else if (event.key === "e") {
      event.preventDefault();
      props.edit(row.id, "name", null);
    } else if (event.key === "x") {
      toggleSelected(props.project, row.key);
    } else if (event.key === "Escape") {
      setActive(-1);
    }
  };

  const style = {
    "--cols": template,
    "--row-px": `${rowPx}px`,
    "--eye-px": `${eyePx}px`,
    "--table-px": `${layout === "full" ? stuckPx + loose.reduce((sum, width) => sum + width, 0) : 0}px`,
  } as CSSProperties;
  return (
    <div
      ref={mergedRef}
      className={styles.scroller}
      role="grid"
      tabIndex={0}
      aria-label="Runs"
      aria-rowcount={total + 1}
      aria-colcount={2 + shownColumns.length}
      aria-busy={table.outdated || table.total === null}
      aria-activedescendant={active >= 0 ? rowId(active) : undefined}
      data-layout={layout}
      style={style}
      onKeyDown={onKeyDown}
      onMouseLeave={() => setHoveredRun(null)}
      onFocus={(event) => {
        if (
          event.target === event.currentTarget &&
          active < 0 &&
          total > 0 &&
          event.currentTarget.matches(":focus-visible")
        )
          setActive(window.shown().firstShown);
      }}
    >
      <div className={styles.head} role="row" aria-rowindex={1}>
        <div className={styles.eyeHead} role="columnheader">
          {props.eyeHeader}
        </div>
        <TableHead
          layout={layout}
          columns={columns}
          rendered={rendered}
          stick={stick}
          stuck={pinnedCount}
          gapAt={gapAt}
          sort={sort}
          nameWidth={nameWidth}
          widthOf={widthOf}
          acts={acts}
        />
      </div>
      <div className={styles.spacer} style={{ height: window.spacerPx }} role="rowgroup">
        <span ref={edge} className={styles.edge} />
        <RunRows
          table={table}
          window={window}
          rowPx={rowPx}
          active={active}
          layout={layout}
          project={props.project}
          columns={rendered}
          columnIndexes={columnIndexes}
          gapAt={gapAt}
          places={places}
          createdPlace={createdPlace}
          highlights={highlights}
          sortedBy={layout === "narrow" ? sortedBy : null}
          slots={props.slots}
          stuck={pinnedCount}
          baseline={props.baseline}
          ranges={props.ranges}
          pinned={props.pinned}
          setPinned={props.setPinned}
          setBaseline={props.setBaseline}
          toggleEye={props.toggleEye}
          onFilter={props.onFilter}
          open={open}
          edit={props.edit}
          activate={setActive}
        />
      </div>
    </div>
  );
}

const none: readonly ColumnSpec[] = [];
const isHighlight = (column: ColumnSpec): boolean => column.type === "float_series";
