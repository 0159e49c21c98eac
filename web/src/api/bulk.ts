/** Many runs at once: which match, what they take, and changes in portions. */
import { answer, api, projectPath } from "./client";
import type { components } from "./schema";
import type { ProjectRef } from "./types";

export type RunChange = components["schemas"]["BulkRequest"]["change"];
export type BulkResult = components["schemas"]["BulkResult"];
export type RunsSize = components["schemas"]["RunsSize"];

/** Keys of all runs that match, newest first. */
export const listRunKeys = (
  project: ProjectRef,
  body: { readonly query: string; readonly trashed: boolean; readonly experiments: boolean },
) =>
  answer(
    api.POST("/api/v1/projects/{workspace}/{name}/runs/keys", {
      params: { path: projectPath(project) },
      body,
    }),
  );

/** What runs take; at most 100,000 of them. */
export const measureRuns = (project: ProjectRef, keys: readonly number[], signal: AbortSignal) =>
  answer(
    api.POST("/api/v1/projects/{workspace}/{name}/runs/size", {
      params: { path: projectPath(project) },
      body: { keys: [...keys] },
      signal,
    }),
  );

/** Changes at most 1,000 runs. */
export const changeRuns = (project: ProjectRef, keys: readonly number[], change: RunChange) =>
  answer(
    api.POST("/api/v1/projects/{workspace}/{name}/runs/bulk", {
      params: { path: projectPath(project) },
      body: { keys: [...keys], change },
    }),
  );
