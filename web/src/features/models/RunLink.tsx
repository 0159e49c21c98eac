import { Link } from "@tanstack/react-router";
import type { ProjectRef, VersionRun } from "@/api/types";
import styles from "./Models.module.css";

/** The project of a run that made a version. Only the first slash counts. */
export function projectOf(run: VersionRun): ProjectRef {
  const slash = run.project.indexOf("/");
  return { workspace: run.project.slice(0, slash), name: run.project.slice(slash + 1) };
}

export function RunLink({ run }: { readonly run: VersionRun }) {
  const project = projectOf(run);
  return (
    <Link
      to="/p/$workspace/$project/runs/$runId"
      params={{ workspace: project.workspace, project: project.name, runId: run.id }}
      className={styles.link}
      title={`${run.project} / ${run.name}`}
    >
      {run.name}
    </Link>
  );
}
