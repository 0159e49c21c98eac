import { useDebouncedValue } from "@mantine/hooks";
import { EyeOff, SearchX } from "lucide-react";
import { useMemo, useRef, useState } from "react";
import type { ComparedSection, ProjectRef, SectionName } from "@/api/types";
import { type ColumnSpec, toApiColumn } from "@/features/runs/columns";
import type { DrawnRun } from "@/features/runs/drawnRun";
import { EmptyState, ErrorState } from "@/ui/Feedback";
import { useShortcuts } from "@/ui/keys";
import { LoadingBar } from "@/ui/LoadingBar";
import { useUrlState } from "@/urlSearch";
import { usableRegex } from "../shared/regex";
import { useLiveCompare } from "../shared/useLiveCompare";
import { CompareGrid, type GridHandle } from "./CompareGrid";
import { RowDialog } from "./RowDialog";
import { neighbour, tableLines } from "./rows";
import styles from "./SideBySide.module.css";
import { SideToolbar } from "./SideToolbar";
import { directed, sideCodec } from "./urlState";
import { type Question, useComparison } from "./useComparison";

/** What stands there until the first answer. */
const BLANK: readonly ComparedSection[] = [{ name: "config", total: 14, differing: 14 }];

type Props = {
  readonly project: ProjectRef;
  readonly runs: readonly DrawnRun[];
  /** Come first in the table. */
  readonly columns: readonly ColumnSpec[];
};

/** Attributes as rows, drawn runs as columns. The server says which rows differ; only rows on the screen are asked for. */
export function SideBySide({ project, runs, columns }: Props) {
  const [state, setState] = useUrlState(sideCodec);
  const [positions, setPositions] = useState<readonly number[]>([]);
  const [active, setActive] = useState<number | null>(null);
  const [opened, setOpened] = useState<{ readonly position: number; readonly run: number | null } | null>(
    null,
  );
  const grid = useRef<GridHandle>(null);

  const keys = useMemo(() => runs.map((run) => run.key).sort((a, b) => a - b), [runs]);
  useLiveCompare(project, keys);
  const [find] = useDebouncedValue(usableRegex(state.find) ?? "", 200);
  const question: Question = useMemo(
    () => ({
      runs: keys,
      regex: find,
      differing_only: state.differing,
      aggregates: [...state.aggregates],
      first: columns.filter((column) => column.path !== "sys/name").map(toApiColumn),
    }),
    [keys, find, state.differing, state.aggregates, columns],
  );
  const found = useComparison(project, question, positions);
  const lines = useMemo(
    () =>
      tableLines(found.loaded ? found.sections : BLANK, state.differing, found.loaded ? state.closed : []),
    [found.loaded, found.sections, state.differing, state.closed],
  );

  // The reference stands first.
  const reference = runs.find((run) => run.key === state.reference) ?? runs[0];
  const ordered = useMemo(
    () => (reference ? [reference, ...runs.filter((run) => run !== reference)] : []),
    [runs, reference],
  );
  const places = useMemo(() => ordered.map((run) => keys.indexOf(run.key)), [ordered, keys]);

  const setOpen = (section: SectionName, open: boolean) =>
    setState((before) => ({
      ...before,
      closed: open ? before.closed.filter((each) => each !== section) : [...before.closed, section],
    }));
  const jump = (step: 1 | -1) => {
    const position = neighbour(found.differing, active ?? (step === 1 ? -1 : found.total), step);
    if (position === null) return;
    const section = lines.sectionOf(position);
    if (section !== undefined && state.closed.includes(section)) setOpen(section, true);
    setActive(position);
    grid.current?.show(position);
  };
  useShortcuts([
    { keys: ["n"], label: "Next difference", group: "Compare", run: () => jump(1) },
    { keys: ["p"], label: "Previous difference", group: "Compare", run: () => jump(-1) },
  ]);

  if (reference === undefined) {
    return (
      <EmptyState icon={<EyeOff size={28} strokeWidth={1.5} />} title="No run is drawn">
        <p>Open the eyes of two runs on the left to see them side by side.</p>
      </EmptyState>
    );
  }
  const row = opened === null ? undefined : found.rowAt(opened.position);
  return (
    <div className={styles.view}>
      <SideToolbar
        {...{ project, state, setState, found, question, reference, places, jump }}
        runs={ordered}
        wrong={usableRegex(state.find) === null}
      />
      {found.outdated && found.error === null && (
        <div className={styles.loading}>
          <LoadingBar />
        </div>
      )}
      {found.error !== null && !found.loaded ? (
        <ErrorState error={found.error} retry={found.retry} />
      ) : found.loaded && lines.count === 0 ? (
        <EmptyState icon={<SearchX size={28} strokeWidth={1.5} />} title="No rows">
          <p>
            {state.find
              ? `Nothing matches “${state.find}”.`
              : runs.length === 1
                ? "One run does not differ from itself: open the eye of another one."
                : "These runs are the same in everything."}
          </p>
        </EmptyState>
      ) : (
        <CompareGrid
          ref={grid}
          {...{ project, found, lines, places, active, setActive, setPositions }}
          runs={ordered}
          pinned={state.reference !== null}
          deltas={state.deltas}
          up={state.up}
          down={state.down}
          setReference={(key) => setState((before) => ({ ...before, reference: key }), { push: true })}
          setOpen={setOpen}
          open={(position, run) => setOpened({ position, run })}
        />
      )}
      {row !== undefined && (
        <RowDialog
          {...{ project, row, places }}
          runs={ordered}
          first={opened?.run ?? null}
          direction={state.up.includes(row.path) ? "up" : state.down.includes(row.path) ? "down" : null}
          setDirection={(direction) => setState((before) => directed(before, row.path, direction))}
          close={() => setOpened(null)}
        />
      )}
    </div>
  );
}
