import { SegmentedControl, Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Suspense, useMemo, useState } from "react";
import { fileAddress, textAttributeQuery } from "@/api/runs";
import type { ComparedRow, ProjectRef } from "@/api/types";
import { previewKind, textQuery } from "@/features/run/FilePreview";
import type { DrawnRun } from "@/features/runs/drawnRun";
import { CopyButton } from "@/ui/CopyButton";
import { Dialog } from "@/ui/Dialog";
import { formatCount } from "@/ui/format";
import { part } from "@/ui/part";
import { ComparedValue } from "./ComparedValue";
import { changeOf, hasValue } from "./delta";
import styles from "./RowDialog.module.css";
import type { Direction } from "./urlState";

const TextDiffView = part(async () => (await import("./TextDiffView")).TextDiffView);

type Props = {
  readonly project: ProjectRef;
  readonly row: ComparedRow;
  /** The reference first. */
  readonly runs: readonly DrawnRun[];
  readonly places: readonly number[];
  /** Key of the run that is looked at first. */
  readonly first: number | null;
  readonly direction: Direction | null;
  readonly setDirection: (direction: Direction | null) => void;
  readonly close: () => void;
};

/** One row in full: which runs share a value, what better means, and texts line by line. */
export function RowDialog(props: Props) {
  const { row, runs, places } = props;
  const groups = useMemo(() => sameValues(row, runs, places), [row, runs, places]);
  const numeric = row.values.some((value) => typeof value === "number");
  return (
    <Dialog
      close={props.close}
      centered={false}
      size="xl"
      title={
        <span className={styles.title}>
          <span className={styles.path}>{row.path}</span>
          <CopyButton text={row.path} label="the name" />
        </span>
      }
    >
      <div className={styles.body}>
        {numeric && (
          <div className={styles.line}>
            <span id="compare-direction">Better is</span>
            <SegmentedControl
              size="xs"
              aria-labelledby="compare-direction"
              value={props.direction ?? "none"}
              onChange={(value) => props.setDirection(value === "none" ? null : (value as Direction))}
              data={[
                { value: "none", label: "Neither" },
                { value: "up", label: "Higher" },
                { value: "down", label: "Lower" },
              ]}
            />
          </div>
        )}
        <ol className={styles.groups} aria-label="Values">
          {groups.map((group) => (
            <li key={group[0]?.run.key} className={styles.group}>
              <span className={styles.value}>
                {group[0] && hasValue(row, group[0].place) ? (
                  <ComparedValue row={row} place={group[0].place} />
                ) : (
                  <i>none</i>
                )}
              </span>
              <span className={styles.runs}>
                <b className="num">{formatCount(group.length)}</b>
                {group.slice(0, MAX_NAMES).map(({ run }) => (
                  <span key={run.key} className={styles.run}>
                    <span className={styles.dot} style={{ background: run.color }} />
                    {run.name}
                  </span>
                ))}
                {group.length > MAX_NAMES && <span>and {formatCount(group.length - MAX_NAMES)} more</span>}
              </span>
            </li>
          ))}
        </ol>
        {isText(row) && runs.length > 1 && <Texts {...props} />}
      </div>
    </Dialog>
  );
}

const MAX_NAMES = 8;

type Placed = { readonly run: DrawnRun; readonly place: number };

/** Runs gathered by equal values, in the order of the runs. */
function sameValues(row: ComparedRow, runs: readonly DrawnRun[], places: readonly number[]): Placed[][] {
  const groups: Placed[][] = [];
  runs.forEach((run, index) => {
    const place = places[index] as number;
    const group = groups.find((members) => changeOf(row, place, members[0]?.place ?? -1) === "same");
    if (group) group.push({ run, place });
    else groups.push([{ run, place }]);
  });
  return groups;
}

/** Whether there are texts to compare: files of text, or a text that does not fit into a cell. */
function isText(row: ComparedRow): boolean {
  if (!row.differs || row.section === "packages") return false;
  return row.values.some((value) =>
    typeof value === "string"
      ? row.type === "string" && (value.length > 60 || value.includes("\n"))
      : value !== null && typeof value === "object" && !Array.isArray(value) && row.type === "file"
        ? ["text", "table"].includes(previewKind(value))
        : false,
  );
}

function Texts({ project, row, runs, places, first }: Props) {
  const placeOf = (run: DrawnRun | undefined) => places[run === undefined ? -1 : runs.indexOf(run)] as number;
  const [left, setLeft] = useState(runs[0]);
  const [right, setRight] = useState(
    runs.find((run) => run.key === first && run !== runs[0]) ??
      runs.find((run) => changeOf(row, placeOf(run), placeOf(runs[0])) !== "same") ??
      runs[1],
  );
  const before = useText(project, row, left, hasValue(row, placeOf(left)));
  const after = useText(project, row, right, hasValue(row, placeOf(right)));
  if (left === undefined || right === undefined) return null;
  const data = runs.map((run) => ({ value: String(run.key), label: `${run.name} · ${run.id}` }));
  const pick = (value: string | null) => runs.find((run) => String(run.key) === value);
  const error = before.error ?? after.error;
  return (
    <section className={styles.texts} aria-label="Texts compared">
      <div className={styles.line}>
        <span>From</span>
        <Select
          size="xs"
          aria-label="The text before"
          searchable
          allowDeselect={false}
          data={data}
          value={String(left.key)}
          onChange={(value) => setLeft(pick(value))}
        />
        <span>to</span>
        <Select
          size="xs"
          aria-label="The text after"
          searchable
          allowDeselect={false}
          data={data}
          value={String(right.key)}
          onChange={(value) => setRight(pick(value))}
        />
      </div>
      {error !== null ? (
        <p role="alert">{error.message}</p>
      ) : before.data === undefined || after.data === undefined ? (
        <div className={styles.loading} aria-busy="true" />
      ) : (
        <Suspense fallback={<div className={styles.loading} aria-busy="true" />}>
          <TextDiffView key={`${left.key}:${right.key}`} before={before.data} after={after.data} />
        </Suspense>
      )}
    </section>
  );
}

/** The whole text of a file, or of a value that was cut for its cell; nothing where the run has none. */
function useText(project: ProjectRef, row: ComparedRow, run: DrawnRun | undefined, has: boolean) {
  const id = `key:${run?.key ?? 0}`;
  const isFile = row.type === "file";
  const file = useQuery({ ...textQuery(fileAddress(project, id, row.path)), enabled: has && isFile });
  const text = useQuery({ ...textAttributeQuery(project, id, row.path), enabled: has && !isFile });
  const found = isFile ? file : text;
  return { data: has ? found.data : "", error: found.error };
}
