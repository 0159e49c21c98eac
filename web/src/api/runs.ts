import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { address, getJson, projectPath, sendJson } from "./client";
import type {
  AttributeNamePage,
  FilePage,
  HistogramPage,
  ProjectRef,
  Run,
  RunAttribute,
  RunAttributePage,
  StringPage,
  Table,
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

export type NameOptions = {
  readonly regex?: string;
  readonly types?: readonly TypeLabel[];
  /** Numeric run keys: only what these runs have. */
  readonly runs?: readonly number[];
  readonly limit?: number;
};

export const searchRuns = (project: ProjectRef, request: TableRequest, signal?: AbortSignal) =>
  sendJson<Table>("POST", projectPath(project, "runs", "search"), request, signal);

export const attributeNamesQuery = (project: ProjectRef, options: NameOptions) =>
  queryOptions({
    queryKey: runKeys.names(project, options),
    queryFn: ({ signal }) =>
      getJson<AttributeNamePage>(
        projectPath(project, "attributes"),
        {
          regex: options.regex,
          types: options.types,
          runs: options.runs?.map(String),
          limit: options.limit ?? 1000,
        },
        signal,
      ),
    staleTime: 10_000,
  });

export const runQuery = (project: ProjectRef, id: string) =>
  queryOptions({
    queryKey: runKeys.run(project, id),
    queryFn: ({ signal }) => getJson<Run>(projectPath(project, "runs", id), {}, signal),
  });

/** Every attribute of a run: pages are followed to the end. */
export const runAttributesQuery = (project: ProjectRef, id: string) =>
  queryOptions({
    queryKey: runKeys.attributes(project, id),
    queryFn: async ({ signal }) => {
      const attributes: RunAttribute[] = [];
      let cursor: string | null = null;
      do {
        const page: RunAttributePage = await getJson<RunAttributePage>(
          projectPath(project, "runs", id, "attributes"),
          { cursor, limit: 10_000 },
          signal,
        );
        attributes.push(...page.attributes);
        cursor = page.next_cursor;
      } while (cursor !== null);
      return attributes;
    },
  });

export const getStrings = (
  project: ProjectRef,
  id: string,
  query: { path: string; cursor?: string; limit?: number; tail?: number },
  signal?: AbortSignal,
) => getJson<StringPage>(projectPath(project, "runs", id, "strings"), query, signal);

export const histogramsQuery = (project: ProjectRef, id: string, path: string, limit = 50) =>
  queryOptions({
    queryKey: [...runKeys.run(project, id), "histograms", path, limit],
    queryFn: ({ signal }) =>
      getJson<HistogramPage>(projectPath(project, "runs", id, "histograms"), { path, limit }, signal),
  });

export const filesQuery = (project: ProjectRef, id: string, path: string) =>
  infiniteQueryOptions({
    queryKey: [...runKeys.run(project, id), "files", path],
    queryFn: ({ pageParam, signal }) =>
      getJson<FilePage>(
        projectPath(project, "runs", id, "files"),
        { path, cursor: pageParam, limit: 500 },
        signal,
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });

/** Address of a file's bytes: a file attribute, or a file series' point at `step`. */
export const fileAddress = (
  project: ProjectRef,
  id: string,
  path: string,
  options: { step?: number; download?: boolean } = {},
) =>
  address(projectPath(project, "runs", id, "files", "content"), {
    path,
    step: options.step,
    download: options.download ? 1 : undefined,
  });
