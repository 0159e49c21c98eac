/** Links of MLflow's own web application, as its clients print them: what comes after `#`. */

export type MlflowLink =
  | { readonly kind: "experiment"; readonly id: string; readonly traces: boolean }
  | { readonly kind: "trace"; readonly experiment: string; readonly id: string }
  | { readonly kind: "run"; readonly id: string; readonly files: boolean }
  | { readonly kind: "models" }
  | { readonly kind: "model"; readonly name: string }
  | { readonly kind: "version"; readonly name: string; readonly version: string };

/** `hash`: with or without its `#`. Null for what is none of MLflow's links. */
export function mlflowLink(hash: string): MlflowLink | null {
  const [path = "", query = ""] = hash.replace(/^#/, "").split("?");
  const [first, ...rest] = path
    .split("/")
    .filter((part) => part !== "")
    .map(decoded);
  if (!path.startsWith("/")) return null;
  const asked = new URLSearchParams(query);
  if (first === "experiments" && rest[0] !== undefined) {
    const [experiment, place, id, tab] = rest;
    if (place === "runs" && id !== undefined)
      return { kind: "run", id, files: tab === "artifacts" || tab === "artifactPath" };
    const trace = asked.get("selectedEvaluationId") ?? asked.get("selectedTraceId");
    if (place === "traces" && (id ?? trace) != null)
      return { kind: "trace", experiment, id: (id ?? trace) as string };
    const run = asked.get("selectedRunUuid");
    if (run !== null) return { kind: "run", id: run, files: false };
    return { kind: "experiment", id: experiment, traces: place === "traces" };
  }
  if (first === "models" || first === "prompts") {
    const [name, place, version] = rest;
    if (name === undefined) return { kind: "models" };
    const number = place === "versions" ? version : undefined;
    return number !== undefined && /^\d+$/.test(number)
      ? { kind: "version", name, version: number }
      : { kind: "model", name };
  }
  return null;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
