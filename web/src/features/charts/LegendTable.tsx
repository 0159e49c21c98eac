import { Link } from "@tanstack/react-router";
import { useSyncExternalStore } from "react";
import type { ProjectRef } from "@/api/types";
import type { Hit } from "@/charts/nearest";
import { useLegendValues } from "@/features/runs/legendColumns";
import { useRunActions } from "@/features/runs/runActions";
import { formatCount } from "@/ui/format";
import { getHoveredRun, setHoveredRun, subscribeHoveredRun } from "@/ui/runHover";
import styles from "./Legend.module.css";
import { LineRow } from "./LineRow";

const SHOWN = 200;

type Props = {
  readonly hits: readonly Hit[];
  /** A regular expression, or words; "" for all. */
  readonly search: string;
  readonly project: ProjectRef;
  readonly runIds: ReadonlyMap<number, string>;
  readonly smoothed: boolean;
  readonly several: boolean;
};

/** Lines with their values; the pointer on one lights its run up everywhere. */
export function LegendTable({ hits, search, project, runIds, smoothed, several }: Props) {
  const actions = useRunActions();
  const hovered = useSyncExternalStore(subscribeHoveredRun, getHoveredRun);
  const values = useLegendValues(project);
  const matches = matcher(search);
  const found = hits.filter(
    ({ line }) =>
      matches(line.name) ||
      (several && matches(line.path)) ||
      (line.runs.length === 1 && values.of(line.runs[0] ?? -1).some(matches)),
  );
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable without a mouse
    <div className={styles.scroll} tabIndex={0} role="group" aria-label="Lines">
      <table>
        {(values.titles.length > 0 || smoothed) && (
          <thead>
            <tr>
              <th colSpan={several ? 3 : 2}>Line</th>
              {values.titles.map((title) => (
                <th key={title}>{title}</th>
              ))}
              {smoothed ? (
                <>
                  <th className={styles.figure}>Smoothed</th>
                  <th className={styles.figure}>Raw</th>
                  <th aria-hidden />
                </>
              ) : (
                <>
                  <th className={styles.figure}>Value</th>
                  <th aria-hidden />
                </>
              )}
              {actions !== null && <th aria-hidden />}
            </tr>
          </thead>
        )}
        <tbody>
          {found.slice(0, SHOWN).map((hit) => {
            const run = hit.line.runs[0];
            const runId = hit.line.runs.length === 1 && run !== undefined ? runIds.get(run) : undefined;
            return (
              <LineRow
                key={hit.line.id}
                hit={hit}
                smoothed={smoothed}
                several={several}
                extra={
                  hit.line.runs.length === 1 && run !== undefined
                    ? values.of(run)
                    : values.titles.map(() => "")
                }
                lit={hovered !== null && hit.line.runs.includes(hovered)}
                menu={
                  actions === null || runId === undefined || run === undefined
                    ? undefined
                    : (place) => actions.openMenu({ key: run, id: runId, name: hit.line.name }, place)
                }
                onEnter={() => setHoveredRun(run ?? null)}
                onLeave={() => setHoveredRun(null)}
                name={
                  runId === undefined ? undefined : (
                    <Link
                      to="/p/$workspace/$project/runs/$runId"
                      params={{ workspace: project.workspace, project: project.name, runId }}
                    >
                      {hit.line.name}
                    </Link>
                  )
                }
              />
            );
          })}
        </tbody>
      </table>
      {found.length === 0 && <p className={styles.faint}>No line matches.</p>}
      {found.length > SHOWN && (
        <p className={styles.faint}>
          The nearest {formatCount(SHOWN)} of {formatCount(found.length)}. Search to see others.
        </p>
      )}
    </div>
  );
}

function matcher(search: string): (text: string) => boolean {
  if (search === "") return () => true;
  try {
    const pattern = new RegExp(search, "i");
    return (text) => pattern.test(text);
  } catch {
    const wanted = search.toLowerCase();
    return (text) => text.toLowerCase().includes(wanted);
  }
}
