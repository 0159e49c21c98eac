/** The charts that were added: patterns as the server finds their metrics now. */
import { keepPreviousData, useQueries } from "@tanstack/react-query";
import { familiesQuery } from "@/api/metrics";
import type { MetricFamilies, ProjectRef } from "@/api/types";
import { type AddedChart, addedId, familyId } from "./added";
import type { ChartSpec } from "./chartSpec";

export type AddedSpecs = {
  readonly charts: readonly ChartSpec[];
  /** What is not shown, or went wrong, in a sentence each. */
  readonly notes: readonly string[];
};

type Pattern = Extract<AddedChart, { kind: "pattern" }>;

export function useAddedSpecs(
  project: ProjectRef,
  runs: readonly number[],
  added: readonly AddedChart[],
): AddedSpecs {
  const patterns = added.filter((chart): chart is Pattern => chart.kind === "pattern");
  const answers = useQueries({
    queries: patterns.map(({ regex }) => ({
      ...familiesQuery(project, { runs, regex }),
      placeholderData: keepPreviousData,
      enabled: runs.length > 0,
    })),
  });
  const charts: ChartSpec[] = [];
  const notes: string[] = [];
  for (const chart of added) {
    if (chart.kind === "metrics") {
      charts.push(metricsSpec(chart, chart.paths));
      continue;
    }
    const answer = answers[patterns.indexOf(chart)];
    if (answer?.error) notes.push(`${chart.regex}: ${answer.error.message}`);
    if (answer?.data === undefined) continue;
    charts.push(...familySpecs(chart, answer.data));
    const { families, total } = answer.data;
    if (total === 0) notes.push(`No metric of the drawn runs matches ${chart.regex}`);
    else if (total > families.length)
      notes.push(`${chart.regex}: the first ${families.length} of ${total} charts`);
  }
  return { charts, notes };
}

export function metricsSpec(added: AddedChart, paths: readonly string[]): ChartSpec {
  const title = paths.join(", ");
  return { id: addedId(added), title, label: title, paths, total: paths.length, added };
}

export const familySpecs = (added: Pattern, { families }: MetricFamilies): ChartSpec[] =>
  families.map(({ captures, names, total }) => {
    const title = familyTitle(added.regex, captures);
    return { id: familyId(added, captures), title, label: title, paths: names, total, added };
  });

/** What a pattern captured, or the pattern. */
export const familyTitle = (regex: string, captures: readonly string[]): string =>
  captures.length > 0 ? captures.map((each) => each || "(nothing)").join(" · ") : regex;
