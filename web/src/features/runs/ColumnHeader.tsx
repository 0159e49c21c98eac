import { ArrowDown, ArrowUp } from "lucide-react";
import { type PointerEvent, useRef } from "react";
import styles from "./ColumnHeader.module.css";
import { ColumnMenu } from "./ColumnMenu";
import { type ColumnSpec, columnId, columnTitle, isNumericColumn } from "./columns";
import type { SortSpec } from "./urlState";

/** What a dragged heading carries: its column's id. */
const DRAGGED = "application/x-trireme-column";

type Props = {
  readonly column: ColumnSpec;
  readonly sort: SortSpec | null;
  readonly setSort: (sort: SortSpec | null) => void;
  readonly width: number;
  /** null = back to the default width. */
  readonly setWidth: ((width: number | null) => void) | undefined;
  /** Replaces or (null) removes the column; absent for the name. */
  readonly change?: (next: ColumnSpec | null) => void;
  readonly className?: string | undefined;
  /** How far from the left edge a pinned column stays. */
  readonly left?: number | undefined;
  readonly move?: (by: -1 | 1) => void;
  /** Another column, by its id, was dropped on this one. */
  readonly drop?: (dragged: string) => void;
  readonly groupBy?: () => void;
};

/** A heading: click sorts (descending, ascending, not), the arrow opens what else can be done, the edge resizes. */
export function ColumnHeader(props: Props) {
  const { column, sort, setSort, change } = props;
  const { prefix, title } = columnTitle(column);
  const direction = sort !== null && columnId(sort) === columnId(column) ? sort.direction : null;
  const next = direction === null ? "desc" : direction === "desc" ? "asc" : null;
  const aggregate = column.aggregate ?? "last";
  return (
    <div
      className={`${styles.header} ${props.className ?? ""}`}
      role="columnheader"
      aria-sort={direction === "asc" ? "ascending" : direction === "desc" ? "descending" : "none"}
      data-numeric={isNumericColumn(column) || undefined}
      data-stuck={props.left === undefined ? undefined : true}
      style={props.left === undefined ? undefined : { left: props.left }}
      onDragOver={(event) => {
        if (props.drop !== undefined && event.dataTransfer.types.includes(DRAGGED)) event.preventDefault();
      }}
      onDrop={(event) => {
        event.preventDefault();
        props.drop?.(event.dataTransfer.getData(DRAGGED));
      }}
    >
      <button
        type="button"
        className={styles.sort}
        title={column.path}
        draggable={change !== undefined}
        onDragStart={(event) => {
          event.dataTransfer.setData(DRAGGED, columnId(column));
          event.dataTransfer.effectAllowed = "move";
        }}
        onKeyDown={(event) => {
          const by = { ArrowLeft: -1 as const, ArrowRight: 1 as const }[event.key];
          if (by === undefined || !event.shiftKey || props.move === undefined) return;
          event.preventDefault();
          props.move(by);
        }}
        onClick={() => setSort(next === null ? null : { ...column, direction: next })}
      >
        <span className={styles.text}>
          {prefix && <span className={styles.prefix}>{prefix}</span>}
          <span className={styles.title}>{title}</span>
          {column.type === "float_series" && (aggregate !== "last" || column.atStep !== undefined) && (
            <span className={styles.aggregate}>
              {column.atStep === undefined ? aggregate.replace("_", " ") : `at ${column.atStep}`}
            </span>
          )}
        </span>
        {direction === "desc" && <ArrowDown size={13} aria-hidden="true" />}
        {direction === "asc" && <ArrowUp size={13} aria-hidden="true" />}
      </button>
      {change !== undefined && (
        <ColumnMenu
          column={column}
          setSort={setSort}
          change={change}
          {...(props.move ? { move: props.move } : {})}
          {...(props.groupBy ? { groupBy: props.groupBy } : {})}
        />
      )}
      {props.setWidth && <ResizeHandle width={props.width} setWidth={props.setWidth} />}
    </div>
  );
}

function ResizeHandle(props: { readonly width: number; readonly setWidth: (width: number | null) => void }) {
  const start = useRef<{ x: number; width: number } | null>(null);
  const onPointerDown = (event: PointerEvent<HTMLSpanElement>) => {
    event.preventDefault();
    event.currentTarget.setPointerCapture(event.pointerId);
    start.current = { x: event.clientX, width: props.width };
  };
  return (
    <span
      className={styles.resize}
      aria-hidden="true"
      title="Drag to resize, double-click to reset"
      onPointerDown={onPointerDown}
      onPointerMove={(event) => {
        if (start.current === null) return;
        props.setWidth(Math.max(56, Math.round(start.current.width + event.clientX - start.current.x)));
      }}
      onPointerUp={() => {
        start.current = null;
      }}
      onDoubleClick={() => props.setWidth(null)}
    />
  );
}
