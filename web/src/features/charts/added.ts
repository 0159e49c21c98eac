/** Charts that somebody added: chosen metrics in one chart, or a pattern whose charts future metrics join. */
import { escapePath, splitAt, unescapePath } from "@/features/runs/columnCodec";

export type AddedChart =
  | { readonly kind: "metrics"; readonly paths: readonly string[] }
  /** One chart for everything that the groups of the pattern capture; a single one without groups. */
  | { readonly kind: "pattern"; readonly regex: string };

/** The text of a chart in an address; it names the chart as well. */
export const addedId = (chart: AddedChart): string =>
  chart.kind === "metrics" ? ["m", ...chart.paths.map(escapePath)].join(":") : `r:${escapePath(chart.regex)}`;

export function readAdded(text: string): AddedChart | null {
  const [kind, ...parts] = splitAt(text, ":").map((part) => part);
  const texts = parts.map(unescapePath).filter((part) => part !== "");
  const first = texts[0];
  if (first === undefined) return null;
  if (kind === "m") return { kind: "metrics", paths: texts };
  return kind === "r" && texts.length === 1 ? { kind: "pattern", regex: first } : null;
}

/** Names charts of single metrics in overrides and while one fills the screen. */
export const metricId = (path: string): string => `p:${escapePath(path)}`;

/** The metric that `metricId` names; null for another chart. */
export const metricOf = (id: string): string | null =>
  id.startsWith("p:") ? unescapePath(id.slice(2)) : null;

/** One of the charts that a pattern makes. */
export const familyId = (chart: AddedChart, captures: readonly string[]): string =>
  [addedId(chart), ...captures.map(escapePath)].join(":");
