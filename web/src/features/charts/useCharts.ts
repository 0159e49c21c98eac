/** The state of the charts and how it changes: one object that every part of the pane is handed. */
import { useMemo } from "react";
import type { Range } from "@/charts/lines";
import { useUrlState } from "@/urlSearch";
import { type AddedChart, addedId } from "./added";
import { withOpen } from "./sections";
import { applied, type ChartSettings, type Override, overridden } from "./settings";
import { type ChartSize, type ChartsState, chartCodec } from "./urlState";

export type ChartsModel = {
  readonly state: ChartsState;
  readonly set: (change: Partial<ChartSettings>) => void;
  readonly setFilter: (filter: string) => void;
  readonly setSize: (size: ChartSize) => void;
  readonly setSync: (sync: boolean) => void;
  readonly setFull: (id: string | null) => void;
  readonly setOpen: (section: string, open: boolean) => void;
  readonly setOrder: (order: readonly string[]) => void;
  readonly add: (chart: AddedChart) => void;
  readonly remove: (chart: AddedChart) => void;
  readonly override: (id: string, change: Override) => void;
  /** The chart is drawn as all are again; its zoom stays. */
  readonly resetOverride: (id: string) => void;
  /** A part of x (null = everything), and of y where one is named. */
  readonly zoom: (id: string, x: Range | null, y: Range | null) => void;
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
            ...(same ? {} : { zoom: null, overrides: unzoomed(before.overrides) }),
          };
        }),
      setFilter: (filter) => patch({ filter }),
      setSize: (size) => patch({ size }),
      setSync: (sync) =>
        setState((before) => ({ ...before, sync, zoom: null, overrides: unzoomed(before.overrides) })),
      setFull: (full) => setState((before) => ({ ...before, full }), { push: full !== null }),
      setOpen: (section, open) =>
        setState((before) => ({ ...before, sectioning: withOpen(before.sectioning, section, open) })),
      setOrder: (order) => setState((before) => ({ ...before, sectioning: { ...before.sectioning, order } })),
      add: (chart) =>
        setState((before) => ({
          ...before,
          added: [...before.added.filter((each) => addedId(each) !== addedId(chart)), chart],
        })),
      remove: (chart) =>
        setState((before) => ({
          ...before,
          added: before.added.filter((each) => addedId(each) !== addedId(chart)),
        })),
      override: (id, change) =>
        setOverride(id, ({ settings, overrides }) => {
          const now = overrides[id];
          const moved = "axis" in change || "xMetric" in change;
          const { zoomX: _x, zoomY: _y, ...kept } = now ?? {};
          return overridden(settings, moved ? kept : now, change);
        }),
      resetOverride: (id) =>
        setOverride(id, ({ overrides }) => {
          const { zoomX, zoomY } = overrides[id] ?? {};
          return zoomX || zoomY ? { ...(zoomX ? { zoomX } : {}), ...(zoomY ? { zoomY } : {}) } : undefined;
        }),
      zoom: (id, x, y) => {
        const shared = (before: ChartsState) => before.sync && sharesAxis(before, id);
        setState((before) => {
          const { [id]: now, ...others } = before.overrides;
          const { zoomX: _x, zoomY: _y, ...kept } = now ?? {};
          const mine: Override = {
            ...kept,
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
export function sharesAxis(state: ChartsState, id: string): boolean {
  const mine = applied(state.settings, state.overrides[id]);
  return mine.axis === state.settings.axis && mine.xMetric === state.settings.xMetric;
}

function unzoomed(overrides: Readonly<Record<string, Override>>): Record<string, Override> {
  return Object.fromEntries(
    Object.entries(overrides).flatMap(([id, { zoomX: _x, zoomY: _y, ...kept }]) =>
      Object.keys(kept).length > 0 ? [[id, kept] as const] : [],
    ),
  );
}
