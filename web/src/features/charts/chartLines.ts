/** Lines of a chart from the server's Arrow answer. The Arrow library is loaded with the first chart. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { runKeys } from "@/api/runs";
import { getBucketsArrow } from "@/api/series";
import type { ProjectRef } from "@/api/types";
import type { Line, OddBucket, Range } from "@/charts/lines";
import type { DrawnRun } from "@/features/runs/drawnRun";
import type { XAxis } from "./settings";

export const BUCKETS = 1000;

/** The buckets of one metric of several runs; `range` is the visible part of x, null for everything. */
export const linesQuery = (
  project: ProjectRef,
  path: string,
  runs: readonly DrawnRun[],
  axis: XAxis,
  range: Range | null,
  inherited: boolean,
) =>
  queryOptions({
    queryKey: [
      ...runKeys.project(project),
      "lines",
      path,
      runs.map((run) => run.key),
      axis,
      range,
      inherited,
    ],
    queryFn: async ({ signal }) => {
      const request = {
        series: runs.map((run) => ({ run: run.key, path })),
        x: axis === "metric" ? "step" : axis,
        start: range?.[0] ?? null,
        stop: range?.[1] ?? null,
        buckets: BUCKETS,
        inherited,
      };
      return decodeLines(await getBucketsArrow(project, request, signal), runs);
    },
    placeholderData: keepPreviousData,
    staleTime: 5_000,
  });

type Info = { readonly series: readonly { readonly raw: boolean; readonly total: number }[] };

export async function decodeLines(bytes: ArrayBuffer, runs: readonly DrawnRun[]): Promise<Line[]> {
  const { tableFromIPC } = await import("apache-arrow");
  const table = tableFromIPC(bytes);
  const floats = (name: string) => asFloats(table.getChild(name)?.toArray());
  const counts = (name: string) =>
    Uint32Array.from((table.getChild(name)?.toArray() as Iterable<number>) ?? []);
  const series = Int32Array.from((table.getChild("series")?.toArray() as Iterable<number>) ?? []);
  const info = JSON.parse(table.schema.metadata.get("trireme") ?? '{"series":[]}') as Info;
  const [x, mean, min, max] = [floats("x"), floats("mean"), floats("min"), floats("max")];
  const [count, nan, posInf, negInf] = [counts("count"), counts("nan"), counts("pos_inf"), counts("neg_inf")];
  const lines: Line[] = [];
  let start = 0;
  runs.forEach((run, number) => {
    let stop = start;
    while (stop < series.length && series[stop] === number) stop++;
    const odd: OddBucket[] = [];
    for (let i = start; i < stop; i++) {
      const found = {
        x: x[i] as number,
        nan: nan[i] as number,
        posInf: posInf[i] as number,
        negInf: negInf[i] as number,
      };
      if (found.nan + found.posInf + found.negInf > 0) odd.push(found);
    }
    lines.push({
      run: run.key,
      name: run.name,
      slot: run.slot,
      x: x.subarray(start, stop),
      mean: mean.subarray(start, stop),
      min: min.subarray(start, stop),
      max: max.subarray(start, stop),
      count: count.subarray(start, stop),
      odd,
      total: info.series[number]?.total ?? stop - start,
      raw: info.series[number]?.raw ?? false,
    });
    start = stop;
  });
  return lines;
}

/** Nulls become NaN. */
function asFloats(values: unknown): Float64Array {
  if (values instanceof Float64Array) return values;
  return Float64Array.from((values as Iterable<number | null>) ?? [], (value) => value ?? Number.NaN);
}

/** The drawn buckets as comma-separated values. */
export function toCsv(lines: readonly Line[], axis: XAxis): string {
  const rows = [`run,${axis},mean,min,max,count`];
  for (const line of lines) {
    const name = /[",\n]/.test(line.name) ? `"${line.name.replaceAll('"', '""')}"` : line.name;
    line.x.forEach((x, i) => {
      rows.push(`${name},${x},${line.mean[i]},${line.min[i]},${line.max[i]},${line.count[i]}`);
    });
  }
  return `${rows.join("\n")}\n`;
}
