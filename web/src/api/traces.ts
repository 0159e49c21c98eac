import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { answer, api, projectPath } from "./client";
import type { ProjectRef } from "./types";

export const traceKeys = {
  project: (project: ProjectRef) => ["traces", project.workspace, project.name] as const,
  list: (project: ProjectRef, filter: string) => [...traceKeys.project(project), "list", filter] as const,
  any: (project: ProjectRef) => [...traceKeys.project(project), "any"] as const,
  trace: (project: ProjectRef, id: string) => [...traceKeys.project(project), "trace", id] as const,
};

const list = (
  project: ProjectRef,
  query: { filter_text?: string; limit?: number; cursor?: string },
  signal: AbortSignal,
) =>
  answer(
    api.GET("/api/v1/projects/{workspace}/{name}/traces", {
      params: { path: projectPath(project), query },
      signal,
    }),
  );

/** Traces, newest first, page by page. */
export const tracesQuery = (project: ProjectRef, filter: string) =>
  infiniteQueryOptions({
    queryKey: traceKeys.list(project, filter),
    queryFn: ({ pageParam, signal }) =>
      list(
        project,
        {
          ...(filter ? { filter_text: filter } : {}),
          ...(pageParam ? { cursor: pageParam } : {}),
          limit: 100,
        },
        signal,
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    refetchOnWindowFocus: true,
    retry: false,
  });

/** Whether a project has traces. */
export const hasTracesQuery = (project: ProjectRef) =>
  queryOptions({
    queryKey: traceKeys.any(project),
    queryFn: async ({ signal }) => (await list(project, { limit: 1 }, signal)).traces.length > 0,
    staleTime: 60_000,
  });

/** A trace with its spans; asked again while it runs. */
export const traceQuery = (project: ProjectRef, id: string) =>
  queryOptions({
    queryKey: traceKeys.trace(project, id),
    queryFn: ({ signal }) =>
      answer(
        api.GET("/api/v1/projects/{workspace}/{name}/traces/{trace_id}", {
          params: { path: { ...projectPath(project), trace_id: id } },
          signal,
        }),
      ),
    refetchInterval: ({ state }) => (state.data?.trace.state === "IN_PROGRESS" ? 2000 : false),
  });
