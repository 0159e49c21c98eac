/** What all views of the tab share, as the address says it. Each view has a codec of its own beside it. */

import { decodeColumn, encodeColumn } from "@/features/runs/columnCodec";
import type { ColumnSpec } from "@/features/runs/columns";
import type { SearchCodec } from "@/urlSearch";

export const VIEWS = ["side", "parallel", "scatter", "importance", "media"] as const;
export type CompareView = (typeof VIEWS)[number];

/** The runs a view is about: all that match the query, or those whose eyes are open. */
export type Scope = "all" | "drawn";

export type CompareState = {
  readonly view: CompareView;
  readonly scope: Scope;
  /** What parameters are to explain, and lines are coloured by; null = chosen automatically. */
  readonly metric: ColumnSpec | null;
};

export const compareCodec: SearchCodec<CompareState> = {
  decode: (search) => ({
    view: VIEWS.find((view) => view === search["cmp.view"]) ?? "side",
    scope: search["cmp.runs"] === "drawn" ? "drawn" : "all",
    metric: columnOf(search["cmp.metric"]),
  }),
  encode: (state) => ({
    "cmp.view": state.view === "side" ? undefined : state.view,
    "cmp.runs": state.scope === "all" ? undefined : state.scope,
    "cmp.metric": state.metric === null ? undefined : encodeColumn(state.metric),
  }),
};

/** A column, or null; a direction has no meaning here. */
export function columnOf(text: string | undefined): ColumnSpec | null {
  const found = text ? decodeColumn(text) : null;
  if (found === null) return null;
  const { direction: _, ...column } = found;
  return column;
}
