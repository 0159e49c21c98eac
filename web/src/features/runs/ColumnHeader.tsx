import { Menu } from "@mantine/core";
import { ArrowDown, ArrowUp, Check, ChevronDown, X } from "lucide-react";
import { type PointerEvent, useRef } from "react";
import styles from "./ColumnHeader.module.css";
import { AGGREGATES, type ColumnSpec, columnId, columnTitle, isNumericColumn } from "./columns";
import type { SortSpec } from "./urlState";

const AGGREGATE_TITLES: Readonly<Record<string, string>> = {
  last: "Last value",
  min: "Minimum",
  max: "Maximum",
  average: "Average",
  variance: "Variance",
  first: "First value",
  count: "Number of points",
  last_step: "Last step",
};

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
    >
      <button
        type="button"
        className={styles.sort}
        title={column.path}
        onClick={() => setSort(next === null ? null : { ...column, direction: next })}
      >
        <span className={styles.text}>
          {prefix && <span className={styles.prefix}>{prefix}</span>}
          <span className={styles.title}>{title}</span>
          {column.type === "float_series" && aggregate !== "last" && (
            <span className={styles.aggregate}>{aggregate.replace("_", " ")}</span>
          )}
        </span>
        {direction === "desc" && <ArrowDown size={13} aria-hidden="true" />}
        {direction === "asc" && <ArrowUp size={13} aria-hidden="true" />}
      </button>
      {change !== undefined && (
        <Menu position="bottom-end" width={200} withinPortal>
          <Menu.Target>
            <button type="button" className={styles.more} aria-label={`Column ${title}`}>
              <ChevronDown size={13} />
            </button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Label className="mono">{column.path}</Menu.Label>
            <Menu.Item
              leftSection={<ArrowUp size={14} />}
              onClick={() => setSort({ ...column, direction: "asc" })}
            >
              Sort ascending
            </Menu.Item>
            <Menu.Item
              leftSection={<ArrowDown size={14} />}
              onClick={() => setSort({ ...column, direction: "desc" })}
            >
              Sort descending
            </Menu.Item>
            {column.type === "float_series" && (
              <>
                <Menu.Divider />
                {AGGREGATES.map((each) => (
                  <Menu.Item
                    key={each}
                    leftSection={
                      each === aggregate ? <Check size={14} /> : <span className={styles.noCheck} />
                    }
                    onClick={() => {
                      const { aggregate: _, ...plain } = column;
                      change(each === "last" ? plain : { ...plain, aggregate: each });
                    }}
                  >
                    {AGGREGATE_TITLES[each]}
                  </Menu.Item>
                ))}
              </>
            )}
            <Menu.Divider />
            <Menu.Item leftSection={<X size={14} />} onClick={() => change(null)}>
              Remove column
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
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
