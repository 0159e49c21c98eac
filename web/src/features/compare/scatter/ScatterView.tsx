import { Button, Menu, Popover, Switch } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { ChartScatter, Check, SlidersHorizontal, Sparkles } from "lucide-react";
import { useMemo } from "react";
import { columnsQuery, parametersQuery } from "@/api/compare";
import { EMPTY_TABLE } from "@/charts/runTable";
import type { Aim } from "@/charts/scatter/frame";
import { type ColumnSpec, columnId, toApiColumn } from "@/features/runs/columns";
import type { PaneProps } from "@/features/runs/tabs";
import { EmptyState, ErrorState } from "@/ui/Feedback";
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
import { type ScatterAxis, ScatterChart } from "./ScatterChart";
import styles from "./ScatterView.module.css";
import { type ScatterState, scatterCodec } from "./urlState";

const MAX_RUNS = 20_000;

const FRONTS: readonly (readonly [Aim, Aim])[] = [
  ["low", "low"],
  ["low", "high"],
  ["high", "low"],
  ["high", "high"],
];

/** Any two attributes against each other, with further ones as colour and size. */
export function ScatterView({ project, runs, columns }: PaneProps) {
  const [shared, setShared] = useUrlState(compareCodec);
  const [state, setState] = useUrlState(scatterCodec);
  const navigate = useNavigate();
  const select = useSelection(shared.scope, runs);
  useLiveCompare(project, select.runs ?? null);
  const metric = shared.metric ?? likelyMetric(columns);
  const ranked = useQuery({
    ...parametersQuery(project, { select, metric: metric === null ? null : toApiColumn(metric), limit: 12 }),
    enabled: state.x === null,
  });
  const first = ranked.data?.parameters[0];
  const x = state.x ?? (first ? { path: first.path } : null);
  const y = state.y ?? metric;
  const asked = useMemo(
    () => [x, y, state.color, state.size].filter((column): column is ColumnSpec => column !== null),
    [x, y, state.color, state.size],
  );
  const query = useQuery({
    ...columnsQuery(project, { select, columns: asked.map(toApiColumn), limit: MAX_RUNS }),
    enabled: x !== null && y !== null,
  });
  const table = useMemo(() => (query.data ? tableFrom(query.data) : EMPTY_TABLE), [query.data]);
  const fits = table.columns.length === asked.length && asked.length > 0;
  const axisOf = (column: ColumnSpec | null, log: boolean | null): ScatterAxis | null => {
    const place = asked.findIndex((each) => column !== null && columnId(each) === columnId(column));
    const found = table.columns[place];
    if (!fits || column === null || found === undefined) return null;
    return { title: titled(column), column: found, log: log ?? wantsLog(found) };
  };
  const axisX = axisOf(x, state.logX);
  const axisY = axisOf(y, state.logY);
  const color = axisOf(state.color, null);
  const size = axisOf(state.size, null);
  const { colors, shading } = useColors(table, color?.column ?? null, runs);
  const set = (change: Partial<ScatterState>) => setState((before) => ({ ...before, ...change }));
  const error = query.error ?? ranked.error;
  const nobody = shared.scope === "drawn" && runs.length === 0;

  return (
    <div className={view.view}>
      <div className={view.toolbar}>
        <ScopeControl
          scope={shared.scope}
          setScope={(scope) => setShared((before) => ({ ...before, scope }))}
        />
        <AttributePicker
          project={project}
          label="Horizontal axis"
          word="x"
          value={x}
          types={PLOTTABLE}
          onPick={(column) => set({ x: column, logX: null })}
        />
        <AttributePicker
          project={project}
          label="Vertical axis"
          word="y"
          value={y}
          types={PLOTTABLE}
          onPick={(column) => set({ y: column, logY: null })}
        />
        <AttributePicker
          project={project}
          label="Colour"
          word="Colour"
          value={state.color}
          placeholder={state.color === null ? "of the run" : titleOf(state.color)}
          types={PLOTTABLE}
          onPick={(column) => set({ color: column })}
          none={{ label: "Each run its own", onPick: () => set({ color: null }) }}
        />
        <AttributePicker
          project={project}
          label="Size"
          word="Size"
          value={state.size}
          placeholder={state.size === null ? "equal" : titleOf(state.size)}
          types={NUMERIC}
          onPick={(column) => set({ size: column })}
          none={{ label: "All equal", onPick: () => set({ size: null }) }}
        />
        <Popover position="bottom-end" withArrow trapFocus>
          <Popover.Target>
            <Button size="xs" variant="default" leftSection={<SlidersHorizontal size={13} />}>
              Axes
            </Button>
          </Popover.Target>
          <Popover.Dropdown className={styles.options} aria-label="Axes">
            <Switch
              size="xs"
              label="Logarithmic x"
              checked={axisX?.log ?? false}
              disabled={axisX?.column.kind !== "number"}
              onChange={(event) => set({ logX: event.currentTarget.checked })}
            />
            <Switch
              size="xs"
              label="Logarithmic y"
              checked={axisY?.log ?? false}
              disabled={axisY?.column.kind !== "number"}
              onChange={(event) => set({ logY: event.currentTarget.checked })}
            />
          </Popover.Dropdown>
        </Popover>
        <FrontMenu front={state.front} setFront={(front) => set({ front })} />
        <span className={view.rest}>
          {shading !== null && state.color !== null && (
            <Legend title={titleOf(state.color)} shading={shading} />
          )}
          <RunCount shown={table.keys.length} total={table.total} />
        </span>
      </div>
      {error !== null && !fits ? (
        <ErrorState error={error} retry={() => void query.refetch()} />
      ) : nobody || (query.data !== undefined && table.keys.length === 0) ? (
        <EmptyState icon={<ChartScatter size={28} strokeWidth={1.5} />} title="No run to draw">
          <p>Open the eyes of some runs on the left, or look at all that match.</p>
        </EmptyState>
      ) : (x === null && ranked.data !== undefined) || y === null ? (
        <EmptyState icon={<ChartScatter size={28} strokeWidth={1.5} />} title="Choose two attributes">
          <p>Nothing varies between these runs that could be chosen automatically.</p>
        </EmptyState>
      ) : axisX === null || axisY === null ? (
        <div className={view.loading} aria-busy="true" />
      ) : (
        <ScatterChart
          table={table}
          x={axisX}
          y={axisY}
          size={size}
          also={color === null ? [] : [color]}
          colors={colors}
          front={state.front}
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

const titled = (column: ColumnSpec): string =>
  column.type === "float_series"
    ? `${titleOf(column)} (${(column.aggregate ?? "last").replace("_", " ")})`
    : titleOf(column);

function FrontMenu(props: {
  readonly front: ScatterState["front"];
  readonly setFront: (front: ScatterState["front"]) => void;
}) {
  const { front } = props;
  const mark = (on: boolean) => (on ? <Check size={14} /> : <span className={styles.blank} />);
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button size="xs" variant={front === null ? "default" : "light"} leftSection={<Sparkles size={13} />}>
          Pareto front
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={mark(front === null)} onClick={() => props.setFront(null)}>
          None
        </Menu.Item>
        {FRONTS.map((each) => (
          <Menu.Item
            key={each.join()}
            leftSection={mark(front?.join() === each.join())}
            onClick={() => props.setFront(each)}
          >
            {each[0] === "low" ? "Low" : "High"} x, {each[1]} y
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
