/** Columns of the runs table: what they are called, how a project without a choice gets sensible ones. */
import type { AggregateName, AttributeName, Column, TypeLabel } from "@/api/types";

/** A column as the table holds it. Two columns are the same if their ids are. */
export type ColumnSpec = {
  readonly path: string;
  readonly type?: TypeLabel;
  /** Only for float series; `last` when absent. */
  readonly aggregate?: AggregateName;
  /** Of a float series the value at this step, or the last one before it. */
  readonly atStep?: number;
  /** Stays at the left, and follows into the other tabs. */
  readonly pinned?: boolean;
  /** The reader's own heading. */
  readonly title?: string;
  readonly format?: NumberFormat;
  /** Which values are good; when absent the name decides. */
  readonly better?: "higher" | "lower" | "none";
  /** Cells are coloured by their value. */
  readonly heat?: boolean;
  /** Cells show the course of the series. */
  readonly sparkline?: boolean;
};

export type NumberFormat = {
  readonly kind: "fixed" | "significant" | "scientific" | "percent";
  readonly digits: number;
};

export const TYPES: readonly TypeLabel[] = [
  "float",
  "int",
  "string",
  "bool",
  "datetime",
  "string_set",
  "file",
  "artifact",
  "run_state",
  "git_ref",
  "notebook_ref",
  "float_series",
  "string_series",
  "file_series",
  "histogram_series",
  "tensor_series",
];

export const AGGREGATES: readonly AggregateName[] = [
  "last",
  "min",
  "max",
  "average",
  "variance",
  "first",
  "count",
  "last_step",
];

export const columnId = (column: ColumnSpec): string =>
  `${column.path}\u0000${column.type ?? ""}\u0000${column.aggregate ?? ""}${
    column.atStep === undefined ? "" : `\u0000${column.atStep}`
  }`;

export const toApiColumn = (column: ColumnSpec): Column => ({
  path: column.path,
  ...(column.type ? { type: column.type } : {}),
  ...(column.aggregate && column.atStep === undefined ? { aggregate: column.aggregate } : {}),
  ...(column.atStep === undefined ? {} : { at_step: column.atStep }),
});

const UNGROUPABLE: readonly string[] = [
  "file",
  "artifact",
  "string_series",
  "file_series",
  "histogram_series",
  "tensor_series",
];

export const canGroup = (column: ColumnSpec): boolean =>
  column.atStep === undefined && !UNGROUPABLE.includes(column.type ?? "");

/** What of a column says which groups its runs fall into. */
export const groupKey = ({ path, type, aggregate }: ColumnSpec): ColumnSpec => ({
  path,
  ...(type ? { type } : {}),
  ...(aggregate ? { aggregate } : {}),
});

/** Pinned columns first, otherwise as they are. */
export const pinnedFirst = (columns: readonly ColumnSpec[]): readonly ColumnSpec[] => [
  ...columns.filter((column) => column.pinned),
  ...columns.filter((column) => !column.pinned),
];

const LOWER_IS_BETTER =
  /(^|[/_])(loss|error|err|rmse|mse|mae|perplexity|ppl|nll|latency|duration|time)([/_]|$)/i;
const HIGHER_IS_BETTER =
  /(^|[/_])(acc|accuracy|f1|auc|precision|recall|bleu|reward|return|score|map|iou|r2)([/_]|$)/i;

/** Which values of a column are good, as the reader said or as its name suggests. */
export function betterOf(column: ColumnSpec): "higher" | "lower" | "none" {
  if (column.better !== undefined) return column.better;
  if (LOWER_IS_BETTER.test(column.path)) return "lower";
  return HIGHER_IS_BETTER.test(column.path) ? "higher" : "none";
}

const SYSTEM_TITLES: Readonly<Record<string, string>> = {
  "sys/id": "ID",
  "sys/custom_run_id": "Custom ID",
  "sys/name": "Name",
  "sys/state": "State",
  "sys/creation_time": "Created",
  "sys/modification_time": "Modified",
  "sys/ping_time": "Last heard",
  "sys/running_time_seconds": "Duration",
  "sys/owner": "Owner",
  "sys/tags": "Tags",
  "sys/group_tags": "Group tags",
  "sys/description": "Description",
  "sys/hostname": "Host",
  "sys/failed": "Failed",
};

/** Heading of a column: the end of the path is what tells columns apart; `prefix` is the rest. */
export function columnTitle(column: ColumnSpec): { readonly prefix: string; readonly title: string } {
  if (column.title) return { prefix: "", title: column.title };
  const system = SYSTEM_TITLES[column.path];
  if (system !== undefined) return { prefix: "", title: system };
  const cut = column.path.lastIndexOf("/");
  return { prefix: column.path.slice(0, cut + 1), title: column.path.slice(cut + 1) };
}

export const isNumericColumn = (column: ColumnSpec): boolean =>
  column.path === "sys/running_time_seconds" ||
  column.type === "float" ||
  column.type === "int" ||
  column.type === "float_series";

const WIDTHS: Readonly<Record<string, number>> = {
  "sys/id": 148,
  "sys/state": 104,
  "sys/creation_time": 112,
  "sys/modification_time": 112,
  "sys/ping_time": 112,
  "sys/running_time_seconds": 100,
  "sys/owner": 96,
  "sys/tags": 168,
  "sys/group_tags": 168,
  "sys/description": 220,
};

/** Width in pixels before the reader changes it. */
export function defaultWidth(column: ColumnSpec): number {
  const system = WIDTHS[column.path];
  if (system !== undefined) return system;
  const { prefix, title } = columnTitle(column);
  const heading = 44 + 7 * title.length + 5.5 * Math.min(prefix.length, 12);
  const content = (isNumericColumn(column) ? 104 : 128) + (column.sparkline ? 72 : 0);
  return Math.round(Math.max(content, Math.min(200, heading)));
}

const system = (path: string, type: TypeLabel): ColumnSpec => ({ path, type });

const FIRST: readonly ColumnSpec[] = [
  system("sys/state", "run_state"),
  system("sys/creation_time", "datetime"),
  system("sys/running_time_seconds", "float"),
];
const LAST: readonly ColumnSpec[] = [
  system("sys/owner", "string"),
  system("sys/tags", "string_set"),
  system("sys/id", "string"),
];

/** Series that are about the machine, not about the model. */
const MACHINE = /^(system|monitoring|runtime)\//;
const GOOD_PARAMETER =
  /(^|[/_])(lr|learning_rate|batch_size|optimizer|model|name|depth|hidden|dropout|epochs|weight_decay|units|width)$/i;
const EVALUATION = /(^|[/_])(val|valid|validation|test|eval|dev)([/_]|$)/i;
const GOOD_METRIC =
  /(^|[/_])(acc|accuracy|loss|f1|auc|rmse|mae|perplexity|ppl|bleu|reward|return|score|error|map|iou)([/_]|$)/i;

const depth = (path: string): number => path.split("/").length;

function best<Named extends { readonly path: string }>(
  names: readonly Named[],
  score: (path: string) => number,
  count: number,
): Named[] {
  return names
    .map((name) => ({ name, score: score(name.path) }))
    .sort((a, b) => b.score - a.score || (a.name.path < b.name.path ? -1 : 1))
    .slice(0, count)
    .map(({ name }) => name);
}

/** The columns of a project whose reader has not chosen any: state and age, the likeliest metrics and parameters, owner and tags. */
export function automaticColumns(
  metrics: readonly AttributeName[],
  parameters: readonly AttributeName[],
): readonly ColumnSpec[] {
  const series = metrics.filter((name) => name.type === "float_series" && !MACHINE.test(name.path));
  const metricScore = (path: string) =>
    (EVALUATION.test(path) ? 4 : 0) + (GOOD_METRIC.test(path) ? 3 : 0) - depth(path) * 0.5;
  const parameterScore = (path: string) => (GOOD_PARAMETER.test(path) ? 4 : 0) - depth(path);
  // A path that is whole in some runs and a fraction in others is one column, of whatever type.
  const single = new Map<string, ColumnSpec>();
  for (const { path, type } of parameters)
    if (["float", "int", "string", "bool"].includes(type))
      single.set(path, single.has(path) ? { path } : { path, type });
  return [
    ...FIRST,
    ...best(series, metricScore, 3).map(({ path, type }) => ({ path, type })),
    ...best([...single.values()], parameterScore, 4),
    ...LAST,
  ];
}
