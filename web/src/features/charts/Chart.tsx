/** One chart: asks for its lines, draws them, answers the pointer. */
import { ActionIcon, Loader, Tooltip } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { RotateCcw } from "lucide-react";
import { type ReactNode, useCallback, useMemo, useRef, useState } from "react";
import type { ProjectRef } from "@/api/types";
import { type GroupOptions, groupMeans } from "@/charts/groupMeans";
import type { Line, LineMark, Range } from "@/charts/lines";
import { makeView } from "@/charts/prepare";
import type { Box } from "@/charts/view";
import type { DrawnRun } from "@/features/runs/drawnRun";
import { type RunMarks, useRunActions, useRunMarks } from "@/features/runs/runActions";
import { ErrorState } from "@/ui/Feedback";
import { formatCount } from "@/ui/format";
import styles from "./ChartCard.module.css";
import { ChartMenu } from "./ChartMenu";
import { ChartPlot } from "./ChartPlot";
import { ChartTooltip } from "./ChartTooltip";
import { linesQuery } from "./chartLines";
import { type ChartSpec, MAX_LINES } from "./chartSpec";
import { type Frozen, FrozenLegend } from "./FrozenLegend";
import { HoverStore } from "./hoverStore";
import { isOverridden, settingsOf } from "./settings";
import { type ChartsModel, sharesAxis } from "./useCharts";

export type ChartProps = {
  readonly spec: ChartSpec;
  readonly project: ProjectRef;
  readonly runs: readonly DrawnRun[];
  readonly model: ChartsModel;
};

type Props = ChartProps & {
  readonly full?: boolean;
  /** Stands beside the plot and is given what is drawn. */
  readonly aside?: (lines: readonly Line[], curves: readonly Float64Array[]) => ReactNode;
};

export function Chart({ spec, project, runs, model, full = false, aside }: Props) {
  const { state } = model;
  const override = state.overrides[spec.id];
  const ofPattern = spec.base === undefined ? undefined : state.overrides[spec.base];
  const settings = useMemo(
    () => settingsOf(state.settings, state.overrides, spec),
    [state.settings, state.overrides, spec],
  );
  const shared = state.sync && sharesAxis(state, spec);
  const zoomX: Range | null = (shared ? state.zoom : override?.zoomX) ?? null;
  const zoomY: Range | null = override?.zoomY ?? null;
  const marks = useRunMarks();
  const actions = useRunActions();
  const logX = settings.logX && settings.axis !== "time";
  const query = useQuery(linesQuery(project, spec, runs, settings, zoomX));
  const lines = useMemo(
    () => drawable(query.data?.lines ?? [], runs, marks, { logX, band: settings.groupBand }),
    [query.data, runs, marks, logX, settings.groupBand],
  );
  const view = useMemo(
    () => makeView(lines, { ...settings, logX, zoomX, zoomY }),
    [lines, settings, logX, zoomX, zoomY],
  );
  const [hover] = useState(() => new HoverStore());
  const [frozen, setFrozen] = useState<Frozen | null>(null);
  const close = useCallback(() => setFrozen(null), []);
  const plot = useRef<HTMLDivElement>(null);
  const several = spec.paths.length > 1;
  const runIds = useMemo(() => new Map(runs.map((run) => [run.key, run.id])), [runs]);

  const zoom = (box: Box | null) =>
    model.zoom(spec, box === null ? null : (box.x ?? zoomX), box === null ? null : (box.y ?? zoomY));
  const unchosen = settings.axis === "metric" && settings.xMetric === "";
  return (
    <div className={styles.chart} data-full={full || undefined}>
      <header className={styles.header}>
        <h3 className={styles.title} title={spec.label}>
          {full ? spec.label : spec.title}
        </h3>
        {(isOverridden(override) || isOverridden(ofPattern)) && (
          <Tooltip label="Drawn with settings of its own. Click to draw it like the others.">
            <button
              type="button"
              className={styles.dot}
              aria-label={`${spec.label} has settings of its own: reset them`}
              onClick={() => model.resetOverride(spec)}
            />
          </Tooltip>
        )}
        <Drawn spec={spec} runs={runs} lines={lines} asked={query.data?.asked} />
        {query.isFetching && query.data !== undefined && <Loader size={12} color="gray" />}
        {(zoomX !== null || zoomY !== null) && (
          <Tooltip label="Show everything again (double click)">
            <ActionIcon size={22} aria-label={`Reset the zoom of ${spec.label}`} onClick={() => zoom(null)}>
              <RotateCcw size={13} />
            </ActionIcon>
          </Tooltip>
        )}
        <ChartMenu
          spec={spec}
          project={project}
          runs={runs}
          model={model}
          view={view}
          settings={settings}
          zoomX={zoomX}
          full={full}
          plot={plot}
        />
      </header>
      {query.error !== null && query.data === undefined ? (
        <ErrorState error={query.error} retry={() => void query.refetch()} compact />
      ) : (
        <div className={styles.body}>
          <div className={styles.plot} ref={plot}>
            <ChartPlot
              label={`${spec.label}: ${formatCount(lines.length)} lines`}
              view={view}
              settings={settings}
              since={query.data?.since ?? 0}
              hover={hover}
              onZoom={zoom}
              onMenu={(line, place) => {
                const [key, ...others] = line.runs;
                const id = key === undefined || others.length > 0 ? undefined : runIds.get(key);
                if (actions === null || key === undefined || id === undefined) return false;
                actions.openMenu({ key, id, name: line.name }, place);
                return true;
              }}
              onFreeze={(found, left, top) =>
                setFrozen((before) => (before !== null || found.total === 0 ? null : { ...found, left, top }))
              }
            />
            {unchosen ? (
              <p className={styles.none}>Choose the metric that stands on x</p>
            ) : (
              query.data !== undefined && lines.length === 0 && <p className={styles.none}>No points here</p>
            )}
            {query.isLoading && <div className={styles.loading} />}
          </div>
          {aside?.(view.lines, view.curves)}
        </div>
      )}
      {frozen === null && <ChartTooltip {...{ project, hover, settings, several }} />}
      {frozen !== null && (
        <FrozenLegend
          frozen={frozen}
          project={project}
          runIds={runIds}
          settings={settings}
          several={several}
          close={close}
        />
      )}
    </div>
  );
}

/** How much of what was asked for is drawn, always told. */
function Drawn(props: {
  readonly spec: ChartSpec;
  readonly runs: readonly DrawnRun[];
  readonly lines: readonly Line[];
  readonly asked: number | undefined;
}) {
  const { spec, runs, lines, asked } = props;
  if (asked === undefined) return <span className={styles.drawn} />;
  const groups = lines.some((line) => line.runs.length > 1);
  const most = runs.length * spec.total;
  const unplaced = lines.reduce((sum, line) => sum + line.unplaced, 0);
  const parts = [
    groups
      ? `${formatCount(lines.length)} ${lines.length === 1 ? "mean" : "means"} of ${formatCount(runs.length)} runs`
      : `${formatCount(lines.length)} of ${formatCount(most)}`,
    // A mean of part of its runs says so.
    ...(groups && most > MAX_LINES
      ? [`only the first ${formatCount(MAX_LINES)} of ${formatCount(most)} lines count`]
      : []),
    ...(unplaced > 0
      ? [`${formatCount(unplaced)} ${unplaced === 1 ? "point has" : "points have"} no place on x`]
      : []),
  ];
  const why = [
    `${formatCount(lines.length)} lines are drawn of ${formatCount(runs.length)} runs and ${formatCount(spec.total)} ${spec.total === 1 ? "metric" : "metrics"}.`,
    ...(most > MAX_LINES ? [`A chart draws at most ${formatCount(MAX_LINES)}.`] : []),
  ].join(" ");
  return (
    <span className={styles.drawn} title={why}>
      {parts.join(" · ")}
    </span>
  );
}

/** Lines with points, with the names and colours of the table as it is now; runs of a group as one. */
function drawable(
  lines: readonly Line[],
  runs: readonly DrawnRun[],
  marks: RunMarks,
  options: GroupOptions,
): readonly Line[] {
  const byKey = new Map(runs.map((run) => [run.key, run]));
  const alone = runs.length === 1;
  const pinned = new Set(marks.pinned);
  const markOf = (key: number): LineMark | null =>
    alone ? null : key === marks.baseline ? "baseline" : pinned.has(key) ? "pinned" : null;
  const found = lines.flatMap((line) => {
    const run = byKey.get(line.runs[0] ?? -1);
    if (run === undefined || line.x.length === 0) return [];
    return [{ ...line, name: run.name, slot: alone ? line.slot : run.slot, mark: markOf(run.key) }];
  });
  if (!runs.some((run) => run.group !== undefined)) return found;
  return groupMeans(
    found,
    (line) => {
      const group = byKey.get(line.runs[0] ?? -1)?.group;
      return group && { id: group.id, label: group.label, slot: slotOf(group.color) };
    },
    options,
  );
}

/** The palette slot of a colour variable. */
const slotOf = (color: string): number => Number(/--run-(\d+)/.exec(color)?.[1] ?? 0);
