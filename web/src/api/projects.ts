import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { getJson, projectPath } from "./client";
import type { Info, Project, ProjectPage, ProjectRef } from "./types";

export const projectKeys = {
  all: ["projects"] as const,
  list: () => [...projectKeys.all, "list"] as const,
  one: (project: ProjectRef) => [...projectKeys.all, project.workspace, project.name] as const,
};

export const projectListQuery = () =>
  infiniteQueryOptions({
    queryKey: projectKeys.list(),
    queryFn: ({ pageParam, signal }) =>
      getJson<ProjectPage>("/projects", { cursor: pageParam, limit: 100 }, signal),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    refetchInterval: 10_000,
  });

export const projectQuery = (project: ProjectRef) =>
  queryOptions({
    queryKey: projectKeys.one(project),
    queryFn: ({ signal }) => getJson<Project>(projectPath(project), {}, signal),
  });

export const infoQuery = () =>
  queryOptions({
    queryKey: ["info"],
    queryFn: ({ signal }) => getJson<Info>("/info", {}, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
