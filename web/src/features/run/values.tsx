import type { RunAttribute, Value } from "@/api/types";
import { formatAbsolute, formatBytes, formatMeasurement, formatNumber } from "@/ui/format";

/** The attributes below a prefix, their paths without it. */
export function below(attributes: readonly RunAttribute[], prefix: string): RunAttribute[] {
  return attributes
    .filter((attribute) => attribute.path.startsWith(prefix))
    .map((attribute) => ({ ...attribute, path: attribute.path.slice(prefix.length) }));
}

export const find = (attributes: readonly RunAttribute[], path: string): RunAttribute | undefined =>
  attributes.find((attribute) => attribute.path === path);

/** A single value, or the last one of a series, as a person reads it. */
export function ValueText({ attribute }: { readonly attribute: RunAttribute }) {
  if (attribute.summary) {
    const last = attribute.summary.last;
    if (attribute.type === "float_series") return <span className="num">{formatMeasurement(last)}</span>;
    const count = `${formatNumber(attribute.summary.count)} ${attribute.summary.count === 1 ? "point" : "points"}`;
    return <span>{typeof last === "string" ? last.slice(0, 500) : count}</span>;
  }
  return <>{plainValue(attribute.type, attribute.value ?? null)}</>;
}

function plainValue(type: RunAttribute["type"], value: Value): React.ReactNode {
  if (value === null || value === undefined) return "";
  if (typeof value === "boolean") return value ? "true" : "false";
  if (typeof value === "number") return <span className="num">{formatNumber(value, 8)}</span>;
  if (Array.isArray(value)) return value.join(", ");
  if (typeof value === "object") return `${value.name} · ${formatBytes(value.size)}`;
  if (type === "datetime") return formatAbsolute(new Date(value));
  if (type === "float" || type === "int") return formatNumber(value);
  return value;
}
