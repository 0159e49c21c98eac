import { useVirtualizer } from "@tanstack/react-virtual";
import { type CSSProperties, useEffect, useRef } from "react";
import { formatNumber } from "@/ui/format";
import { setHoveredRun } from "@/ui/runHover";
import styles from "./Media.module.css";
import { type CardsProps, PickButton, RunName } from "./MediaCards";
import { MediumView } from "./MediumView";

const TITLE_PX = 150;
const HEAD_PX = 30;
/** Pictures are mostly wider than high; a frame leaves room for both. */
const SHAPE = 0.75;

/** Runs as rows, steps as columns. Only what is on the screen exists. */
export function MediaMatrix(props: CardsProps & { readonly steps: readonly number[] }) {
  const { runs, steps, size } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: runs.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => size * SHAPE + 10,
    overscan: 1,
    paddingStart: HEAD_PX,
  });
  const columns = useVirtualizer({
    horizontal: true,
    count: steps.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => size + 10,
    overscan: 1,
    paddingStart: TITLE_PX,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: sizes are measured anew when they change
  useEffect(() => {
    rows.measure();
    columns.measure();
  }, [size]);
  // The newest steps are what one looks for.
  const last = steps.at(-1);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each set of steps
  useEffect(() => columns.scrollToIndex(steps.length - 1, { align: "end" }), [last, props.path]);
  const found = new Map(props.rows.map((row) => [row.run, row]));
  const shown = columns.getVirtualItems();
  const style = {
    "--size": `${size}px`,
    "--title": `${TITLE_PX}px`,
    "--head": `${HEAD_PX}px`,
  } as CSSProperties;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be reached by keyboard
    <section ref={scroller} className={styles.matrix} style={style} aria-label="Runs and steps" tabIndex={0}>
      <table
        className={styles.table}
        aria-rowcount={runs.length + 1}
        aria-colcount={steps.length + 1}
        style={{ width: columns.getTotalSize(), height: rows.getTotalSize() }}
        data-crisp={props.crisp || undefined}
      >
        <thead>
          <tr className={styles.stepsRow} aria-rowindex={1}>
            <th scope="col" className={styles.corner}>
              Run
            </th>
            {shown.map((item) => (
              <th
                key={steps[item.index]}
                scope="col"
                className={`${styles.stepHead} num`}
                aria-colindex={item.index + 2}
                style={{ left: item.start, width: item.size }}
              >
                step {formatNumber(steps[item.index], 9)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.getVirtualItems().map((line) => {
            const run = runs[line.index];
            if (run === undefined) return null;
            const cells = found.get(run.key)?.cells ?? [];
            return (
              <tr
                key={run.key}
                className={styles.line}
                aria-rowindex={line.index + 2}
                style={{ top: line.start, height: line.size }}
                onMouseEnter={() => setHoveredRun(run.key)}
                onMouseLeave={() => setHoveredRun(null)}
              >
                <th scope="row" className={styles.lineHead}>
                  <RunName run={run} />
                </th>
                {shown.map((item) => {
                  const medium = cells[item.index] ?? null;
                  const before = item.index > 0 ? cells[item.index - 1] : null;
                  // What a run showed at the step before is not shown again.
                  const same = medium !== null && before != null && before.step === medium.step;
                  return (
                    <td
                      key={steps[item.index]}
                      className={styles.cell}
                      aria-colindex={item.index + 2}
                      style={{ left: item.start, width: item.size }}
                    >
                      {medium !== null && !same && (
                        <>
                          <MediumView
                            project={props.project}
                            run={run.key}
                            path={props.path}
                            medium={medium}
                          />
                          {medium.step !== steps[item.index] && (
                            <span className={`${styles.early} num`}>step {formatNumber(medium.step, 9)}</span>
                          )}
                          <PickButton {...props} run={run} medium={medium} />
                        </>
                      )}
                    </td>
                  );
                })}
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}
