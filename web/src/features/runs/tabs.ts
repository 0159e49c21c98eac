/** The tabs of a project, in the order of their number keys. All but the first show the drawn runs beside the list of runs. */
import type { ComponentType, LazyExoticComponent } from "react";
import type { ProjectRef } from "@/api/types";
import { part } from "@/ui/part";
import type { ColumnSpec } from "./columns";
import type { DrawnRun } from "./drawnRun";

/** What the pane of a tab is given. Its own settings live in the address, under keys of its own (see `useUrlState`). */
export type PaneProps = {
  readonly project: ProjectRef;
  /** The runs whose eyes are open, in the table's order. */
  readonly runs: readonly DrawnRun[];
  /** The table's columns, pinned ones first. */
  readonly columns: readonly ColumnSpec[];
};

type TabSpec = {
  readonly id: string;
  readonly label: string;
  readonly pane: LazyExoticComponent<ComponentType<PaneProps>> | null;
};

export const TABS = [
  { id: "runs", label: "Runs", pane: null },
  {
    id: "charts",
    label: "Charts",
    pane: part<PaneProps>(async () => (await import("@/features/charts/ChartsPane")).ChartsPane),
  },
  {
    id: "compare",
    label: "Compare",
    pane: part<PaneProps>(async () => (await import("@/features/compare/ComparePane")).ComparePane),
  },
  {
    id: "dashboards",
    label: "Dashboards",
    pane: part<PaneProps>(async () => (await import("@/features/dashboards/DashboardsPane")).DashboardsPane),
  },
] as const satisfies readonly TabSpec[];

export type ProjectTab = (typeof TABS)[number]["id"];

export const paneOf = (tab: ProjectTab): TabSpec["pane"] =>
  TABS.find((each) => each.id === tab)?.pane ?? null;

export const tabOf = (text: string | undefined): ProjectTab =>
  TABS.find((each) => each.id === text)?.id ?? "runs";
