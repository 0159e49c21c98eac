import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { mediaQuery } from "@/api/compare";
import type { ImageWidget } from "@/api/types";
import { MediumView } from "@/features/compare/media/MediumView";
import { ErrorState } from "@/ui/Feedback";
import { formatNumber } from "@/ui/format";
import { setHoveredRun } from "@/ui/runHover";
import type { WidgetProps } from "./props";
import { RunName } from "./RunName";
import styles from "./Widgets.module.css";

/** A medium of each drawn run, the newest or that of a step. */
export function ImageWidgetView({ project, runs, widget }: WidgetProps<ImageWidget>) {
  const keys = useMemo(() => runs.map((run) => run.key), [runs]);
  const step = widget.step ?? null;
  const found = useQuery(
    mediaQuery(project, { runs: keys, path: widget.path, ...(step === null ? {} : { steps: [step] }) }),
  );
  if (found.error !== null && found.data === undefined)
    return <ErrorState error={found.error} retry={() => void found.refetch()} compact />;
  const rows = new Map((found.data?.rows ?? []).map((row) => [row.run, row.cells[0] ?? null]));
  return (
    <ul className={styles.media}>
      {runs.map((run) => {
        const medium = rows.get(run.key);
        return (
          <li
            key={run.key}
            onMouseEnter={() => setHoveredRun(run.key)}
            onMouseLeave={() => setHoveredRun(null)}
          >
            <span className={styles.caption}>
              <RunName project={project} run={run} />
              {medium?.step != null && <span className="quiet num">step {formatNumber(medium.step, 9)}</span>}
            </span>
            {medium ? (
              <MediumView project={project} run={run.key} path={widget.path} medium={medium} />
            ) : (
              <span className={styles.nothing}>{found.data === undefined ? "" : "nothing here"}</span>
            )}
          </li>
        );
      })}
    </ul>
  );
}
