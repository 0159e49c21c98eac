import { Diff, Ellipsis, Eye, Pencil, Pin } from "lucide-react";
import { type CSSProperties, type MouseEvent, memo, type ReactNode, useState } from "react";
import type { ProjectRef, Row } from "@/api/types";
import { formatMeasurement } from "@/ui/format";
import { runColorVar } from "@/ui/runColors";
import { setHoveredRun, useIsHoveredRun } from "@/ui/runHover";
import { StateBadge } from "@/ui/StateBadge";
import { RelativeTime } from "@/ui/Time";
import type { CellBox } from "./CellEditor";
import { Cell } from "./cells";
import { heatOf, type Range } from "./columnFormat";
import { type ColumnSpec, columnId, columnTitle, isNumericColumn } from "./columns";
import type { RunField } from "./RunEditor";
import styles from "./RunsTable.module.css";
import { toggleSelected, useIsSelected } from "./rowSelection";
import { placeBelow, placeOf, useRunActions } from "./runActions";
import { runAddress } from "./runAddress";

export type TableLayout = "full" | "narrow" | "cards";

export const rowId = (index: number): string => `run-row-${index}`;

export type RunRowProps = {
  readonly row: Row;
  readonly index: number;
  /** Where it stands in the spacer. */
  readonly topPx: number;
  readonly active: boolean;
  readonly layout: TableLayout;
  readonly project: ProjectRef;
  /** Those that are rendered: pinned ones, and what is in the window. */
  readonly columns: readonly ColumnSpec[];
  /** Where each stands in the whole table, from 0. */
  readonly columnIndexes: readonly number[];
  /** The columns before this place of `columns` are pinned; a gap follows them for what is left out. Null without gaps. */
  readonly gapAt: number | null;
  readonly places: readonly number[];
  readonly createdPlace: number;
  /** The series a phone's card has room for. */
  readonly highlights: readonly { readonly column: ColumnSpec; readonly place: number }[];
  /** What a narrow list is ordered by is shown beside the name. */
  readonly sortedBy: { readonly column: ColumnSpec; readonly place: number } | null;
  readonly slot: number | undefined;
  /** So many of the first columns stay at the left edge with the name. */
  readonly stuck: number;
  readonly baseline: Row | null;
  readonly ranges: ReadonlyMap<string, Range>;
  readonly pinned: boolean;
  readonly setPinned: (key: number) => void;
  readonly setBaseline: (key: number) => void;
  readonly toggleEye: (key: number) => void;
  readonly onFilter: (condition: string) => void;
  readonly open: (id: string) => void;
  /** The reader wants to write: in the cell that stands in that place, or, without one, in a form of everything. */
  readonly edit: (id: string, field: RunField, box: CellBox | null) => void;
  readonly activate: (index: number) => void;
};

export const RunRow = memo(function RunRow(props: RunRowProps) {
  const { row, layout } = props;
  const lit = useIsHoveredRun(row.key);
  const actions = useRunActions();
  const selected = useIsSelected(props.project, row.key);
  const createdAt = row.values[props.createdPlace];
  // What shows only under the pointer is made only there: a row is made for every few pixels of scrolling.
  const [near, setNear] = useState(false);
  const isBaseline = props.baseline?.key === row.key;
  const stuck = props.columns.slice(0, props.stuck);
  const loose = props.columns.slice(props.stuck);
  const cell = (column: ColumnSpec, i: number) => {
    const place = props.places[i] ?? -1;
    const value = row.values[place];
    const heat = column.heat ? heatOf(value, props.ranges.get(columnId(column))) : null;
    const field = EDITABLE[column.path];
    return (
      <div
        key={columnId(column)}
        className={styles.cell}
        role="gridcell"
        aria-colindex={3 + (props.columnIndexes[i] ?? i)}
        onDoubleClick={
          field === undefined
            ? undefined
            : (event) => props.edit(row.id, field, event.currentTarget.getBoundingClientRect())
        }
        data-numeric={isNumericColumn(column) || undefined}
        data-heat={heat === null ? undefined : true}
        style={heat === null ? undefined : ({ "--heat": `${Math.round(heat * 38)}%` } as CSSProperties)}
      >
        <Cell
          column={column}
          row={row}
          value={value}
          createdAt={createdAt}
          onFilter={props.onFilter}
          baseline={isBaseline || layout !== "full" ? undefined : props.baseline?.values[place]}
        />
        {field !== undefined && (near || props.active) && (
          <button
            type="button"
            tabIndex={-1}
            className={styles.write}
            aria-label={`Edit the ${field} of ${row.name}`}
            title="Edit (double click)"
            onClick={(event) =>
              props.edit(
                row.id,
                field,
                (event.currentTarget.parentElement ?? event.currentTarget).getBoundingClientRect(),
              )
            }
          >
            <Pencil size={13} />
          </button>
        )}
      </div>
    );
  };
  return (
    // biome-ignore lint/a11y/useKeyWithMouseEvents: the grid handles the keyboard
    <div
      id={rowId(props.index)}
      className={styles.row}
      style={{ top: props.topPx }}
      role="row"
      aria-rowindex={props.index + 2}
      data-active={props.active || undefined}
      data-lit={lit || undefined}
      data-pinned={props.pinned || undefined}
      data-baseline={isBaseline || undefined}
      onMouseOver={() => setHoveredRun(row.key)}
      onMouseEnter={() => setNear(true)}
      onMouseLeave={() => setNear(false)}
      onMouseDown={() => props.activate(props.index)}
      onContextMenu={(event) => {
        if (actions === null) return;
        event.preventDefault();
        actions.openMenu(row, placeOf(event));
      }}
    >
      <div className={styles.stuck} role="presentation" style={spanOf(props.stuck)}>
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
            {(near || props.slot !== undefined) && <Eye size={16} className={styles.open} />}
          </button>
        </div>
        <div
          className={styles.nameCell}
          role="gridcell"
          onDoubleClick={(event) => {
            if (event.target === event.currentTarget && layout === "full")
              props.edit(row.id, "name", event.currentTarget.getBoundingClientRect());
          }}
        >
          {layout === "narrow" && <StateBadge state={row.state} iconOnly />}
          <a
            href={runAddress(props.project, row.id)}
            className={styles.name}
            tabIndex={-1}
            title={row.name}
            onClick={(event) => {
              if (!isPlain(event)) return;
              event.preventDefault();
              props.open(row.id);
            }}
          >
            {row.name}
          </a>
          {layout !== "cards" && (near || props.active || props.pinned || isBaseline) && (
            <span className={styles.marks}>
              {layout === "full" && (
                <button
                  type="button"
                  tabIndex={-1}
                  className={styles.mark}
                  aria-label={`Edit ${row.name}`}
                  title="Edit name, tags and description (e)"
                  onClick={() => props.edit(row.id, "name", null)}
                >
                  <Pencil size={13} />
                </button>
              )}
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
              {actions !== null && (
                <button
                  type="button"
                  tabIndex={-1}
                  className={styles.mark}
                  aria-haspopup="menu"
                  aria-label={`Actions for ${row.name}`}
                  title="More (m, or a right click)"
                  onClick={(event) => actions.openMenu(row, placeBelow(event.currentTarget))}
                >
                  <Ellipsis size={13} />
                </button>
              )}
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
                  <FactName column={column} />
                  <b className="num">
                    {formatMeasurement(row.values[place] as number | string | null) || "–"}
                  </b>
                </span>
              ))}
            </span>
          )}
        </div>
        {stuck.map(cell)}
      </div>
      {props.gapAt !== null && <span className={styles.gap} />}
      {loose.map((column, i) => cell(column, stuck.length + i))}
    </div>
  );
});

/** What a number on a card is called: by the last two parts of its path, for several may end alike; the last is cut last. */
function FactName({ column }: { readonly column: ColumnSpec }) {
  const { prefix, title } = columnTitle(column);
  const parent = prefix.split("/").at(-2);
  return (
    <span className={styles.factName}>
      {parent !== undefined && <span>{parent}/</span>}
      <span>{title}</span>
    </span>
  );
}

/** A click that stays in this tab. */
const isPlain = (event: MouseEvent): boolean =>
  event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;

/** One element for all that stays: each that does is a layer of its own to the browser, which costs it most of a frame. */
const spanOf = (columns: number): CSSProperties | undefined =>
  columns === 0 ? undefined : { gridColumn: `span ${2 + columns}` };

const EDITABLE: Readonly<Record<string, RunField>> = {
  "sys/tags": "tags",
  "sys/description": "description",
};

/** Cells, and in their midst room for those that are left out. */
export function withGap(at: number | null, cells: readonly ReactNode[]): readonly ReactNode[] {
  return at === null
    ? cells
    : [...cells.slice(0, at), <span key="gap" className={styles.gap} />, ...cells.slice(at)];
}

export function BlankRow(props: {
  readonly index: number;
  readonly topPx: number;
  readonly columns: number;
  readonly gapAt: number | null;
}) {
  return (
    <div
      className={styles.row}
      style={{ top: props.topPx }}
      role="row"
      aria-rowindex={props.index + 2}
      aria-busy="true"
    >
      <div className={styles.stuck} role="presentation">
        <div className={styles.eyeCell} role="gridcell" />
        <div className={styles.nameCell} role="gridcell">
          <span className={styles.blank} style={{ width: `${45 + ((props.index * 37) % 40)}%` }} />
        </div>
      </div>
      {withGap(
        props.gapAt,
        Array.from({ length: props.columns }, (_, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: placeholders have no identity
          <div key={i} className={styles.cell} role="gridcell">
            <span className={styles.blank} style={{ width: `${35 + ((props.index * 13 + i * 29) % 40)}%` }} />
          </div>
        )),
      )}
    </div>
  );
}
