import { useMergedRef } from "@mantine/hooks";
import { Link, useNavigate } from "@tanstack/react-router";
import { Diff, Eye, Pin } from "lucide-react";
import {
  type CSSProperties,
  type KeyboardEvent,
  memo,
  type ReactNode,
  type Ref,
  useCallback,
  useEffect,
  useMemo,
  useState,
} from "react";
import type { ProjectRef, Row } from "@/api/types";
import { formatMeasurement } from "@/ui/format";
import { runColorVar } from "@/ui/runColors";
import { setHoveredRun, useIsHoveredRun } from "@/ui/runHover";
import { StateBadge } from "@/ui/StateBadge";
import { RelativeTime } from "@/ui/Time";
import { ColumnHeader } from "./ColumnHeader";
import { Cell } from "./cells";
import { heatOf, type Range } from "./columnFormat";
import { type ColumnSpec, columnId, columnTitle, defaultWidth, isNumericColumn } from "./columns";
import styles from "./RunsTable.module.css";
import { toggleSelected, useIsSelected } from "./rowSelection";
import { SortMenu } from "./SortMenu";
import type { SortSpec } from "./urlState";
import { NAME_WIDTH_ID } from "./useColumns";
import type { RowWindow } from "./useRowWindow";
import type { RunTable } from "./useRunTable";

export type TableLayout = "full" | "narrow" | "cards";

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
  const total = table.length;
  const rowPx = ROW_PX[layout];
  const eyePx = EYE_WIDTHS[layout];
  const mergedRef = useMergedRef(window.scroller, props.gridRef);

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
  const template = useMemo(() => {
    const own = shownColumns.map((column) => `${widthOf(column)}px`);
    if (layout !== "full")
      return [`${eyePx}px`, `minmax(${own.length > 0 ? NARROW_NAME_PX : 0}px, 1fr)`, ...own].join(" ");
    return [`${eyePx}px`, `${nameWidth}px`, ...own, "minmax(0, 1fr)"].join(" ");
  }, [layout, shownColumns, widthOf, nameWidth, eyePx]);
  const places = useMemo(() => {
    const at = new Map(props.requested.map((column, i) => [columnId(column), i]));
    return shownColumns.map((column) => at.get(columnId(column)) ?? -1);
  }, [props.requested, shownColumns]);
  // Pinned columns stay at the left when the table is scrolled sideways.
  const stick = useMemo(() => {
    let left = eyePx + nameWidth;
    return shownColumns.map((column) => {
      if (!column.pinned || layout !== "full") return undefined;
      const at = left;
      left += widthOf(column);
      return at;
    });
  }, [shownColumns, layout, widthOf, nameWidth, eyePx]);
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
      void navigate({
        to: "/p/$workspace/$project/runs/$runId",
        params: { workspace: props.project.workspace, project: props.project.name, runId: row.id },
      });
    } else if (event.key === "p") {
      props.setPinned(row.key);
    } else if (event.key === "b") {
      props.setBaseline(row.key);
    } else if (event.key === "x") {
      toggleSelected(props.project, row.key);
    } else if (event.key === "Escape") {
      setActive(-1);
    }
  };

  const rows: ReactNode[] = [];
  for (let index = window.first; index < Math.min(window.end, total); index += 1) {
    const row = table.rowAt(index);
    rows.push(
      row === undefined ? (
        <BlankRow key={`blank-${index}`} index={index} columns={shownColumns.length} />
      ) : (
        <RunRow
          key={row.key}
          row={row}
          index={index}
          active={index === active}
          layout={layout}
          project={props.project}
          columns={shownColumns}
          places={places}
          createdPlace={createdPlace}
          highlights={highlights}
          sortedBy={layout === "narrow" ? sortedBy : null}
          slot={props.slots.get(row.key)}
          stick={stick}
          baseline={props.baseline}
          ranges={props.ranges}
          pinned={props.pinned.includes(row.key)}
          setPinned={props.setPinned}
          setBaseline={props.setBaseline}
          toggleEye={props.toggleEye}
          onFilter={props.onFilter}
          activate={setActive}
        />
      ),
    );
  }

  const style = { "--cols": template, "--row-px": `${rowPx}px`, "--eye-px": `${eyePx}px` } as CSSProperties;
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
      data-outdated={table.outdated || undefined}
      style={style}
      onKeyDown={onKeyDown}
      onMouseLeave={() => setHoveredRun(null)}
      onScroll={(event) =>
        event.currentTarget.toggleAttribute("data-shifted", event.currentTarget.scrollLeft > 0)
      }
      onFocus={(event) => {
        if (
          event.target === event.currentTarget &&
          active < 0 &&
          total > 0 &&
          event.currentTarget.matches(":focus-visible")
        )
          setActive(window.first);
      }}
    >
      <div className={styles.head} role="row" aria-rowindex={1}>
        <div className={styles.eyeHead} role="columnheader">
          {props.eyeHeader}
        </div>
        {layout === "full" ? (
          <ColumnHeader
            column={nameColumn}
            sort={props.sort}
            setSort={props.setSort}
            width={nameWidth}
            setWidth={(width) => props.setWidth(NAME_WIDTH_ID, width)}
            className={styles.nameHead}
          />
        ) : (
          <div className={styles.sortHead} role="columnheader">
            <SortMenu columns={[nameColumn, ...columns]} sort={props.sort} setSort={props.setSort} />
          </div>
        )}
        {shownColumns.map((column, i) => (
          <ColumnHeader
            key={columnId(column)}
            left={stick[i]}
            column={column}
            sort={props.sort}
            setSort={props.setSort}
            width={widthOf(column)}
            setWidth={(width) => props.setWidth(columnId(column), width)}
            change={(next) => props.changeColumn(column, next)}
            move={(by) => props.moveColumn(column, by)}
            drop={(dragged) => props.dropColumn(dragged, column)}
            {...(canGroup(column) ? { groupBy: () => props.groupBy(column) } : {})}
          />
        ))}
      </div>
      <div className={styles.spacer} style={{ height: window.spacerPx }} role="rowgroup">
        <div
          className={styles.block}
          role="presentation"
          style={{ transform: `translateY(${window.offsetPx}px)` }}
        >
          {rows}
        </div>
      </div>
    </div>
  );
}

const none: readonly ColumnSpec[] = [];
const UNGROUPABLE: readonly string[] = [
  "file",
  "artifact",
  "string_series",
  "file_series",
  "histogram_series",
  "tensor_series",
];
const canGroup = (column: ColumnSpec): boolean =>
  column.atStep === undefined && !UNGROUPABLE.includes(column.type ?? "");
const nameColumn: ColumnSpec = { path: "sys/name", type: "string" };
const rowId = (index: number): string => `run-row-${index}`;
const isHighlight = (column: ColumnSpec): boolean => column.type === "float_series";

type RunRowProps = {
  readonly row: Row;
  readonly index: number;
  readonly active: boolean;
  readonly layout: TableLayout;
  readonly project: ProjectRef;
  readonly columns: readonly ColumnSpec[];
  readonly places: readonly number[];
  readonly createdPlace: number;
  /** The series a phone's card has room for. */
  readonly highlights: readonly { readonly column: ColumnSpec; readonly place: number }[];
  /** What a narrow list is ordered by is shown beside the name. */
  readonly sortedBy: { readonly column: ColumnSpec; readonly place: number } | null;
  readonly slot: number | undefined;
  /** How far from the left edge each column stays; undefined for those that scroll. */
  readonly stick: readonly (number | undefined)[];
  readonly baseline: Row | null;
  readonly ranges: ReadonlyMap<string, Range>;
  readonly pinned: boolean;
  readonly setPinned: (key: number) => void;
  readonly setBaseline: (key: number) => void;
  readonly toggleEye: (key: number) => void;
  readonly onFilter: (condition: string) => void;
  readonly activate: (index: number) => void;
};

const RunRow = memo(function RunRow(props: RunRowProps) {
  const { row, layout } = props;
  const lit = useIsHoveredRun(row.key);
  const selected = useIsSelected(props.project, row.key);
  const createdAt = row.values[props.createdPlace];
  const isBaseline = props.baseline?.key === row.key;
  return (
    // biome-ignore lint/a11y/useKeyWithMouseEvents: the grid handles the keyboard
    <div
      id={rowId(props.index)}
      className={styles.row}
      role="row"
      aria-rowindex={props.index + 2}
      data-active={props.active || undefined}
      data-lit={lit || undefined}
      data-pinned={props.pinned || undefined}
      data-baseline={isBaseline || undefined}
      onMouseOver={() => setHoveredRun(row.key)}
      onMouseDown={() => props.activate(props.index)}
    >
      <div className={styles.eyeCell} role="gridcell">
        {layout === "full" && (
          <input
            type="checkbox"
            tabIndex={-1}
            className={styles.check}
            aria-label={`Select ${row.name}`}
            checked={selected}
            onChange={() => toggleSelected(props.project, row.key)}
          />
        )}
        <button
          type="button"
          tabIndex={-1}
          className={styles.eye}
          aria-pressed={props.slot !== undefined}
          aria-label={`Draw ${row.name}`}
          style={props.slot === undefined ? undefined : { color: runColorVar(props.slot) }}
          onClick={() => props.toggleEye(row.key)}
        >
          {props.slot === undefined && <span className={styles.closed} />}
          <Eye size={16} className={styles.open} />
        </button>
      </div>
      <div className={styles.nameCell} role="gridcell">
        {layout === "narrow" && <StateBadge state={row.state} iconOnly />}
        <Link
          to="/p/$workspace/$project/runs/$runId"
          params={{ workspace: props.project.workspace, project: props.project.name, runId: row.id }}
          className={styles.name}
          tabIndex={-1}
          title={row.name}
        >
          {row.name}
        </Link>
        {layout !== "cards" && (
          <span className={styles.marks}>
            <button
              type="button"
              tabIndex={-1}
              className={styles.mark}
              aria-pressed={props.pinned}
              aria-label={`Keep ${row.name} on top`}
              title="Keep on top (p)"
              onClick={() => props.setPinned(row.key)}
            >
              <Pin size={13} />
            </button>
            <button
              type="button"
              tabIndex={-1}
              className={styles.mark}
              aria-pressed={isBaseline}
              aria-label={`Compare with ${row.name}`}
              title="Compare every run with this one (b)"
              onClick={() => props.setBaseline(row.key)}
            >
              <Diff size={13} />
            </button>
          </span>
        )}
        {props.sortedBy !== null && (
          <span className={styles.sorted}>
            <Cell
              column={props.sortedBy.column}
              row={row}
              value={row.values[props.sortedBy.place]}
              createdAt={createdAt}
              onFilter={props.onFilter}
            />
          </span>
        )}
        {layout === "cards" && (
          <span className={styles.card}>
            <StateBadge state={row.state} />
            {typeof createdAt === "string" && <RelativeTime value={createdAt} />}
            {props.highlights.map(({ column, place }) => (
              <span key={columnId(column)} className={styles.fact}>
                {columnTitle(column).title}{" "}
                <b className="num">{formatMeasurement(row.values[place] as number | string | null) || "–"}</b>
              </span>
            ))}
          </span>
        )}
      </div>
      {props.columns.map((column, i) => {
        const place = props.places[i] ?? -1;
        const value = row.values[place];
        const heat = column.heat ? heatOf(value, props.ranges.get(columnId(column))) : null;
        const left = props.stick[i];
        return (
          <div
            key={columnId(column)}
            className={styles.cell}
            role="gridcell"
            data-numeric={isNumericColumn(column) || undefined}
            data-stuck={left === undefined ? undefined : true}
            data-heat={heat === null ? undefined : true}
            style={
              left === undefined && heat === null
                ? undefined
                : ({
                    left,
                    "--heat": heat === null ? undefined : `${Math.round(heat * 38)}%`,
                  } as CSSProperties)
            }
          >
            <Cell
              column={column}
              row={row}
              value={value}
              createdAt={createdAt}
              onFilter={props.onFilter}
              baseline={isBaseline || layout !== "full" ? undefined : props.baseline?.values[place]}
            />
          </div>
        );
      })}
    </div>
  );
});

function BlankRow(props: { readonly index: number; readonly columns: number }) {
  return (
    <div className={styles.row} role="row" aria-rowindex={props.index + 2} aria-busy="true">
      <div className={styles.eyeCell} role="gridcell" />
      <div className={styles.nameCell} role="gridcell">
        <span className={styles.blank} style={{ width: `${45 + ((props.index * 37) % 40)}%` }} />
      </div>
      {Array.from({ length: props.columns }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: placeholders have no identity
        <div key={i} className={styles.cell} role="gridcell">
          <span className={styles.blank} style={{ width: `${35 + ((props.index * 13 + i * 29) % 40)}%` }} />
        </div>
      ))}
    </div>
  );
}
