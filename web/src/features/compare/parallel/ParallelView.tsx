import { Button, SegmentedControl } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { ChartNoAxesColumn, Eye, FilterX, Plus } from "lucide-react";
import { useMemo } from "react";
import { columnsQuery, parametersQuery } from "@/api/compare";
import type { Parameter } from "@/api/types";
import { passing } from "@/charts/brush";
import { EMPTY_TABLE } from "@/charts/runTable";
import { type ColumnSpec, columnId, columnTitle, toApiColumn } from "@/features/runs/columns";
import { drawOnly } from "@/features/runs/selection";
import type { PaneProps } from "@/features/runs/tabs";
import { MAX_AUTO_COUNT, projectCodec } from "@/features/runs/urlState";
import { EmptyState, ErrorState } from "@/ui/Feedback";
import { formatCount } from "@/ui/format";
import { useUrlState } from "@/urlSearch";
import { AttributePicker, NUMERIC, PLOTTABLE, titleOf } from "../shared/AttributePicker";
import { tableFrom, wantsLog } from "../shared/chartTable";
import { Legend } from "../shared/Legend";
import { likelyMetric } from "../shared/metric";
import { RunCount, ScopeControl } from "../shared/ScopeBar";
import { useColors } from "../shared/useColors";
import { useLiveCompare } from "../shared/useLiveCompare";
import { useSelection } from "../shared/useSelection";
import view from "../shared/View.module.css";
import { compareCodec } from "../urlState";
import { type AxisChange, type ParallelAxis, ParallelCoordinates } from "./ParallelCoordinates";
import { type AxisSpec, moved, parallelCodec, plainAxis } from "./urlState";

const AUTOMATIC_AXES = 6;
const MAX_RUNS = 10_000;

/** Runs as lines through the parameters that vary and a metric. */
export function ParallelView({ project, runs, columns }: PaneProps) {
  const [shared, setShared] = useUrlState(compareCodec);
  const [state, setState] = useUrlState(parallelCodec);
  const [, setPage] = useUrlState(projectCodec);
  const navigate = useNavigate();
  const select = useSelection(shared.scope, runs);
  const metric = shared.metric ?? likelyMetric(columns);
  useLiveCompare(project, select.runs ?? null);

  const ranked = useQuery({
    ...parametersQuery(project, {
      select,
      metric: metric === null ? null : toApiColumn(metric),
      limit: 2 * AUTOMATIC_AXES,
    }),
    enabled: state.axes === null,
  });
  const automatic = useMemo(
    () => automaticAxes(ranked.data?.parameters ?? [], metric),
    [ranked.data, metric],
  );
  const specs = state.axes ?? automatic;
  const asked = useMemo(
    () => [...specs.map((axis) => axis.column), ...(metric === null ? [] : [metric])],
    [specs, metric],
  );
  const ready = state.axes !== null || ranked.data !== undefined;
  const query = useQuery({
    ...columnsQuery(project, { select, columns: asked.map(toApiColumn), limit: MAX_RUNS }),
    enabled: ready && specs.length > 0,
  });
  const table = useMemo(() => (query.data ? tableFrom(query.data) : EMPTY_TABLE), [query.data]);
  // While another set of axes is on its way, the old table stands beside the new specs.
  const fits = table.columns.length === asked.length;
  const axes = useMemo(
    () => (fits ? specs.map((spec, index) => axisOf(spec, table.columns[index] as never)) : []),
    [fits, specs, table],
  );
  const colorColumn =
    state.color === "run" || metric === null || !fits ? null : (table.columns[specs.length] ?? null);
  const { colors, shading } = useColors(table, colorColumn, runs);
  const passed = useMemo(
    () =>
      passing(
        table.keys.length,
        axes.map((axis) => axis.column),
        axes.map((axis) => axis.brush),
      ),
    [table, axes],
  );
  const brushed = specs.some((spec) => spec.brush !== null);

  const setAxes = (change: (axes: readonly AxisSpec[]) => readonly AxisSpec[]) =>
    setState((before) => ({ ...before, axes: change(before.axes ?? specs) }));
  const onChange = (index: number, change: AxisChange) =>
    setAxes((before) => before.map((axis, at) => (at === index ? { ...axis, ...change } : axis)));
  const kept = table.keys.filter((_, run) => passed.mask[run]);

  return (
    <div className={view.view}>
      <div className={view.toolbar}>
        <ScopeControl
          scope={shared.scope}
          setScope={(scope) => setShared((before) => ({ ...before, scope }))}
        />
        <AttributePicker
          project={project}
          label="Metric that colours the lines"
          word="Metric"
          value={metric}
          types={NUMERIC}
          onPick={(column) => setShared((before) => ({ ...before, metric: column }))}
        />
        <AttributePicker
          project={project}
          label="Add an axis"
          placeholder="Axis"
          icon={<Plus size={13} />}
          value={null}
          types={PLOTTABLE}
          onPick={(column) => setAxes((before) => [...before, plainAxis(column)])}
        />
        <SegmentedControl
          size="xs"
          aria-label="Colours"
          value={state.color}
          onChange={(color) =>
            setState((before) => ({ ...before, color: color === "run" ? "run" : "metric" }))
          }
          data={[
            { value: "metric", label: "By metric" },
            { value: "run", label: "By run" },
          ]}
        />
        {/* Always there, so that the axes do not move from under the pointer when the first range is drawn. */}
        <Button
          size="xs"
          variant="subtle"
          disabled={state.axes === null}
          leftSection={<FilterX size={13} />}
          onClick={() =>
            brushed
              ? setAxes((before) => before.map((axis) => ({ ...axis, brush: null })))
              : setState((before) => ({ ...before, axes: null }))
          }
        >
          {brushed ? "Clear ranges" : "Automatic axes"}
        </Button>
        <Button
          size="xs"
          variant="default"
          disabled={!brushed || passed.count === 0}
          leftSection={<Eye size={13} />}
          onClick={() => setPage((before) => drawOnly(before, kept.slice(0, MAX_AUTO_COUNT)), { push: true })}
        >
          {brushed && passed.count > MAX_AUTO_COUNT
            ? `Draw ${MAX_AUTO_COUNT} of ${formatCount(passed.count)}`
            : `Draw these ${formatCount(passed.count)}`}
        </Button>
        <span className={view.rest}>
          {shading !== null && metric !== null && <Legend title={titleOf(metric)} shading={shading} />}
          <RunCount
            shown={table.keys.length}
            total={table.total}
            passing={brushed ? passed.count : undefined}
          />
        </span>
      </div>
      {(query.error ?? ranked.error) !== null && axes.length === 0 ? (
        <ErrorState error={query.error ?? ranked.error} retry={() => void query.refetch()} />
      ) : ready && specs.length === 0 ? (
        <Nothing drawn={shared.scope === "drawn" && runs.length === 0} />
      ) : axes.length === 0 ? (
        <div className={view.loading} aria-busy="true" />
      ) : table.keys.length === 0 ? (
        <Nothing drawn={shared.scope === "drawn"} />
      ) : (
        <ParallelCoordinates
          table={table}
          axes={axes}
          colors={colors}
          label="Parallel coordinates"
          onChange={onChange}
          onMove={(from, to) => setAxes((before) => moved(before, from, to))}
          onRemove={(index) => setAxes((before) => before.filter((_, at) => at !== index))}
          onOpen={(run) =>
            void navigate({
              to: "/p/$workspace/$project/runs/$runId",
              params: { workspace: project.workspace, project: project.name, runId: table.ids[run] ?? "" },
            })
          }
        />
      )}
    </div>
  );
}

function Nothing({ drawn }: { readonly drawn: boolean }) {
  return (
    <EmptyState
      icon={<ChartNoAxesColumn size={28} strokeWidth={1.5} />}
      title={drawn ? "No run is drawn" : "Nothing varies here"}
    >
      <p>
        {drawn
          ? "Open the eyes of some runs on the left, or look at all that match."
          : "Axes appear for parameters that differ between runs. You can also add one above."}
      </p>
    </EmptyState>
  );
}

/** The parameters that say most, without those that nearly every run has its own value of, and the metric at the end. */
function automaticAxes(parameters: readonly Parameter[], metric: ColumnSpec | null): readonly AxisSpec[] {
  const chosen = parameters
    .filter((each) => each.kind !== "category" || each.distinct <= Math.max(2, each.runs / 2))
    .slice(0, AUTOMATIC_AXES)
    .map((each): ColumnSpec => ({ path: each.path }));
  return [...chosen, ...(metric === null || chosen.length === 0 ? [] : [metric])].map(plainAxis);
}

function axisOf(spec: AxisSpec, column: ParallelAxis["column"]): ParallelAxis {
  const { prefix, title } = columnTitle(spec.column);
  const aggregate =
    spec.column.type === "float_series" ? ` (${(spec.column.aggregate ?? "last").replace("_", " ")})` : "";
  return {
    id: columnId(spec.column),
    prefix,
    title: `${title}${aggregate}`,
    column,
    log: spec.log ?? wantsLog(column),
    flip: spec.flip,
    brush: spec.brush,
  };
}
