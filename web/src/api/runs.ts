import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { ApiError, address, answer, api, projectPath, runPath } from "./client";
import { runList } from "./runList";
import type {
  ExportRequest,
  GroupRequest,
  ProjectRef,
  RunAttribute,
  RunAttributePage,
  RunPatch,
  SparklineRequest,
  TableRequest,
  TypeLabel,
} from "./types";

export const runKeys = {
  project: (project: ProjectRef) => ["runs", project.workspace, project.name] as const,
  table: (project: ProjectRef, request: TableRequest) =>
    [...runKeys.project(project), "table", request] as const,
  names: (project: ProjectRef, options: NameOptions) =>
    [...runKeys.project(project), "names", options] as const,
  run: (project: ProjectRef, id: string) => [...runKeys.project(project), "run", id] as const,
  attributes: (project: ProjectRef, id: string) => [...runKeys.run(project, id), "attributes"] as const,
};

export const searchRuns = (project: ProjectRef, request: TableRequest, signal: AbortSignal) =>
  answer(
    api.POST("/api/v1/projects/{workspace}/{name}/runs/search", {
      params: { path: projectPath(project) },
      body: request,
      signal,
    }),
  );

export const groupRuns = (project: ProjectRef, request: GroupRequest, signal: AbortSignal) =>
  answer(
    api.POST("/api/v1/projects/{workspace}/{name}/runs/groups", {
      params: { path: projectPath(project) },
      body: request,
      signal,
    }),
  );

export const getSparklines = (project: ProjectRef, request: SparklineRequest, signal: AbortSignal) =>
  answer(
    api.POST("/api/v1/projects/{workspace}/{name}/runs/sparklines", {
      params: { path: projectPath(project) },
      body: request,
      signal,
    }),
  );

/** The whole table as a file. */
export async function exportRuns(project: ProjectRef, request: ExportRequest): Promise<Blob> {
  const { data, response } = await api.POST("/api/v1/projects/{workspace}/{name}/runs/export", {
    params: { path: projectPath(project) },
    body: request,
    parseAs: "blob",
  });
  if (data === undefined)
    throw new ApiError(response.status, { code: "empty", message: "The answer is empty." });
  return data as unknown as Blob;
}

/** The values that an attribute has, the commonest first. */
export const attributeValuesQuery = (
  project: ProjectRef,
  options: { readonly path: string; readonly type?: TypeLabel; readonly search: string },
) =>
  queryOptions({
    queryKey: [...runKeys.project(project), "values", options] as const,
    queryFn: ({ signal }) =>
      answer(
        api.GET("/api/v1/projects/{workspace}/{name}/attributes/values", {
          params: { path: projectPath(project), query: { ...options, limit: 20 } },
          signal,
        }),
      ),
    staleTime: 10_000,
  });

export type NameOptions = {
  readonly regex?: string;
  readonly types?: readonly TypeLabel[];
  /** Numeric run keys: only what these runs have. */
  readonly runs?: readonly number[];
  readonly limit?: number;
};

export const attributeNamesQuery = (project: ProjectRef, options: NameOptions) =>
  queryOptions({
    queryKey: runKeys.names(project, options),
    queryFn: ({ signal }) =>
      answer(
        api.GET("/api/v1/projects/{workspace}/{name}/attributes", {
          params: {
            path: projectPath(project),
            query: {
              ...(options.regex ? { regex: options.regex } : {}),
              ...(options.types ? { types: options.types.join() } : {}),
              ...(options.runs ? { runs: runList(options.runs) } : {}),
              limit: options.limit ?? 1000,
            },
          },
          signal,
        }),
      ),
    staleTime: 10_000,
  });

export const runQuery = (project: ProjectRef, id: string) =>
  queryOptions({
    queryKey: runKeys.run(project, id),
    queryFn: ({ signal }) =>
      answer(
        api.GET("/api/v1/projects/{workspace}/{name}/runs/{run_id}", {
          params: { path: runPath(project, id) },
          signal,
        }),
      ),
  });

export const patchRun = (project: ProjectRef, id: string, body: RunPatch) =>
  answer(
    api.PATCH("/api/v1/projects/{workspace}/{name}/runs/{run_id}", {
      params: { path: runPath(project, id) },
      body,
    }),
  );

/** Every attribute of a run: pages are followed to the end. */
export const runAttributesQuery = (project: ProjectRef, id: string) =>
  queryOptions({
    queryKey: runKeys.attributes(project, id),
    queryFn: async ({ signal }) => {
      const attributes: RunAttribute[] = [];
      let cursor: string | null = null;
      do {
        const page: RunAttributePage = await answer(
          api.GET("/api/v1/projects/{workspace}/{name}/runs/{run_id}/attributes", {
            params: { path: runPath(project, id), query: { cursor, limit: 10_000 } },
            signal,
          }),
        );
        attributes.push(...page.attributes);
        cursor = page.next_cursor;
      } while (cursor !== null);
      return attributes;
    },
  });

/** A text in full; "" where the run has none at that path. */
export const textAttributeQuery = (project: ProjectRef, id: string, path: string) =>
  queryOptions({
    queryKey: [...runKeys.run(project, id), "text", path],
    queryFn: async ({ signal }) => {
      // Paths come in order, so the one that is no longer than the prefix comes first.
      const page = await answer(
        api.GET("/api/v1/projects/{workspace}/{name}/runs/{run_id}/attributes", {
          params: { path: runPath(project, id), query: { prefix: path, limit: 1 } },
          signal,
        }),
      );
      const found = page.attributes[0];
      return found?.path === path && typeof found.value === "string" ? found.value : "";
    },
    staleTime: 30_000,
  });

/** Lines of a string series: from `cursor` on, or the last `tail`. */
export const getStrings = (
  project: ProjectRef,
  id: string,
  query: {
    readonly path: string;
    readonly cursor?: string;
    readonly limit?: number;
    readonly tail?: number;
  },
  signal: AbortSignal,
) =>
  answer(
    api.GET("/api/v1/projects/{workspace}/{name}/runs/{run_id}/strings", {
      params: { path: runPath(project, id), query },
      signal,
    }),
  );

export const histogramsQuery = (project: ProjectRef, id: string, path: string, limit = 50) =>
  queryOptions({
    queryKey: [...runKeys.run(project, id), "histograms", path, limit],
    queryFn: ({ signal }) =>
      answer(
        api.GET("/api/v1/projects/{workspace}/{name}/runs/{run_id}/histograms", {
          params: { path: runPath(project, id), query: { path, limit } },
          signal,
        }),
      ),
  });

/** Points of a file series. */
export const filesQuery = (project: ProjectRef, id: string, path: string) =>
  infiniteQueryOptions({
    queryKey: [...runKeys.run(project, id), "files", path],
    queryFn: ({ pageParam, signal }) =>
      answer(
        api.GET("/api/v1/projects/{workspace}/{name}/runs/{run_id}/files", {
          params: { path: runPath(project, id), query: { path, cursor: pageParam, limit: 500 } },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });

/** Address of a file's bytes: a file attribute, or a file series' point at `step`. */
export const fileAddress = (
  project: ProjectRef,
  id: string,
  path: string,
  options: { readonly step?: number; readonly download?: boolean } = {},
) =>
  address(project, ["runs", id, "files", "content"], {
    path,
    step: options.step,
    download: options.download ? 1 : undefined,
  });
