/** Names of metrics for charts: the server sorts, counts and pages them. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { answer, api, projectPath } from "./client";
import { runList } from "./runList";
import { runKeys } from "./runs";
import type { ProjectRef } from "./types";

/** Which metrics: those that one of the runs (numeric keys) has, and whose name matches. */
export type MetricScope = {
  readonly runs: readonly number[];
  /** RE2; "" for all. */
  readonly regex: string;
  /** Only metrics that can be drawn over this one. */
  readonly xMetric?: string;
  /** Metrics that are there nevertheless. */
  readonly also?: readonly string[];
};

/** How many names a request answers; a whole number of rows of 1 to 6 charts. */
export const NAMES_PAGE = 120;

const keyOf = (project: ProjectRef) => [...runKeys.project(project), "names", "metrics"] as const;
const queryOf = ({ runs, regex, xMetric, also = [] }: MetricScope) => ({
  runs: runList(runs),
  ...(xMetric ? { x_metric: xMetric } : {}),
  ...(xMetric && also.length > 0 ? { also: [...also] } : {}),
  ...(regex ? { regex } : {}),
});

/** Namespaces and how many metrics stand in each; `prefix` is what a name begins with. */
export const sectionsQuery = (project: ProjectRef, scope: MetricScope, prefix: string) =>
  queryOptions({
    queryKey: [...keyOf(project), "sections", scope, prefix],
    queryFn: ({ signal }) =>
      answer(
        api.GET("/api/v1/projects/{workspace}/{name}/metrics/sections", {
          params: { path: projectPath(project), query: { ...queryOf(scope), prefix } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
    staleTime: 10_000,
  });

/** Page number `page` of the names in a section. */
export const sectionNamesQuery = (project: ProjectRef, scope: MetricScope, section: string, page: number) =>
  queryOptions({
    queryKey: [...keyOf(project), "in", scope, section, page],
    queryFn: ({ signal }) =>
      answer(
        api.GET("/api/v1/projects/{workspace}/{name}/metrics/names", {
          params: {
            path: projectPath(project),
            query: { ...queryOf(scope), section, offset: page * NAMES_PAGE, limit: NAMES_PAGE },
          },
          signal,
        }),
      ),
    staleTime: 10_000,
  });

/** Of a pattern's charts so many are shown at once. */
const FAMILIES = 100;

/** What a pattern's groups capture, and the metrics of each. */
export const familiesQuery = (project: ProjectRef, scope: MetricScope) =>
  queryOptions({
    queryKey: [...keyOf(project), "families", scope],
    queryFn: ({ signal }) =>
      answer(
        api.GET("/api/v1/projects/{workspace}/{name}/metrics/families", {
          params: {
            path: projectPath(project),
            query: { ...queryOf(scope), regex: scope.regex, limit: FAMILIES },
          },
          signal,
        }),
      ),
    staleTime: 10_000,
  });
