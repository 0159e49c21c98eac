/** The kinds of widgets: what they are called, and what a new one is. */
import type { Column, Widget } from "@/api/types";
import { newId } from "../layout";
import { columnText } from "./columnSpecs";

export type WidgetKind = Widget["kind"];

export const KINDS: readonly { readonly kind: WidgetKind; readonly label: string }[] = [
  { kind: "chart", label: "Chart" },
  { kind: "metric", label: "Number" },
  { kind: "table", label: "Table" },
  { kind: "image", label: "Images" },
  { kind: "parallel", label: "Parallel coordinates" },
  { kind: "text", label: "Text" },
];

export const kindLabel = (kind: WidgetKind): string =>
  KINDS.find((each) => each.kind === kind)?.label ?? kind;

export function newWidget(kind: WidgetKind): Widget {
  const at = { id: newId(), x: 0, y: 0 };
  switch (kind) {
    case "chart":
      return { kind, ...at, w: 6, h: 7, metrics: [], pattern: "" };
    case "metric":
      return { kind, ...at, w: 3, h: 4, path: "", aggregate: "last", across: "each" };
    case "table":
      return { kind, ...at, w: 6, h: 6, columns: [] };
    case "image":
      return { kind, ...at, w: 6, h: 6, path: "" };
    case "parallel":
      return { kind, ...at, w: 12, h: 8, columns: [] };
    case "text":
      return { kind, ...at, w: 4, h: 4, text: "" };
  }
}

const named = (columns: readonly Column[] | undefined): string =>
  (columns ?? [])
    .map((column) => {
      const end = { ...column, path: column.path.slice(column.path.lastIndexOf("/") + 1) };
      return columnText(end);
    })
    .join(", ");

/** The reader's title, or what the widget shows. */
export function widgetTitle(widget: Widget): string {
  if (widget.title) return widget.title;
  switch (widget.kind) {
    case "chart":
      return (
        [...(widget.metrics ?? []), ...(widget.pattern ? [`/${widget.pattern}/`] : [])].join(", ") || "Chart"
      );
    case "metric": {
      const aggregate = (widget.aggregate ?? "last").replace("_", " ");
      return widget.path ? `${widget.path} (${aggregate})` : "Number";
    }
    case "table":
      return named(widget.columns) || "Table";
    case "image":
      return widget.path || "Images";
    case "parallel":
      return named(widget.columns) || "Parallel coordinates";
    case "text":
      return "Text";
  }
}

/** Whether there is enough in it to show something. */
export function isComplete(widget: Widget): boolean {
  switch (widget.kind) {
    case "chart":
      return (widget.metrics ?? []).length > 0 || Boolean(widget.pattern);
    case "metric":
    case "image":
      return widget.path !== "";
    default:
      return true;
  }
}
