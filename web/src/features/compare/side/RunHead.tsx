import { ActionIcon, Tooltip } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { Pin, PinOff } from "lucide-react";
import type { ProjectRef } from "@/api/types";
import type { DrawnRun } from "@/features/runs/drawnRun";
import { useIsHoveredRun } from "@/ui/runHover";
import styles from "./CompareGrid.module.css";

/** A run above its column. The reference stays beside the names while the others scroll. */
export function RunHead(props: {
  readonly project: ProjectRef;
  readonly run: DrawnRun;
  readonly column: number;
  /** Room of the columns that are left out before it. */
  readonly offsetPx: number;
  readonly isReference: boolean;
  readonly pinned: boolean;
  readonly setReference: (key: number | null) => void;
}) {
  const { run, project, pinned } = props;
  const lit = useIsHoveredRun(run.key);
  const label = pinned ? `Do not keep ${run.name} as the reference` : `Make ${run.name} the reference`;
  return (
    <div
      className={styles.run}
      role="columnheader"
      aria-colindex={props.column}
      data-run={run.key}
      data-reference={props.isReference || undefined}
      data-lit={lit || undefined}
      style={props.offsetPx > 0 ? { marginLeft: props.offsetPx } : undefined}
    >
      <span className={styles.dot} style={{ background: run.color }} />
      <span className={styles.names}>
        <Link
          to="/p/$workspace/$project/runs/$runId"
          params={{ workspace: project.workspace, project: project.name, runId: run.id }}
          className={styles.name}
          title={run.name}
        >
          {run.name}
        </Link>
        <span className={styles.id}>{props.isReference ? "Reference" : run.id}</span>
      </span>
      <Tooltip label={label}>
        <ActionIcon
          size={22}
          className={styles.pin}
          data-on={pinned || undefined}
          aria-label={label}
          aria-pressed={pinned}
          onClick={() => props.setReference(pinned ? null : run.key)}
        >
          {pinned ? <PinOff size={13} /> : <Pin size={13} />}
        </ActionIcon>
      </Tooltip>
    </div>
  );
}
