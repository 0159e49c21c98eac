import { useQuery, useQueryClient } from "@tanstack/react-query";
import { ChartLine, EyeOff } from "lucide-react";
import { useCallback, useMemo } from "react";
import { useProjectEvents } from "@/api/events";
import { type MetricScope, sectionsQuery } from "@/api/metrics";
import { runKeys } from "@/api/runs";
import type { ProjectRef } from "@/api/types";
import type { DrawnRun } from "@/features/runs/drawnRun";
import { EmptyState, ErrorState } from "@/ui/Feedback";
import { formatCount } from "@/ui/format";
import { type Shortcut, useShortcuts } from "@/ui/keys";
import { AddChart } from "./AddChart";
import { AddedCharts } from "./AddedCharts";
import { metricId, metricOf } from "./added";
import { useAddedSpecs } from "./addedSpecs";
import { ChartCard } from "./ChartCard";
import { ChartList } from "./ChartList";
import styles from "./ChartsPane.module.css";
import { ChartsToolbar } from "./ChartsToolbar";
import type { ChartSpec } from "./chartSpec";
import { FullChart } from "./FullChart";
import { isPattern } from "./pattern";
import { arranged, isOpen, isSystem } from "./sections";
import { ownAxes } from "./settings";
import { useCharts } from "./useCharts";

type Props = {
  readonly project: ProjectRef;
  readonly runs: readonly DrawnRun[];
  /** Which metrics: all, the training's own, or the machine's. */
  readonly scope?: "all" | "training" | "system";
};

/** A chart for every metric of the drawn runs, in sections by namespace; only what is on the screen is asked for. */
export function ChartsPane({ project, runs, scope = "all" }: Props) {
  const model = useCharts();
  const { filter, sectioning, settings, hideEmpty } = model.state;
  const xMetric = hideEmpty && settings.axis === "metric" ? settings.xMetric : "";
  // Whoever has an axis of its own is not asked whether it has data over the common one.
  const ownText = xMetric === "" ? "" : JSON.stringify(ownAxes(settings, model.state.overrides).toSorted());
  const own = useMemo<readonly string[]>(() => (ownText === "" ? [] : JSON.parse(ownText)), [ownText]);
  const keyText = runs
    .map((run) => run.key)
    .sort((a, b) => a - b)
    .join();
  const metrics = useMemo<MetricScope>(
    () => ({
      runs: keyText === "" ? [] : keyText.split(",").map(Number),
      regex: isPattern(filter) ? filter : "",
      ...(xMetric === "" ? {} : { xMetric, also: own.flatMap((id) => metricOf(id) ?? []) }),
    }),
    [keyText, filter, xMetric, own],
  );
  const prefix = scope === "system" ? "system/" : "";
  const found = useQuery({
    ...sectionsQuery(project, metrics, prefix),
    enabled: runs.length > 0,
  });
  // How many there would be: only a metric on x leaves any out.
  const everything = useQuery({
    ...sectionsQuery(project, { runs: metrics.runs, regex: metrics.regex }, prefix),
    enabled: runs.length > 0 && xMetric !== "",
  });
  useLiveCharts(project, metrics.runs);
  const empty = useMemo(() => (hideEmpty ? { xMetric, own } : null), [hideEmpty, xMetric, own]);
  const specs = useAddedSpecs(project, metrics.runs, model.state.added, empty);
  const missing = xMetric === "" ? 0 : (everything.data?.metrics ?? 0) - (found.data?.metrics ?? 0);
  const hidden = Math.max(0, missing) + (scope === "system" ? 0 : specs.hidden);

  const sections = useMemo(() => {
    const all = found.data?.sections ?? [];
    return arranged(scope === "training" ? all.filter(({ name }) => !isSystem(name)) : all, sectioning.order);
  }, [found.data, scope, sectioning.order]);
  const all = scope !== "all" || metrics.regex !== "";
  const open = useCallback((section: string) => isOpen(section, sectioning, { all }), [sectioning, all]);

  useShortcuts(MOUSE);
  const { full: fullId } = model.state;
  const path = fullId === null ? null : metricOf(fullId);
  const full = path === null ? specs.charts.find((spec) => spec.id === fullId) : metricSpec(path, path);
  const shown = useMemo(() => {
    const pattern = metrics.regex === "" ? null : new RegExp(metrics.regex);
    const fits = ({ label, paths }: ChartSpec) =>
      pattern === null || pattern.test(label) || paths.some((each) => pattern.test(each));
    return scope === "system"
      ? { charts: [], notes: [], refused: [], hidden: 0 }
      : { ...specs, charts: specs.charts.filter(fits) };
  }, [specs, metrics.regex, scope]);

  if (runs.length === 0) {
    return (
      <EmptyState icon={<EyeOff size={28} strokeWidth={1.5} />} title="No run is drawn">
        <p>Open the eye of a run on the left to draw its metrics here.</p>
      </EmptyState>
    );
  }
  return (
    <div className={styles.pane}>
      <ChartsToolbar project={project} runs={runs} model={model}>
        <AddChart project={project} runs={runs} model={model} />
      </ChartsToolbar>
      {full !== undefined && <FullChart spec={full} project={project} runs={runs} model={model} />}
      {found.error !== null && found.data === undefined ? (
        <ErrorState error={found.error} retry={() => void found.refetch()} />
      ) : found.data !== undefined && sections.length === 0 && shown.charts.length === 0 ? (
        <EmptyState icon={<ChartLine size={28} strokeWidth={1.5} />} title="No metrics here">
          {filter ? (
            <p>No metric's name matches “{filter}”.</p>
          ) : hidden > 0 ? (
            <HiddenCharts count={hidden} show={() => model.setHideEmpty(false)} />
          ) : (
            <p>
              The drawn runs have logged no numbers yet: <code>run["loss"].append(value)</code>
            </p>
          )}
        </EmptyState>
      ) : model.state.settings.axis === "metric" && model.state.settings.xMetric === "" ? (
        <EmptyState icon={<ChartLine size={28} strokeWidth={1.5} />} title="Which metric stands on x?">
          <p>Choose one above: every chart is drawn over its values.</p>
        </EmptyState>
      ) : (
        <ChartList
          project={project}
          scope={metrics}
          sections={sections}
          isOpen={open}
          model={model}
          chart={(path, title) => (
            <ChartCard
              key={path}
              spec={metricSpec(path, title)}
              project={project}
              runs={runs}
              model={model}
            />
          )}
          head={
            <>
              <HiddenCharts count={hidden} show={() => model.setHideEmpty(false)} />
              {shown.charts.length + shown.notes.length > 0 && (
                <AddedCharts specs={shown} project={project} runs={runs} model={model} />
              )}
            </>
          }
          foot={
            found.data !== undefined &&
            found.data.total > found.data.sections.length && (
              <p className={styles.note}>
                The first {formatCount(found.data.sections.length)} of {formatCount(found.data.total)}{" "}
                sections with {formatCount(found.data.metrics)} metrics. Search by name to see others.
              </p>
            )
          }
        />
      )}
    </div>
  );
}

/** Says that charts are left out, and shows them. */
function HiddenCharts({ count, show }: { readonly count: number; readonly show: () => void }) {
  if (count === 0) return null;
  return (
    <p className={styles.note}>
      {formatCount(count)} {count === 1 ? "chart" : "charts"} without data of the drawn runs{" "}
      {count === 1 ? "is" : "are"} hidden.{" "}
      <button type="button" className={styles.link} onClick={show}>
        Show {count === 1 ? "it" : "them"}
      </button>
    </p>
  );
}

/** What the mouse does in a chart, for the page's help. */
const MOUSE: readonly Shortcut[] = [
  { keys: ["Drag"], label: "Zoom into a box; a flat one on x alone", group: "Charts" },
  { keys: ["Shift+Drag"], label: "Move the axes", group: "Charts" },
  { keys: ["Alt+Wheel"], label: "Zoom on x", group: "Charts" },
  { keys: ["Double click"], label: "Show everything again", group: "Charts" },
  { keys: ["Click"], label: "Keep the list of lines", group: "Charts" },
  { keys: ["Right click"], label: "What can be done with the nearest line's run", group: "Charts" },
];

const known = new Map<string, ChartSpec>();

/** A metric's chart, the same object each time, so that a card is rendered only when something changed. */
function metricSpec(path: string, title: string): ChartSpec {
  const name = `${title}\n${path}`;
  const found = known.get(name);
  if (found !== undefined) return found;
  if (known.size > 5000) known.clear();
  const made = { id: metricId(path), title, label: path, paths: [path], total: 1 };
  known.set(name, made);
  return made;
}

/** While runs train, their charts follow: what is on the screen is asked for again, and the zoom stays. */
function useLiveCharts(project: ProjectRef, keys: readonly number[]): void {
  const queries = useQueryClient();
  useProjectEvents(project, ({ runs }) => {
    if (runs.length > 0 && !runs.some((key) => keys.includes(key))) return;
    void queries.invalidateQueries({ queryKey: [...runKeys.project(project), "lines"] });
    void queries.invalidateQueries({ queryKey: [...runKeys.project(project), "names"] });
  });
}
