/** Several runs at once: side by side, as columns, explained, and their media. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { answer, api, projectPath } from "./client";
import { runKeys } from "./runs";
import type { ColumnsRequest, ComparisonRequest, MediaRequest, ParametersRequest, ProjectRef } from "./types";

export const compareKeys = {
  /** Everything that this tab asks for: what a live event makes old. */
  all: (project: ProjectRef) => [...runKeys.project(project), "compare"] as const,
};

export const compareRuns = (project: ProjectRef, request: ComparisonRequest, signal?: AbortSignal) =>
  answer(
    api.POST("/api/v1/projects/{workspace}/{name}/runs/compare", {
      params: { path: projectPath(project) },
      body: request,
      ...(signal ? { signal } : {}),
    }),
  );

export const comparisonQuery = (project: ProjectRef, request: ComparisonRequest) =>
  queryOptions({
    queryKey: [...compareKeys.all(project), "rows", request],
    queryFn: ({ signal }) => compareRuns(project, request, signal),
    staleTime: 10_000,
  });

export const columnsQuery = (project: ProjectRef, request: ColumnsRequest) =>
  queryOptions({
    queryKey: [...compareKeys.all(project), "columns", request],
    queryFn: ({ signal }) =>
      answer(
        api.POST("/api/v1/projects/{workspace}/{name}/runs/columns", {
          params: { path: projectPath(project) },
          body: request,
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
    staleTime: 10_000,
  });

export const parametersQuery = (project: ProjectRef, request: ParametersRequest) =>
  queryOptions({
    queryKey: [...compareKeys.all(project), "parameters", request],
    queryFn: ({ signal }) =>
      answer(
        api.POST("/api/v1/projects/{workspace}/{name}/runs/parameters", {
          params: { path: projectPath(project) },
          body: request,
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });

export const mediaQuery = (project: ProjectRef, request: MediaRequest) =>
  queryOptions({
    queryKey: [...compareKeys.all(project), "media", request],
    queryFn: ({ signal }) =>
      answer(
        api.POST("/api/v1/projects/{workspace}/{name}/runs/media", {
          params: { path: projectPath(project) },
          body: request,
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
    staleTime: 10_000,
  });
