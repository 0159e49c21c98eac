/** The charts that were added: patterns as the server finds their metrics now. */
import { keepPreviousData, useQueries } from "@tanstack/react-query";
import { familiesQuery } from "@/api/metrics";
import type { MetricFamilies, ProjectRef } from "@/api/types";
import { type AddedChart, addedId, familyId, type PatternChart } from "./added";
import type { ChartSpec } from "./chartSpec";

export type AddedSpecs = {
  readonly charts: readonly ChartSpec[];
  /** What is not shown, or went wrong, in a sentence each. */
  readonly notes: readonly string[];
  /** Patterns that the server refused. */
  readonly refused: readonly { readonly regex: string; readonly error: Error }[];
  /** How many are left out because the drawn runs have nothing in them. */
  readonly hidden: number;
};

/** How charts without data are told from others; absent: all are shown. */
export type EmptyCharts = {
  /** The metric on x, where there is one: what cannot be drawn over it is no data. */
  readonly xMetric: string;
  /** Charts, by what names them, that have another axis. */
  readonly own: readonly string[];
};

const NOTHING: EmptyCharts = { xMetric: "", own: [] };

export function useAddedSpecs(
  project: ProjectRef,
  runs: readonly number[],
  added: readonly AddedChart[],
  empty: EmptyCharts | null = null,
): AddedSpecs {
  const { xMetric, own } = empty ?? NOTHING;
  // A pattern's charts are asked for together: where one has an axis of its own, none is left out.
  const over = (chart: AddedChart) => {
    const id = addedId(chart);
    return own.some((each) => each === id || each.startsWith(`${id}:`)) ? "" : xMetric;
  };
  const chosen = empty === null ? [] : added.filter((chart) => chart.kind === "metrics");
  const counts = useQueries({
    queries: chosen.map((chart) => ({
      ...familiesQuery(project, { runs, regex: exactly(chart.paths), xMetric: over(chart) }),
      placeholderData: keepPreviousData,
      enabled: runs.length > 0,
    })),
  });
  const patterns = added.filter((chart): chart is PatternChart => chart.kind === "pattern");
  const answers = useQueries({
    queries: patterns.map((chart) => ({
      ...familiesQuery(project, { runs, regex: chart.regex, xMetric: over(chart) }),
      placeholderData: keepPreviousData,
      enabled: runs.length > 0,
    })),
  });
  const charts: ChartSpec[] = [];
  const notes: string[] = [];
  const refused: { readonly regex: string; readonly error: Error }[] = [];
  let hidden = 0;
  for (const chart of added) {
    if (chart.kind === "metrics") {
      if (counts[chosen.indexOf(chart)]?.data?.total === 0) {
        hidden += 1;
        continue;
      }
      charts.push(metricsSpec(chart));
      continue;
    }
    const answer = answers[patterns.indexOf(chart)];
    if (answer?.error) {
      notes.push(`${chart.regex}: ${answer.error.message}`);
      refused.push({ regex: chart.regex, error: answer.error });
    }
    if (answer?.data === undefined) continue;
    charts.push(...familySpecs(chart, answer.data));
    const { families, total } = answer.data;
    if (total === 0) notes.push(`No metric of the drawn runs matches ${chart.regex}`);
    else if (total > families.length)
      notes.push(`${chart.regex}: the first ${families.length} of ${total} charts`);
  }
  return { charts, notes, refused, hidden };
}

/** A pattern (RE2) of these names and no others. */
const exactly = (paths: readonly string[]): string =>
  `^(?:${paths.map((path) => path.replace(/[\\^$.|?*+()[\]{}]/g, "\\$&")).join("|")})$`;

export function metricsSpec(added: Extract<AddedChart, { kind: "metrics" }>): ChartSpec {
  const { paths } = added;
  const title = added.title ?? paths.join(", ");
  return { id: addedId(added), title, label: title, paths, total: paths.length, added };
}

export const familySpecs = (added: PatternChart, { families }: MetricFamilies): ChartSpec[] =>
  families.map(({ captures, names, total }) => {
    const title = familyTitle(added, captures);
    const of = captures.length > 0 ? { base: addedId(added) } : {};
    return { id: familyId(added, captures), ...of, title, label: title, paths: names, total, added };
  });

/** What a pattern captured, or the pattern; its title before it, or in its place. */
export function familyTitle({ regex, title }: PatternChart, captures: readonly string[]): string {
  if (captures.length === 0) return title ?? regex;
  const captured = captures.map((each) => each || "(nothing)").join(" · ");
  return title === undefined ? captured : `${title}: ${captured}`;
}
