import { useMemo } from "react";
import { ApiError } from "@/api/client";
import type { ChartWidget } from "@/api/types";
import { useAddedSpecs } from "@/features/charts/addedSpecs";
import { Chart } from "@/features/charts/Chart";
import type { ChartSpec } from "@/features/charts/chartSpec";
import { FullChart } from "@/features/charts/FullChart";
import type { Override } from "@/features/charts/settings";
import { type ChartsModel, useCharts } from "@/features/charts/useCharts";
import { positionToIndex } from "@/features/runs/query/nql";
import { widgetTitle } from "./kinds";
import type { WidgetProps } from "./props";
import styles from "./Widgets.module.css";

/** Metrics by name and by pattern in one chart. It is drawn like the page's charts, less what the widget says of its own. */
export function ChartWidgetView({ project, runs, widget }: WidgetProps<ChartWidget>) {
  const model = useCharts();
  const keys = useMemo(() => runs.map((run) => run.key).sort((a, b) => a - b), [runs]);
  const regex = widget.pattern ?? "";
  const added = useMemo(() => (regex === "" ? [] : [{ kind: "pattern" as const, regex }]), [regex]);
  const { charts, notes, refused } = useAddedSpecs(project, keys, added);
  const metrics = widget.metrics ?? [];
  const title = widgetTitle(widget);
  const id = `w:${widget.id}`;
  const spec = useMemo((): ChartSpec => {
    const paths = [...new Set([...metrics, ...charts.flatMap((chart) => chart.paths)])];
    const total = Math.max(
      paths.length,
      metrics.length + charts.reduce((sum, chart) => sum + chart.total, 0),
    );
    return { id, title, label: title, paths, total };
  }, [id, title, metrics, charts]);
  const own = useMemo((): ChartsModel => {
    const override: Override = { ...settingsOf(widget), ...model.state.overrides[id] };
    return { ...model, state: { ...model.state, overrides: { ...model.state.overrides, [id]: override } } };
  }, [model, widget, id]);
  if (spec.paths.length === 0)
    return (
      <div className={styles.chart}>
        <h3 className={styles.untold}>{title}</h3>
        {refused[0] === undefined ? (
          <p className={styles.nothing}>{notes[0] ?? "No metric yet"}</p>
        ) : (
          <Refused {...refused[0]} />
        )}
      </div>
    );
  return (
    <div className={styles.chart}>
      <Chart spec={spec} project={project} runs={runs} model={own} />
      {model.state.full === id && <FullChart spec={spec} project={project} runs={runs} model={own} />}
    </div>
  );
}

/** A pattern that the server does not understand: where, and why. */
function Refused({ regex, error }: { readonly regex: string; readonly error: Error }) {
  const body = error instanceof ApiError ? error.body : null;
  const at = body?.position == null ? null : positionToIndex(regex, body.position);
  return (
    <div className={styles.refused}>
      <code>
        {at === null ? (
          regex
        ) : (
          <>
            {regex.slice(0, at)}
            <u>{regex.slice(at)}</u>
          </>
        )}
      </code>
      <p>{error.message}</p>
      {body?.hint && <p>{body.hint}</p>}
    </div>
  );
}

function settingsOf({ settings = {} }: ChartWidget): Override {
  const { axis, log_x, log_y, smoothing, clip } = settings;
  return {
    ...(axis == null ? {} : { axis }),
    ...(log_x == null ? {} : { logX: log_x }),
    ...(log_y == null ? {} : { logY: log_y }),
    ...(smoothing == null ? {} : { amount: smoothing }),
    ...(clip == null ? {} : { clip }),
  };
}
