import { Columns2 } from "lucide-react";
import type { CSSProperties, ReactNode } from "react";
import type { MediaRow, Medium, ProjectRef } from "@/api/types";
import type { DrawnRun } from "@/features/runs/drawnRun";
import { formatNumber } from "@/ui/format";
import { setHoveredRun, useIsHoveredRun } from "@/ui/runHover";
import styles from "./Media.module.css";
import { MediumView } from "./MediumView";
import { type Pick, samePick } from "./urlState";

export type CardsProps = {
  readonly project: ProjectRef;
  readonly path: string;
  readonly runs: readonly DrawnRun[];
  /** One a run; their cells stand beside the wanted steps. */
  readonly rows: readonly MediaRow[];
  readonly size: number;
  readonly crisp: boolean;
  readonly picks: readonly Pick[];
  readonly onPick: (pick: Pick) => void;
};

/** One medium of each run. */
export function MediaCards(props: CardsProps & { readonly step: number | null }) {
  const rows = new Map(props.rows.map((row) => [row.run, row]));
  const style = { "--size": `${props.size}px` } as CSSProperties;
  return (
    <ul className={styles.cards} style={style} data-crisp={props.crisp || undefined}>
      {props.runs.map((run) => (
        <Card key={run.key} {...props} run={run} medium={rows.get(run.key)?.cells[0] ?? null} />
      ))}
    </ul>
  );
}

function Card(
  props: CardsProps & {
    readonly run: DrawnRun;
    readonly medium: Medium | null;
    readonly step: number | null;
  },
) {
  const { run, medium } = props;
  const lit = useIsHoveredRun(run.key);
  return (
    <li
      className={styles.card}
      data-lit={lit || undefined}
      onMouseEnter={() => setHoveredRun(run.key)}
      onMouseLeave={() => setHoveredRun(null)}
    >
      <div className={styles.caption}>
        <RunName run={run} />
        {medium?.step != null && (
          <span
            className={`${styles.step} num`}
            data-early={(props.step !== null && medium.step !== props.step) || undefined}
          >
            step {formatNumber(medium.step, 9)}
          </span>
        )}
        {medium !== null && <PickButton {...props} run={run} medium={medium} />}
      </div>
      {medium === null ? (
        <span className={styles.none}>nothing here</span>
      ) : (
        <MediumView project={props.project} run={run.key} path={props.path} medium={medium} />
      )}
    </li>
  );
}

export function RunName({ run }: { readonly run: DrawnRun }): ReactNode {
  return (
    <span className={styles.run} title={run.name}>
      <span className={styles.dot} style={{ background: run.color }} />
      <span className={styles.name}>{run.name}</span>
    </span>
  );
}

/** Takes a medium into the pair that is laid over each other. */
export function PickButton(props: {
  readonly run: DrawnRun;
  readonly medium: Medium;
  readonly picks: readonly Pick[];
  readonly onPick: (pick: Pick) => void;
}) {
  const { run, medium } = props;
  const pick = { run: run.key, step: medium.step };
  const place = props.picks.findIndex((each) => samePick(each, pick));
  return (
    <button
      type="button"
      className={styles.pick}
      aria-pressed={place >= 0}
      aria-label={`Compare ${run.name}${medium.step === null ? "" : ` at step ${medium.step}`}`}
      title="Compare with another one"
      onClick={() => props.onPick(pick)}
    >
      {place >= 0 ? "AB"[place] : <Columns2 size={13} />}
    </button>
  );
}
