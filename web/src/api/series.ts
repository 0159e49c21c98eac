import { address, answer, api, projectPath } from "./client";
import { runList } from "./runList";
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

/** Where the browser downloads every point of some metrics of some runs as CSV; `steps`: only these, both inclusive. */
export function pointsAddress(
  project: ProjectRef,
  runs: readonly number[],
  paths: readonly string[],
  steps: readonly [number, number] | null,
): string {
  const query = new URLSearchParams([
    ["runs", runList(runs)],
    ...paths.map((path) => ["path", path]),
    ...(steps === null
      ? []
      : [
          ["start", String(steps[0])],
          ["stop", String(steps[1])],
        ]),
  ] as [string, string][]);
  return `${address(project, ["series", "points.csv"])}?${query}`;
}
