import type { ComparedRow } from "@/api/types";
import { ansi } from "@/features/run/ansi";
import {
  formatAbsolute,
  formatBytes,
  formatCount,
  formatDuration,
  formatMeasurement,
  formatNumber,
} from "@/ui/format";
import styles from "./CompareGrid.module.css";

/** Without the colours that a program gave its output. */
const plain = (text: string): string =>
  ansi(text)
    .map((part) => part.text)
    .join("");

/** One value of the comparison as a person reads it, on one line. */
export function ComparedValue({ row, place }: { readonly row: ComparedRow; readonly place: number }) {
  const value = row.values[place] ?? null;
  const points = row.points?.[place];
  const type = row.types?.[place] ?? row.type;
  if (points && (value === null || typeof value === "object"))
    return (
      <span className={styles.value}>
        {formatCount(points.count)} {points.count === 1 ? "point" : "points"}, to step{" "}
        {formatNumber(points.last_step, 9)}
      </span>
    );
  if (value === null) return null;
  if (typeof value === "boolean") return <span className={styles.value}>{value ? "true" : "false"}</span>;
  if (typeof value === "number") {
    const text =
      row.path === "sys/running_time_seconds"
        ? formatDuration(value)
        : row.aggregate && row.aggregate !== "count" && row.aggregate !== "last_step"
          ? formatMeasurement(value)
          : formatNumber(value);
    return (
      <span className={`${styles.value} num`} title={String(value)}>
        {text}
      </span>
    );
  }
  if (Array.isArray(value)) return <span className={styles.value}>{value.join(", ")}</span>;
  if (typeof value === "object")
    return (
      <span className={styles.value} title={`${value.name}, ${value.mime}, sha256 ${value.sha256}`}>
        {value.name} <span className="quiet num">{formatBytes(value.size)}</span>
      </span>
    );
  if (type === "datetime")
    return <span className={`${styles.value} num`}>{formatAbsolute(new Date(value))}</span>;
  if (type === "float" || type === "int" || row.aggregate)
    return <span className={`${styles.value} num`}>{formatNumber(value)}</span>;
  return (
    <span className={styles.value} title={plain(value.slice(0, 500))}>
      {row.types ? JSON.stringify(value) : plain(value)}
    </span>
  );
}
