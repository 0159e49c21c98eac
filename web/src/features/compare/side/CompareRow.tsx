import { memo } from "react";
import type { ComparedRow } from "@/api/types";
import { columnTitle } from "@/features/runs/columns";
import type { DrawnRun } from "@/features/runs/drawnRun";
import { formatDuration } from "@/ui/format";
import { ComparedValue } from "./ComparedValue";
import styles from "./CompareGrid.module.css";
import { rowTitle } from "./copy";
import { changeOf, deltaOf, deltaText, hasValue, verdict } from "./delta";
import type { Direction } from "./urlState";

const DURATION = "sys/running_time_seconds";

type Props = {
  readonly id: string;
  readonly position: number;
  readonly index: number;
  readonly top: number;
  /** undefined while it is on its way. */
  readonly row: ComparedRow | undefined;
  readonly runs: readonly DrawnRun[];
  readonly places: readonly number[];
  /** Columns on the screen; the first one is the reference. */
  readonly shown: readonly number[];
  readonly skippedPx: number;
  readonly active: boolean;
  readonly deltas: boolean;
  readonly direction: Direction | null;
  readonly unrecorded: readonly number[];
};

export const CompareRow = memo(function CompareRow(props: Props) {
  const { row, runs, places } = props;
  return (
    <div
      id={props.id}
      className={styles.row}
      role="row"
      aria-rowindex={props.index + 2}
      aria-busy={row === undefined || undefined}
      data-row={row === undefined ? undefined : props.position}
      data-active={props.active || undefined}
      data-same={(row !== undefined && !row.differs) || undefined}
      style={{ transform: `translateY(${props.top}px)` }}
    >
      {row === undefined ? (
        <>
          <div className={styles.title} role="rowheader" aria-colindex={1} aria-label="Loading">
            <span className={styles.blank} style={{ width: `${40 + ((props.index * 37) % 45)}%` }} />
          </div>
          {props.shown.map((index) => (
            <div key={index} className={styles.cell} role="gridcell" />
          ))}
        </>
      ) : (
        <>
          <div className={styles.title} role="rowheader" aria-colindex={1} aria-label={rowTitle(row)}>
            <Title row={row} direction={props.direction} />
          </div>
          {props.shown.map((index, at) => (
            <Cell
              key={runs[index]?.key}
              row={row}
              run={(runs[index] as DrawnRun).key}
              place={places[index] as number}
              reference={places[0] as number}
              column={index + 2}
              offsetPx={at === 1 ? props.skippedPx : 0}
              deltas={props.deltas}
              direction={props.direction}
              unrecorded={props.unrecorded}
            />
          ))}
        </>
      )}
    </div>
  );
});

function Title({ row, direction }: { readonly row: ComparedRow; readonly direction: Direction | null }) {
  const known = row.section === "run" || row.section === "columns";
  const cut = row.path.lastIndexOf("/") + 1;
  const { prefix, title } = known
    ? columnTitle({ path: row.path })
    : { prefix: row.path.slice(0, cut), title: row.path.slice(cut) };
  return (
    <span className={styles.path} title={row.path}>
      <span className={styles.prefix}>{prefix}</span>
      <span className={styles.end}>{title}</span>
      {row.aggregate && <span className={styles.chip}>{row.aggregate.replace("_", " ")}</span>}
      {direction !== null && (
        <span
          className={styles.direction}
          title={direction === "up" ? "Higher is better" : "Lower is better"}
        >
          {direction === "up" ? "↑" : "↓"}
        </span>
      )}
    </span>
  );
}

function Cell(props: {
  readonly row: ComparedRow;
  readonly run: number;
  readonly place: number;
  readonly reference: number;
  readonly column: number;
  readonly offsetPx: number;
  readonly deltas: boolean;
  readonly direction: Direction | null;
  readonly unrecorded: readonly number[];
}) {
  const { row, place, reference } = props;
  const change = changeOf(row, place, reference);
  const delta = props.deltas ? deltaOf(row.values[place], row.values[reference]) : null;
  return (
    <div
      className={styles.cell}
      role="gridcell"
      aria-colindex={props.column}
      data-run={props.run}
      data-change={change === "same" ? undefined : change}
      data-reference={place === reference || undefined}
      style={props.offsetPx > 0 ? { marginLeft: props.offsetPx } : undefined}
    >
      {hasValue(row, place) ? (
        <ComparedValue row={row} place={place} />
      ) : (
        <span className={styles.absent}>
          {row.section !== "packages"
            ? "–"
            : props.unrecorded.includes(props.run)
              ? "not recorded"
              : "not installed"}
        </span>
      )}
      {delta !== null && (
        <span className={`${styles.delta} num`} data-verdict={verdict(delta, props.direction) ?? undefined}>
          {deltaText(delta, row.path === DURATION ? formatDuration : undefined)}
        </span>
      )}
      {change !== "same" && <span className="visually-hidden">, {change}</span>}
    </div>
  );
}
