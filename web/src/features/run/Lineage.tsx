import { Link } from "@tanstack/react-router";
import { GitBranch } from "lucide-react";
import type { ProjectRef, Run } from "@/api/types";
import { formatNumber } from "@/ui/format";
import page from "@/ui/page.module.css";
import styles from "./Lineage.module.css";

type Relative = NonNullable<Run["lineage"]>[number];

/** The runs that this one continues, itself, and those that continue it, as a line with branches. */
export function Lineage({ project, run }: { readonly project: ProjectRef; readonly run: Run }) {
  const ancestors = [...(run.lineage ?? [])].reverse();
  const forks = run.forks ?? [];
  if (ancestors.length === 0 && forks.length === 0) return null;
  return (
    <section className={`${page.box} ${styles.lineage}`} aria-label="Lineage">
      <h2>
        <GitBranch size={14} /> Lineage
      </h2>
      <div className={styles.body}>
        <ol className={styles.chain}>
          {ancestors.map((ancestor) => (
            <Step
              key={ancestor.key}
              project={project}
              relative={ancestor}
              note={`to step ${stepText(ancestor)}`}
            />
          ))}
          <li className={styles.here} aria-current="true">
            <span className={styles.dot} />
            <span className={styles.name}>{run.name}</span>
            <Id run={run} />
            <span className={styles.note}>this run</span>
          </li>
        </ol>
        {forks.length > 0 && (
          <ul className={styles.forks} aria-label="Forks of this run">
            {forks.map((fork) => (
              <Step key={fork.key} project={project} relative={fork} note={`from step ${stepText(fork)}`} />
            ))}
          </ul>
        )}
      </div>
    </section>
  );
}

function Step(props: { readonly project: ProjectRef; readonly relative: Relative; readonly note: string }) {
  const { project, relative } = props;
  return (
    <li className={styles.step}>
      <span className={styles.dot} />
      <Link
        className={styles.name}
        to="/p/$workspace/$project/runs/$runId"
        params={{ workspace: project.workspace, project: project.name, runId: relative.id }}
      >
        {relative.name}
      </Link>
      <Id run={relative} />
      <span className={styles.note}>{props.note}</span>
    </li>
  );
}

/** Runs of one experiment share its name, so it does not tell them apart. */
function Id({ run }: { readonly run: Pick<Relative, "id" | "name"> }) {
  return run.id === run.name ? null : <span className={`mono ${styles.note}`}>{run.id}</span>;
}

const stepText = (relative: Relative): string => formatNumber(relative.step);
