/** The state of the charts and how it changes: one object that every part of the pane is handed. */
import { useMemo } from "react";
import type { Range } from "@/charts/lines";
import { useUrlState } from "@/urlSearch";
import { type AddedChart, addedId, renamedId } from "./added";
import type { ChartSpec } from "./chartSpec";
import { withOpen } from "./sections";
import {
  type ChartSettings,
  isOverridden,
  type Override,
  overridden,
  settingsOf,
  unzoomed,
} from "./settings";
import { type ChartSize, type ChartsState, chartCodec } from "./urlState";

/** Which chart: its own name, and that of the pattern that made it. */
export type ChartName = Pick<ChartSpec, "id" | "base">;

export type ChartsModel = {
  readonly state: ChartsState;
  readonly set: (change: Partial<ChartSettings>) => void;
  readonly setFilter: (filter: string) => void;
  readonly setSize: (size: ChartSize) => void;
  readonly setSync: (sync: boolean) => void;
  readonly setHideEmpty: (hideEmpty: boolean) => void;
  readonly setFull: (id: string | null) => void;
  readonly setOpen: (section: string, open: boolean) => void;
  readonly setOrder: (order: readonly string[]) => void;
  /** Adds a chart with settings of its own, in the place of another if one is named. */
  readonly put: (chart: AddedChart, override: Override | undefined, before: AddedChart | null) => void;
  readonly remove: (chart: AddedChart) => void;
  readonly override: (chart: ChartName, change: Override) => void;
  /** The chart is drawn as all are again; its zoom stays. */
  readonly resetOverride: (chart: ChartName) => void;
  /** A part of x (null = everything), and of y where one is named. */
  readonly zoom: (chart: ChartName, x: Range | null, y: Range | null) => void;
};

export function useCharts(): ChartsModel {
  const [state, setState] = useUrlState(chartCodec);
  return useMemo(() => {
    const patch = (change: Partial<ChartsState>) => setState((before) => ({ ...before, ...change }));
    const setOverride = (id: string, next: (before: ChartsState) => Override | undefined) =>
      setState((before) => {
        const { [id]: _, ...others } = before.overrides;
        const made = next(before);
        return { ...before, overrides: made === undefined ? others : { ...others, [id]: made } };
      });
    return {
      state,
      set: (change) =>
        setState((before) => {
          const settings = { ...before.settings, ...change };
          // Another axis has other numbers.
          const same = settings.axis === before.settings.axis && settings.xMetric === before.settings.xMetric;
          return {
            ...before,
            settings,
            ...(same ? {} : { zoom: null, overrides: allUnzoomed(before.overrides) }),
          };
        }),
      setFilter: (filter) => patch({ filter }),
      setSize: (size) => patch({ size }),
      setSync: (sync) =>
        setState((before) => ({ ...before, sync, zoom: null, overrides: allUnzoomed(before.overrides) })),
      setHideEmpty: (hideEmpty) => patch({ hideEmpty }),
      setFull: (full) => setState((before) => ({ ...before, full }), { push: full !== null }),
      setOpen: (section, open) =>
        setState((before) => ({ ...before, sectioning: withOpen(before.sectioning, section, open) })),
      setOrder: (order) => setState((before) => ({ ...before, sectioning: { ...before.sectioning, order } })),
      put: (chart, override, replaced) => setState((before) => withAdded(before, chart, override, replaced)),
      remove: (chart) =>
        setState((before) => {
          const id = addedId(chart);
          const mine = (name: string) => name === id || name.startsWith(`${id}:`);
          return {
            ...before,
            added: before.added.filter((each) => addedId(each) !== id),
            overrides: Object.fromEntries(Object.entries(before.overrides).filter(([name]) => !mine(name))),
          };
        }),
      override: (chart, change) =>
        setOverride(chart.id, ({ settings, overrides }) => {
          const now = overrides[chart.id];
          const moved = "axis" in change || "xMetric" in change;
          const below = settingsOf(settings, overrides, { ...chart, id: "" });
          return overridden(below, moved ? unzoomed(now) : now, change);
        }),
      resetOverride: ({ id, base }) =>
        setState((before) => {
          // What a chart has of its own goes first; what its pattern has for all its charts goes with a second click.
          const own = isOverridden(before.overrides[id]) || base === undefined ? id : base;
          const { [own]: now, ...others } = before.overrides;
          const { zoomX, zoomY } = now ?? {};
          const zoomed = { ...(zoomX ? { zoomX } : {}), ...(zoomY ? { zoomY } : {}) };
          return { ...before, overrides: zoomX || zoomY ? { ...others, [own]: zoomed } : others };
        }),
      zoom: (chart, x, y) => {
        const { id } = chart;
        const shared = (before: ChartsState) => before.sync && sharesAxis(before, chart);
        setState((before) => {
          const { [id]: now, ...others } = before.overrides;
          const mine: Override = {
            ...unzoomed(now),
            ...(x && !shared(before) ? { zoomX: x } : {}),
            ...(y ? { zoomY: y } : {}),
          };
          const overrides = Object.keys(mine).length > 0 ? { ...others, [id]: mine } : others;
          return { ...before, overrides, ...(shared(before) ? { zoom: x } : {}) };
        });
      },
    } satisfies ChartsModel;
  }, [state, setState]);
}

/** Whether a chart has the x axis that all have: only then can they be zoomed together. */
export function sharesAxis(state: ChartsState, chart: ChartName): boolean {
  const mine = settingsOf(state.settings, state.overrides, chart);
  return mine.axis === state.settings.axis && mine.xMetric === state.settings.xMetric;
}

function allUnzoomed(overrides: Readonly<Record<string, Override>>): Record<string, Override> {
  return Object.fromEntries(
    Object.entries(overrides).flatMap(([id, override]) => {
      const kept = unzoomed(override);
      return Object.keys(kept).length > 0 ? [[id, kept] as const] : [];
    }),
  );
}

/** The state with a chart that was added, or edited: then it stands where it stood, and keeps what its family has of its own. */
export function withAdded(
  before: ChartsState,
  chart: AddedChart,
  override: Override | undefined,
  replaced: AddedChart | null,
): ChartsState {
  const id = addedId(chart);
  const old = replaced === null ? id : addedId(replaced);
  const place = before.added.findIndex((each) => addedId(each) === old);
  const others = before.added.filter((each) => addedId(each) !== id && addedId(each) !== old);
  const at = place < 0 ? others.length : Math.min(place, others.length);
  const { [id]: _, ...kept } = Object.fromEntries(
    Object.entries(before.overrides).flatMap(([name, each]) => {
      const mine = name === old || name.startsWith(`${old}:`);
      const now = mine ? renamedId(name, replaced ?? chart, chart) : name;
      return now === null ? [] : [[now, each] as const];
    }),
  );
  return {
    ...before,
    added: [...others.slice(0, at), chart, ...others.slice(at)],
    overrides:
      override === undefined || Object.keys(override).length === 0 ? kept : { ...kept, [id]: override },
  };
}
