/** Lines of a chart from the server's Arrow answer. The Arrow library is loaded beside the first chart. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { runKeys } from "@/api/runs";
import { getBucketsArrow } from "@/api/series";
import type { BucketRequest, ProjectRef } from "@/api/types";
import type { Line, OddBucket, Range } from "@/charts/lines";
import { padded } from "@/charts/prepare";
import type { DrawnRun } from "@/features/runs/drawnRun";
import { type ChartSpec, MAX_LINES } from "./chartSpec";
import type { ChartSettings } from "./settings";

/** Asked for with the page of charts, not with the first answer: it is there when that arrives. */
const arrow = import("apache-arrow");

export const BUCKETS = 1000;
/** The server's limit. */
const MAX_BUCKETS = 4000;
/** Charts that left the screen are remembered for as long: of ten thousand, few can be. */
const KEPT_MS = 15_000;

export type ChartLines = {
  readonly lines: readonly Line[];
  /** How many there would be without the limit of a chart. */
  readonly asked: number;
  /** When the answer arrived (performance.now()). */
  readonly since: number;
};

type Series = { readonly run: DrawnRun; readonly path: string; readonly number: number };

/** Every metric of every run, run by run, as many as a chart may have. */
export const seriesOf = (runs: readonly DrawnRun[], paths: readonly string[]): Series[] =>
  runs.flatMap((run) => paths.map((path, number) => ({ run, path, number }))).slice(0, MAX_LINES);

/** The buckets of a chart's metrics of the drawn runs; `zoom` is the visible part of x, null for everything. */
export const linesQuery = (
  project: ProjectRef,
  { paths }: Pick<ChartSpec, "paths">,
  runs: readonly DrawnRun[],
  settings: ChartSettings,
  zoom: Range | null,
) => {
  const part = zoom === null ? null : padded(zoom, settings, BUCKETS, MAX_BUCKETS);
  const asked: Omit<BucketRequest, "series"> = {
    x: settings.axis,
    x_metric: settings.xMetric,
    log: settings.logX && settings.axis !== "time",
    start: part?.range[0] ?? null,
    stop: part?.range[1] ?? null,
    buckets: part?.buckets ?? BUCKETS,
    inherited: settings.inherited,
  };
  return queryOptions({
    // Texts: a thousand runs are compared on every render.
    queryKey: [...runKeys.project(project), "lines", paths, runs.map((run) => run.key).join(), asked],
    queryFn: async ({ signal }): Promise<ChartLines> => {
      const series = seriesOf(runs, paths);
      const request = { ...asked, series: series.map(({ run, path }) => ({ run: run.key, path })) };
      const bytes = await getBucketsArrow(project, request, signal);
      const since = performance.now();
      const lines = await decodeLines(bytes, series, runs.length === 1);
      return { lines, asked: runs.length * paths.length, since };
    },
    enabled: runs.length > 0 && paths.length > 0 && (settings.axis !== "metric" || settings.xMetric !== ""),
    placeholderData: keepPreviousData,
    staleTime: 5_000,
    gcTime: KEPT_MS,
    retry: 1,
  });
};

type Info = {
  readonly series: readonly { readonly raw: boolean; readonly total: number; readonly unplaced: number }[];
};

/** `alone`: there is one run, so that it is metrics that need colours. */
export async function decodeLines(
  bytes: ArrayBuffer,
  series: readonly Series[],
  alone: boolean,
): Promise<Line[]> {
  const { tableFromIPC } = await arrow;
  const table = tableFromIPC(bytes);
  const floats = (name: string) => asFloats(table.getChild(name));
  const counts = (name: string) => asCounts(table.getChild(name)?.toArray());
  const owner = (table.getChild("series")?.toArray() ?? new Int32Array()) as Int32Array;
  const info = JSON.parse(table.schema.metadata.get("trireme") ?? '{"series":[]}') as Info;
  const [x, mean, min, max] = [floats("x"), floats("mean"), floats("min"), floats("max")];
  const [count, nan, posInf, negInf] = [counts("count"), counts("nan"), counts("pos_inf"), counts("neg_inf")];
  const lines: Line[] = [];
  let start = 0;
  series.forEach(({ run, path, number }, place) => {
    let stop = start;
    while (stop < owner.length && owner[stop] === place) stop++;
    const odd: OddBucket[] = [];
    for (let i = start; i < stop; i++) {
      const [a, b, c] = [nan[i] as number, posInf[i] as number, negInf[i] as number];
      if (a + b + c > 0) odd.push({ index: i - start, nan: a, posInf: b, negInf: c });
    }
    lines.push({
      id: `${run.key} ${path}`,
      runs: [run.key],
      name: run.name,
      path,
      slot: alone ? run.slot + number : run.slot,
      dash: alone ? 0 : number,
      mark: null,
      x: x.subarray(start, stop),
      mean: mean.subarray(start, stop),
      min: min.subarray(start, stop),
      max: max.subarray(start, stop),
      count: count.subarray(start, stop),
      odd,
      total: info.series[place]?.total ?? stop - start,
      unplaced: info.series[place]?.unplaced ?? 0,
      raw: info.series[place]?.raw ?? false,
    });
    start = stop;
  });
  return lines;
}

type Column = Iterable<number | null> & { readonly nullCount: number; readonly toArray: () => unknown };

/** Nulls become NaN; what stands in the array at their places is nobody's promise. */
function asFloats(column: Column | null): Float64Array {
  const values = column !== null && column.nullCount === 0 ? column.toArray() : null;
  if (values instanceof Float64Array) return values;
  return Float64Array.from(column ?? [], (value) => value ?? Number.NaN);
}

const asCounts = (values: unknown): Uint32Array =>
  values instanceof Uint32Array ? values : Uint32Array.from((values as Iterable<number>) ?? []);
