import { useMemo } from "react";
import type { MetricWidget, Value } from "@/api/types";
import type { ColumnSpec } from "@/features/runs/columns";
import { useRunsByKey } from "@/features/runs/useDrawnRuns";
import { formatMeasurement } from "@/ui/format";
import { setHoveredRun } from "@/ui/runHover";
import type { WidgetProps } from "./props";
import { RunName } from "./RunName";
import styles from "./Widgets.module.css";

/** A metric of each drawn run, or one number for all. */
export function MetricWidgetView({ project, runs, widget }: WidgetProps<MetricWidget>) {
  const column = useMemo(
    (): ColumnSpec => ({
      path: widget.path,
      ...(widget.aggregate && widget.aggregate !== "last"
        ? { type: "float_series", aggregate: widget.aggregate }
        : {}),
    }),
    [widget.path, widget.aggregate],
  );
  const keys = useMemo(() => runs.map((run) => run.key), [runs]);
  const columns = useMemo(() => [column], [column]);
  const rows = useRunsByKey(project, keys, columns);
  const values = new Map(rows.map((row) => [row.key, row.values[0]]));
  const across = widget.across ?? "each";
  if (across !== "each") {
    const numbers = runs.map((run) => values.get(run.key)).filter((value) => typeof value === "number");
    return (
      <div className={styles.single}>
        <span className={`${styles.big} num`}>{formatMeasurement(joined(across, numbers)) || "–"}</span>
        <span className="quiet">
          {across === "mean" ? "mean" : across === "min" ? "least" : "greatest"} of {numbers.length}{" "}
          {numbers.length === 1 ? "run" : "runs"}
        </span>
      </div>
    );
  }
  return (
    <ul className={styles.numbers}>
      {runs.map((run) => (
        <li
          key={run.key}
          onMouseEnter={() => setHoveredRun(run.key)}
          onMouseLeave={() => setHoveredRun(null)}
        >
          <RunName project={project} run={run} />
          <b className="num">{textOf(values.get(run.key))}</b>
        </li>
      ))}
    </ul>
  );
}

const textOf = (value: Value | undefined): string =>
  typeof value === "number" || typeof value === "string" ? formatMeasurement(value) || String(value) : "–";

function joined(across: "min" | "max" | "mean", numbers: readonly number[]): number | null {
  if (numbers.length === 0) return null;
  if (across === "mean") return numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
  return across === "min" ? Math.min(...numbers) : Math.max(...numbers);
}
