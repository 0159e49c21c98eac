import type { ProjectRef } from "@/api/types";

/** `runId`: a short id, a custom run id or `key:<number>`. */
export function RunPage(props: { readonly project: ProjectRef; readonly runId: string }) {
  return <h1>{props.runId}</h1>;
}
