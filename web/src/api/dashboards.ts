import { queryOptions } from "@tanstack/react-query";
import { answer, api, projectPath } from "./client";
import type { DashboardPatch, Layout, ProjectRef } from "./types";

export const dashboardKeys = {
  project: (project: ProjectRef) => ["dashboards", project.workspace, project.name] as const,
  list: (project: ProjectRef) => [...dashboardKeys.project(project), "list"] as const,
  one: (project: ProjectRef, id: string) => [...dashboardKeys.project(project), "one", id] as const,
};

const boardPath = (project: ProjectRef, id: string) => ({ ...projectPath(project), dashboard_id: id });

export const dashboardListQuery = (project: ProjectRef) =>
  queryOptions({
    queryKey: dashboardKeys.list(project),
    queryFn: ({ signal }) =>
      answer(
        api.GET("/api/v1/projects/{workspace}/{name}/dashboards", {
          params: { path: projectPath(project) },
          signal,
        }),
      ),
    staleTime: 30_000,
  });

/** Those in the trash. */
export const trashedDashboardsQuery = (project: ProjectRef) =>
  queryOptions({
    queryKey: [...dashboardKeys.project(project), "trashed"],
    queryFn: ({ signal }) =>
      answer(
        api.GET("/api/v1/projects/{workspace}/{name}/dashboards", {
          params: { path: projectPath(project), query: { trashed: true } },
          signal,
        }),
      ).then((found) => found.dashboards),
  });

export const dashboardQuery = (project: ProjectRef, id: string) =>
  queryOptions({
    queryKey: dashboardKeys.one(project, id),
    queryFn: ({ signal }) =>
      answer(
        api.GET("/api/v1/projects/{workspace}/{name}/dashboards/{dashboard_id}", {
          params: { path: boardPath(project, id) },
          signal,
        }),
      ),
    staleTime: 30_000,
  });

export const createDashboard = (
  project: ProjectRef,
  body: { readonly name: string; readonly shared: boolean; readonly layout: Layout },
) =>
  answer(
    api.POST("/api/v1/projects/{workspace}/{name}/dashboards", {
      params: { path: projectPath(project) },
      body,
    }),
  );

export const patchDashboard = (project: ProjectRef, id: string, body: DashboardPatch) =>
  answer(
    api.PATCH("/api/v1/projects/{workspace}/{name}/dashboards/{dashboard_id}", {
      params: { path: boardPath(project, id) },
      body,
    }),
  );
