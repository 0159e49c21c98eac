import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { columnsQuery } from "@/api/compare";
import type { ParallelWidget } from "@/api/types";
import {
  type AxisChange,
  type ParallelAxis,
  ParallelCoordinates,
} from "@/features/compare/parallel/ParallelCoordinates";
import { tableFrom, wantsLog } from "@/features/compare/shared/chartTable";
import { Legend } from "@/features/compare/shared/Legend";
import { useColors } from "@/features/compare/shared/useColors";
import { columnId, columnTitle, toApiColumn } from "@/features/runs/columns";
import { ErrorState } from "@/ui/Feedback";
import { specOf } from "./columnSpecs";
import { widgetTitle } from "./kinds";
import type { WidgetProps } from "./props";
import styles from "./Widgets.module.css";

const MOST_AXES = 8;
const UNPLOTTABLE: ReadonlySet<string> = new Set(["sys/id", "sys/owner", "sys/tags", "sys/creation_time"]);

/** The drawn runs as lines through axes. Ranges and the order of the axes are the viewer's, and last as long as the page. */
export function ParallelWidgetView({ project, runs, columns: page, widget }: WidgetProps<ParallelWidget>) {
  const navigate = useNavigate();
  const own = widget.columns ?? [];
  const specs = useMemo(
    () =>
      own.length > 0
        ? own.map(specOf)
        : page.filter((column) => !UNPLOTTABLE.has(column.path)).slice(0, MOST_AXES),
    [own, page],
  );
  const color = useMemo(() => (widget.color ? specOf(widget.color) : null), [widget.color]);
  const asked = useMemo(() => (color === null ? specs : [...specs, color]), [specs, color]);
  const keys = useMemo(() => runs.map((run) => run.key).sort((a, b) => a - b), [runs]);
  const query = useQuery({
    ...columnsQuery(project, { select: { runs: keys }, columns: asked.map(toApiColumn), limit: 10_000 }),
    enabled: specs.length > 0 && keys.length > 0,
  });
  const table = useMemo(() => (query.data ? tableFrom(query.data) : null), [query.data]);
  const [changes, setChanges] = useState<Readonly<Record<string, AxisChange>>>({});
  const [order, setOrder] = useState<readonly string[] | null>(null);
  const axes = useMemo((): readonly ParallelAxis[] => {
    if (table === null || table.columns.length !== asked.length) return [];
    const all = specs.flatMap((spec, i): ParallelAxis[] => {
      const column = table.columns[i];
      if (column === undefined) return [];
      const id = columnId(spec);
      const axis = { id, ...columnTitle(spec), column, log: wantsLog(column), flip: false, brush: null };
      return [{ ...axis, ...changes[id] }];
    });
    if (order === null) return all;
    return order.flatMap((id) => all.find((axis) => axis.id === id) ?? []);
  }, [table, asked, specs, changes, order]);
  const shade = color === null || table === null ? null : (table.columns[specs.length] ?? null);
  const { colors, shading } = useColors(table ?? NO_TABLE, shade, runs);
  if (query.error !== null && table === null)
    return <ErrorState error={query.error} retry={() => void query.refetch()} compact />;
  if (table === null || axes.length === 0) return <div className={styles.nothing} aria-busy="true" />;
  const ids = axes.map((axis) => axis.id);
  return (
    <div className={styles.parallel}>
      {color !== null && shading !== null && (
        <span className={styles.legend}>
          <Legend title={columnTitle(color).title} shading={shading} />
        </span>
      )}
      <ParallelCoordinates
        table={table}
        axes={axes}
        colors={colors}
        label={widgetTitle(widget)}
        onChange={(at, change) => {
          const id = ids[at];
          if (id !== undefined) setChanges((before) => ({ ...before, [id]: { ...before[id], ...change } }));
        }}
        onMove={(from, to) => {
          const id = ids[from];
          if (id === undefined) return;
          const rest = ids.filter((each) => each !== id);
          setOrder([...rest.slice(0, to), id, ...rest.slice(to)]);
        }}
        onRemove={(at) => setOrder(ids.filter((_, i) => i !== at))}
        onOpen={(run) =>
          void navigate({
            to: "/p/$workspace/$project/runs/$runId",
            params: { workspace: project.workspace, project: project.name, runId: table.ids[run] ?? "" },
          })
        }
      />
    </div>
  );
}

const NO_TABLE = { keys: [], ids: [], names: [], columns: [], total: 0 };
