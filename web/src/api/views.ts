import { queryOptions } from "@tanstack/react-query";
import { answer, api, projectPath } from "./client";
import type { ProjectRef, ViewPatch } from "./types";

export const viewKeys = {
  project: (project: ProjectRef) => ["views", project.workspace, project.name] as const,
  list: (project: ProjectRef) => [...viewKeys.project(project), "list"] as const,
  one: (project: ProjectRef, id: string) => [...viewKeys.project(project), "one", id] as const,
};

const viewPath = (project: ProjectRef, id: string) => ({ ...projectPath(project), view_id: id });

export const viewListQuery = (project: ProjectRef) =>
  queryOptions({
    queryKey: viewKeys.list(project),
    queryFn: ({ signal }) =>
      answer(
        api.GET("/api/v1/projects/{workspace}/{name}/views", {
          params: { path: projectPath(project) },
          signal,
        }),
      ),
    staleTime: 30_000,
  });

/** Those in the trash. */
export const trashedViewsQuery = (project: ProjectRef) =>
  queryOptions({
    queryKey: [...viewKeys.project(project), "trashed"],
    queryFn: ({ signal }) =>
      answer(
        api.GET("/api/v1/projects/{workspace}/{name}/views", {
          params: { path: projectPath(project), query: { trashed: true } },
          signal,
        }),
      ).then((found) => found.views),
  });

export const viewQuery = (project: ProjectRef, id: string) =>
  queryOptions({
    queryKey: viewKeys.one(project, id),
    queryFn: ({ signal }) =>
      answer(
        api.GET("/api/v1/projects/{workspace}/{name}/views/{view_id}", {
          params: { path: viewPath(project, id) },
          signal,
        }),
      ),
    staleTime: 30_000,
  });

/** A view whose project is not known yet: a short link. */
export const resolveView = (id: string, signal: AbortSignal) =>
  answer(api.GET("/api/v1/views/{view_id}", { params: { path: { view_id: id } }, signal }));

export const createView = (
  project: ProjectRef,
  body: { readonly name: string; readonly shared: boolean; readonly state: Record<string, string> },
) =>
  answer(
    api.POST("/api/v1/projects/{workspace}/{name}/views", { params: { path: projectPath(project) }, body }),
  );

export const patchView = (project: ProjectRef, id: string, body: ViewPatch) =>
  answer(
    api.PATCH("/api/v1/projects/{workspace}/{name}/views/{view_id}", {
      params: { path: viewPath(project, id) },
      body,
    }),
  );

export const setDefaultView = (project: ProjectRef, view: string | null) =>
  answer(
    api.PUT("/api/v1/projects/{workspace}/{name}/default-view", {
      params: { path: projectPath(project) },
      body: { view },
    }),
  );
