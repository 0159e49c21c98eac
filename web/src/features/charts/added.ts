/** Charts that somebody added: chosen metrics in one chart, or a pattern whose charts future metrics join. */
import { escapePath, splitAt, unescapePath } from "@/features/runs/columnCodec";

export type AddedChart = {
  /** Instead of the metrics' names; before what a pattern captured. */
  readonly title?: string;
} & (
  | { readonly kind: "metrics"; readonly paths: readonly string[] }
  /** One chart for everything that the groups of the pattern capture; a single one without groups. */
  | { readonly kind: "pattern"; readonly regex: string }
);

export type PatternChart = Extract<AddedChart, { kind: "pattern" }>;

/** The text of a chart in an address; it names the chart as well. `m` metrics, `r` a pattern; `t`: a title comes first. */
export function addedId(chart: AddedChart): string {
  const [letter, parts] =
    chart.kind === "metrics" ? (["m", chart.paths] as const) : (["r", [chart.regex]] as const);
  const titled = chart.title !== undefined && chart.title !== "";
  return [
    titled ? `${letter}t` : letter,
    ...[...(titled ? [chart.title ?? ""] : []), ...parts].map(escapePath),
  ].join(":");
}

export function readAdded(text: string): AddedChart | null {
  const [kind = "", ...parts] = splitAt(text, ":");
  const texts = parts.map(unescapePath).filter((part) => part !== "");
  const titled = kind.length === 2 && kind.endsWith("t");
  const title = titled ? texts.shift() : undefined;
  const first = texts[0];
  if (first === undefined || (kind.length > 1 && !titled)) return null;
  const named = title === undefined ? {} : { title };
  if (kind.startsWith("m")) return { kind: "metrics", paths: texts, ...named };
  return kind.startsWith("r") && texts.length === 1 ? { kind: "pattern", regex: first, ...named } : null;
}

/** Names charts of single metrics in overrides and while one fills the screen. */
export const metricId = (path: string): string => `p:${escapePath(path)}`;

/** The metric that `metricId` names; null for another chart. */
export const metricOf = (id: string): string | null =>
  id.startsWith("p:") ? unescapePath(id.slice(2)) : null;

/** One of the charts that a pattern makes. */
export const familyId = (chart: AddedChart, captures: readonly string[]): string =>
  [addedId(chart), ...captures.map(escapePath)].join(":");

/** What a chart that was edited is called now, where `id` named it or one of its family; null for another chart. */
export function renamedId(id: string, before: AddedChart, after: AddedChart): string | null {
  const old = addedId(before);
  if (id === old) return addedId(after);
  // What another pattern captures has nothing to do with what this one did.
  const same = before.kind === "pattern" && after.kind === "pattern" && before.regex === after.regex;
  return same && id.startsWith(`${old}:`) ? addedId(after) + id.slice(old.length) : null;
}
