import type { ReactNode } from "react";
import type { FileValue, Row, Value } from "@/api/types";
import { CopyButton } from "@/ui/CopyButton";
import { formatBytes, formatDuration } from "@/ui/format";
import { StateBadge } from "@/ui/StateBadge";
import { RelativeTime, useNow } from "@/ui/Time";
import styles from "./cells.module.css";
import { deltaOf, formatCell } from "./columnFormat";
import type { ColumnSpec } from "./columns";
import { quote } from "./query/nql";
import { Sparkline } from "./Sparkline";

type CellProps = {
  readonly column: ColumnSpec;
  readonly row: Row;
  readonly value: Value | undefined;
  /** For the duration of a run that goes on. */
  readonly createdAt: Value | undefined;
  /** Adds a condition to the query. */
  readonly onFilter: (condition: string) => void;
  /** The pointer is on the row. */
  readonly near?: boolean;
  /** What the run that others are compared with has here. */
  readonly baseline?: Value | undefined;
};

const isFile = (value: Value): value is FileValue =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** One value of the table, drawn by what it is. */
export function Cell({ column, row, value, createdAt, onFilter, near, baseline }: CellProps) {
  if (column.path === "sys/state")
    return (
      <FilterButton column={column} value={row.state} onFilter={onFilter}>
        <StateBadge state={row.state} />
      </FilterButton>
    );
  if (column.path === "sys/running_time_seconds")
    return <Duration row={row} value={value} createdAt={createdAt} />;
  if (value === null || value === undefined || value === "") return <span className={styles.absent}>–</span>;
  if (column.path === "sys/id")
    return (
      <span className={styles.id}>
        <span className={`${styles.idText} mono`} title={String(value)}>
          {String(value)}
        </span>
        {near && (
          <span className={styles.copy}>
            <CopyButton text={String(value)} label="run ID" size={12} />
          </span>
        )}
      </span>
    );
  if (Array.isArray(value))
    return (
      <span className={styles.tags}>
        {value.map((tag) => (
          <button
            key={tag}
            type="button"
            tabIndex={-1}
            className={styles.tag}
            title={`Filter by ${tag}`}
            onClick={(event) => {
              event.stopPropagation();
              onFilter(`\`${column.path}\`:string_set CONTAINS ${quote(tag)}`);
            }}
          >
            {tag}
          </button>
        ))}
      </span>
    );
  if (isFile(value))
    return (
      <span title={`${value.name}, ${value.mime}`}>
        {value.name} <span className="quiet num">{formatBytes(value.size)}</span>
      </span>
    );
  if (typeof value === "boolean")
    return (
      <FilterButton column={column} value={value} onFilter={onFilter}>
        {value ? "true" : "false"}
      </FilterButton>
    );
  if (column.type === "datetime" && typeof value === "string") return <RelativeTime value={value} />;
  const numeric = column.type === "float" || column.type === "int" || column.type === "float_series";
  if (typeof value === "number" || numeric) {
    const delta = deltaOf(column, value, baseline);
    const text = formatCell(column, value);
    const number = (
      <span className="num" title={String(value)} data-nonfinite={typeof value === "string" || undefined}>
        {text}
      </span>
    );
    return (
      <span className={styles.number}>
        {column.sparkline && <Sparkline run={row.key} path={column.path} />}
        {column.type === "float_series" ? (
          number
        ) : (
          <FilterButton column={column} value={value} onFilter={onFilter}>
            {number}
          </FilterButton>
        )}
        {delta && (
          <span className={`${styles.delta} num`} data-verdict={delta.verdict} title="Beside the baseline">
            {delta.text}
          </span>
        )}
      </span>
    );
  }
  return (
    <FilterButton column={column} value={value} onFilter={onFilter}>
      {value}
    </FilterButton>
  );
}

/** A value that, clicked, becomes a condition of the query. */
function FilterButton(props: {
  readonly column: ColumnSpec;
  readonly value: string | number | boolean;
  readonly onFilter: (condition: string) => void;
  readonly children: ReactNode;
}) {
  const { column, value } = props;
  const type = column.type === undefined ? "" : `:${column.type}`;
  const long = typeof value === "string" && value.length > 200;
  return (
    <button
      type="button"
      tabIndex={-1}
      className={styles.value}
      title={long ? value : `${value} (click to filter)`}
      disabled={long}
      onClick={() => props.onFilter(`\`${column.path}\`${type} = ${quote(String(value))}`)}
    >
      {props.children}
    </button>
  );
}

function Duration(props: {
  readonly row: Row;
  readonly value: Value | undefined;
  readonly createdAt: Value | undefined;
}) {
  if (props.row.state === "running" && typeof props.createdAt === "string")
    return <Running since={props.createdAt} />;
  const { heard_at: heard } = props.row;
  // What a run lived when it ended once says nothing of one that went on and fell silent.
  const untold = props.row.state === "stale" || typeof props.value !== "number";
  if (untold && heard && typeof props.createdAt === "string") {
    const seconds = (new Date(heard).getTime() - new Date(props.createdAt).getTime()) / 1000;
    return (
      <span className="num" title="Until it was heard of last">
        {formatDuration(Math.max(0, seconds))}
      </span>
    );
  }
  if (typeof props.value !== "number") return <span className={styles.absent}>–</span>;
  return <span className="num">{formatDuration(props.value)}</span>;
}

function Running({ since }: { readonly since: string }) {
  const now = useNow();
  const seconds = (Math.max(now.getTime(), 0) - new Date(since).getTime()) / 1000;
  return <span className="num">{formatDuration(Math.max(0, seconds))}</span>;
}
