import type { ProjectRef, Widget } from "@/api/types";
import type { ColumnSpec } from "@/features/runs/columns";
import type { DrawnRun } from "@/features/runs/drawnRun";

export type WidgetProps<W extends Widget = Widget> = {
  readonly project: ProjectRef;
  readonly runs: readonly DrawnRun[];
  /** The table's columns. */
  readonly columns: readonly ColumnSpec[];
  readonly widget: W;
};
