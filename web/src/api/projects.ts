import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { answer, api, projectPath } from "./client";
import type { ProjectRef } from "./types";

export const projectKeys = {
  all: ["projects"] as const,
  list: () => [...projectKeys.all, "list"] as const,
  one: (project: ProjectRef) => [...projectKeys.all, project.workspace, project.name] as const,
};

export const projectListQuery = () =>
  infiniteQueryOptions({
    queryKey: projectKeys.list(),
    queryFn: ({ pageParam, signal }) =>
      answer(api.GET("/api/v1/projects", { params: { query: { cursor: pageParam, limit: 100 } }, signal })),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    // Pushed; this is for what a push does not say, such as a new description.
    refetchInterval: 60_000,
  });

export const projectQuery = (project: ProjectRef) =>
  queryOptions({
    queryKey: projectKeys.one(project),
    queryFn: ({ signal }) =>
      answer(
        api.GET("/api/v1/projects/{workspace}/{name}", { params: { path: projectPath(project) }, signal }),
      ),
  });

export const infoQuery = () =>
  queryOptions({
    queryKey: ["info"],
    queryFn: ({ signal }) => answer(api.GET("/api/v1/info", { signal })),
    staleTime: Number.POSITIVE_INFINITY,
  });
