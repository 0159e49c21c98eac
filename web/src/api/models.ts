import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { answer, api, runPath } from "./client";
import type { ModelPatch, ModelVersionPatch, ProjectRef } from "./types";

export const modelKeys = {
  all: ["models"] as const,
  list: (search: string, prompts: boolean) => [...modelKeys.all, "list", search, prompts] as const,
  one: (model: string) => [...modelKeys.all, "one", model] as const,
  versions: (model: string) => [...modelKeys.one(model), "versions"] as const,
  version: (model: string, version: number) => [...modelKeys.one(model), "version", version] as const,
};

export const modelListQuery = (search: string, prompts: boolean) =>
  infiniteQueryOptions({
    queryKey: modelKeys.list(search, prompts),
    queryFn: ({ pageParam, signal }) =>
      answer(
        api.GET("/api/v1/models", {
          params: { query: { search, prompts, cursor: pageParam, limit: 100 } },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
    refetchInterval: 60_000,
  });

export const modelQuery = (model: string) =>
  queryOptions({
    queryKey: modelKeys.one(model),
    queryFn: ({ signal }) =>
      answer(api.GET("/api/v1/models/{model}", { params: { path: { model } }, signal })),
  });

export const modelVersionsQuery = (model: string) =>
  infiniteQueryOptions({
    queryKey: modelKeys.versions(model),
    queryFn: ({ pageParam, signal }) =>
      answer(
        api.GET("/api/v1/models/{model}/versions", {
          params: { path: { model }, query: { cursor: pageParam, limit: 100 } },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });

export const modelVersionQuery = (model: string, version: number) =>
  queryOptions({
    queryKey: modelKeys.version(model, version),
    queryFn: ({ signal }) =>
      answer(
        api.GET("/api/v1/models/{model}/versions/{version}", {
          params: { path: { model, version } },
          signal,
        }),
      ),
  });

export const modelFilesQuery = (model: string, version: number) =>
  queryOptions({
    queryKey: [...modelKeys.version(model, version), "files"],
    queryFn: ({ signal }) =>
      answer(
        api.GET("/api/v1/models/{model}/versions/{version}/files", {
          params: { path: { model, version } },
          signal,
        }),
      ),
    staleTime: 60_000,
  });

/** The versions that a run made. */
export const runModelsQuery = (project: ProjectRef, run: string) =>
  queryOptions({
    queryKey: [...modelKeys.all, "run", project.workspace, project.name, run],
    queryFn: ({ signal }) =>
      answer(
        api.GET("/api/v1/projects/{workspace}/{name}/runs/{run_id}/models", {
          params: { path: runPath(project, run) },
          signal,
        }),
      ),
  });

/** The models that a run logged (MLflow 3), with their files. */
export const loggedModelsQuery = (project: ProjectRef, run: string) =>
  queryOptions({
    queryKey: [...modelKeys.all, "logged", project.workspace, project.name, run],
    queryFn: ({ signal }) =>
      answer(
        api.GET("/api/v1/projects/{workspace}/{name}/runs/{run_id}/logged-models", {
          params: { path: runPath(project, run) },
          signal,
        }),
      ),
  });

/** Address of the bytes of a logged model's file. */
export const loggedFileAddress = (model: string, path: string, download: boolean): string => {
  const query = new URLSearchParams({ path, ...(download ? { download: "1" } : {}) });
  return `/api/v1/logged-models/${encodeURIComponent(model)}/files/content?${query}`;
};

export const createModel = (name: string) => answer(api.POST("/api/v1/models", { body: { name } }));

export const patchModel = (model: string, body: ModelPatch) =>
  answer(api.PATCH("/api/v1/models/{model}", { params: { path: { model } }, body }));

export const deleteModel = (model: string) =>
  api.DELETE("/api/v1/models/{model}", { params: { path: { model } } });

export const createModelVersion = (
  model: string,
  body: {
    readonly project: string;
    readonly run: string;
    readonly path: string;
    readonly logged_model: string | null;
  },
) => answer(api.POST("/api/v1/models/{model}/versions", { params: { path: { model } }, body }));

export const patchModelVersion = (model: string, version: number, body: ModelVersionPatch) =>
  answer(
    api.PATCH("/api/v1/models/{model}/versions/{version}", { params: { path: { model, version } }, body }),
  );

export const deleteModelVersion = (model: string, version: number) =>
  api.DELETE("/api/v1/models/{model}/versions/{version}", { params: { path: { model, version } } });

/** Address of the bytes of a version's file. */
export const modelFileAddress = (model: string, version: number, path: string, download: boolean): string => {
  const query = new URLSearchParams({ path, ...(download ? { download: "1" } : {}) });
  return `/api/v1/models/${encodeURIComponent(model)}/versions/${version}/files/content?${query}`;
};
