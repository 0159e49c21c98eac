import { useMemo } from "react";
import type { TableWidget } from "@/api/types";
import { Cell } from "@/features/runs/cells";
import { type ColumnSpec, columnId, columnTitle, isNumericColumn } from "@/features/runs/columns";
import { joined } from "@/features/runs/stateChanges";
import { projectCodec } from "@/features/runs/urlState";
import { useRunsByKey } from "@/features/runs/useDrawnRuns";
import { setHoveredRun } from "@/ui/runHover";
import { useUrlState } from "@/urlSearch";
import { columnText, specOf } from "./columnSpecs";
import type { WidgetProps } from "./props";
import { RunName } from "./RunName";
import styles from "./Widgets.module.css";

const CREATED: ColumnSpec = { path: "sys/creation_time", type: "datetime" };

/** The drawn runs with the values of chosen columns, or of the page's. */
export function TableWidgetView({ project, runs, columns: page, widget }: WidgetProps<TableWidget>) {
  const [, setPage] = useUrlState(projectCodec);
  const onFilter = (condition: string) =>
    setPage((before) => ({ ...before, query: joined(before.query, condition) }), { push: true });
  const own = widget.columns ?? [];
  const columns = useMemo(() => (own.length > 0 ? own.map(specOf) : page), [own, page]);
  const asked = useMemo(() => [...columns, CREATED], [columns]);
  const keys = useMemo(() => runs.map((run) => run.key), [runs]);
  const found = useRunsByKey(project, keys, asked);
  const rows = new Map(found.map((row) => [row.key, row]));
  // A saved column need not say its type: what stands in it does.
  const numeric = columns.map(
    (column, i) => isNumericColumn(column) || found.some((row) => typeof row.values[i] === "number"),
  );
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section className={styles.scroll} tabIndex={0} aria-label="Drawn runs">
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">Run</th>
            {columns.map((column, i) => (
              <th
                key={columnId(column)}
                scope="col"
                title={columnText(column)}
                data-numeric={numeric[i] || undefined}
              >
                {columnTitle(column).title}
                {column.aggregate && <span className={styles.of}> {column.aggregate.replace("_", " ")}</span>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {runs.map((run) => {
            const row = rows.get(run.key);
            return (
              <tr
                key={run.key}
                onMouseEnter={() => setHoveredRun(run.key)}
                onMouseLeave={() => setHoveredRun(null)}
              >
                <th scope="row">
                  <RunName project={project} run={run} />
                </th>
                {columns.map((column, i) => (
                  <td key={columnId(column)} data-numeric={numeric[i] || undefined}>
                    {row && (
                      <Cell
                        column={column}
                        row={row}
                        value={row.values[i]}
                        createdAt={row.values[columns.length]}
                        onFilter={onFilter}
                      />
                    )}
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}
