import type { FileValue, Row, Value } from "@/api/types";
import { CopyButton } from "@/ui/CopyButton";
import { formatBytes, formatDuration, formatMeasurement, formatNumber } from "@/ui/format";
import { StateBadge } from "@/ui/StateBadge";
import { RelativeTime, useNow } from "@/ui/Time";
import styles from "./cells.module.css";
import type { ColumnSpec } from "./columns";

type CellProps = {
  readonly column: ColumnSpec;
  readonly row: Row;
  readonly value: Value | undefined;
  /** For the duration of a run that goes on. */
  readonly createdAt: Value | undefined;
  /** Adds a condition to the query. */
  readonly onFilter: (condition: string) => void;
};

const isFile = (value: Value): value is FileValue =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** One value of the table, drawn by what it is. */
export function Cell({ column, row, value, createdAt, onFilter }: CellProps) {
  if (column.path === "sys/state") return <StateBadge state={row.state} />;
  if (column.path === "sys/running_time_seconds")
    return <Duration row={row} value={value} createdAt={createdAt} />;
  if (value === null || value === undefined || value === "") return <span className={styles.absent}>–</span>;
  if (column.path === "sys/id")
    return (
      <span className={styles.id}>
        <span className="mono">{String(value)}</span>
        <span className={styles.copy}>
          <CopyButton text={String(value)} label="run ID" size={12} />
        </span>
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
              onFilter(
                `\`${column.path}\`:string_set CONTAINS "${tag.replace(/[\\"]/g, (mark) => `\\${mark}`)}"`,
              );
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
  if (typeof value === "boolean") return <span>{value ? "true" : "false"}</span>;
  if (column.type === "datetime" && typeof value === "string") return <RelativeTime value={value} />;
  const numeric = column.type === "float" || column.type === "int" || column.type === "float_series";
  if (typeof value === "number" || numeric)
    return (
      <span className="num" title={String(value)} data-nonfinite={typeof value === "string" || undefined}>
        {column.type === "float_series" ? formatMeasurement(value) : formatNumber(value)}
      </span>
    );
  return <span title={value}>{value}</span>;
}

function Duration(props: {
  readonly row: Row;
  readonly value: Value | undefined;
  readonly createdAt: Value | undefined;
}) {
  if (props.row.state === "running" && typeof props.createdAt === "string")
    return <Running since={props.createdAt} />;
  if (typeof props.value !== "number") return <span className={styles.absent}>–</span>;
  return <span className="num">{formatDuration(props.value)}</span>;
}

function Running({ since }: { readonly since: string }) {
  const now = useNow();
  const seconds = (Math.max(now.getTime(), 0) - new Date(since).getTime()) / 1000;
  return <span className="num">{formatDuration(Math.max(0, seconds))}</span>;
}
