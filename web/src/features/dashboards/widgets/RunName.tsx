import { Link } from "@tanstack/react-router";
import type { ProjectRef } from "@/api/types";
import type { DrawnRun } from "@/features/runs/drawnRun";
import styles from "./Widgets.module.css";

/** A run in its colour, leading to its page. */
export function RunName({ project, run }: { readonly project: ProjectRef; readonly run: DrawnRun }) {
  return (
    <Link
      to="/p/$workspace/$project/runs/$runId"
      params={{ workspace: project.workspace, project: project.name, runId: run.id }}
      className={styles.run}
      title={run.name}
    >
      <span className={styles.dot} style={{ background: run.color }} />
      <span className={styles.name}>{run.name}</span>
    </Link>
  );
}
