import { answer, api, projectPath } from "./client";
import type { BucketRequest, ProjectRef } from "./types";

/** Series reduced to buckets, as JSON. */
export const getBuckets = (project: ProjectRef, request: BucketRequest, signal: AbortSignal) =>
  answer(
    api.POST("/api/v1/projects/{workspace}/{name}/series/buckets", {
      params: { path: projectPath(project) },
      body: request,
      signal,
    }),
  );

/** The same as an Arrow stream's bytes: for many series, without a number ever becoming text. */
export async function getBucketsArrow(
  project: ProjectRef,
  request: BucketRequest,
  signal: AbortSignal,
): Promise<ArrayBuffer> {
  const { data } = await api.POST("/api/v1/projects/{workspace}/{name}/series/buckets", {
    params: { path: projectPath(project) },
    body: request,
    headers: { Accept: "application/vnd.apache.arrow.stream" },
    parseAs: "arrayBuffer",
    signal,
  });
  return data as ArrayBuffer;
}
