import { useLayoutEffect, useRef, useSyncExternalStore } from "react";
import { createPortal } from "react-dom";
import type { ProjectRef } from "@/api/types";
import type { GroupBand } from "@/charts/groupMeans";
import { useLegendValues } from "@/features/runs/legendColumns";
import { formatCount } from "@/ui/format";
import type { Hover, HoverStore } from "./hoverStore";
import styles from "./Legend.module.css";
import { LineRow } from "./LineRow";
import type { ChartSettings } from "./settings";
import { xLabel } from "./xAxis";

const ROWS = 5;
const GAP_PX = 14;
const EDGE_PX = 6;

/** What stands around a mean. */
const BAND_NOTES: Readonly<Record<GroupBand, string>> = {
  range: "Mean of runs, band from least to greatest",
  std: "Mean of runs ± one standard deviation",
  sem: "Mean of runs ± one standard error",
  ci95: "Mean of runs, band of 95 % confidence",
  none: "Mean of runs",
};

type Props = {
  readonly project: ProjectRef;
  readonly hover: HoverStore;
  readonly settings: ChartSettings;
  /** Lines are of several metrics. */
  readonly several: boolean;
};

/** The lines nearest to the pointer, beside it and inside the window. */
export function ChartTooltip({ hover, ...props }: Props) {
  const now = useSyncExternalStore(hover.subscribe, hover.get);
  return now?.hits[0] === undefined ? null : <Near now={now} {...props} />;
}

function Near({ now, project, settings, several }: Omit<Props, "hover"> & { readonly now: Hover }) {
  const values = useLegendValues(project);
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const { offsetWidth: width, offsetHeight: height } = element;
    const fits = now.left + GAP_PX + width + EDGE_PX < window.innerWidth;
    const left = fits ? now.left + GAP_PX : Math.max(EDGE_PX, now.left - GAP_PX - width);
    const top = Math.min(now.top + GAP_PX, window.innerHeight - height - EDGE_PX);
    element.style.transform = `translate(${left}px, ${Math.max(EDGE_PX, top)}px)`;
  });
  const first = now.hits[0];
  if (first === undefined) return null;
  // What others are compared with is always among them.
  const rows = now.hits.filter(({ line }, index) => index < ROWS || line.mark === "baseline");
  const group = rows.find(({ line }) => line.group !== undefined)?.line.group;
  return createPortal(
    <div ref={box} className={styles.tooltip} role="presentation">
      <div className={styles.at}>{xLabel(settings, first.x)}</div>
      <table>
        {(settings.amount > 0 || values.titles.length > 0) && (
          <thead>
            <tr>
              <th colSpan={several ? 3 : 2} />
              {values.titles.map((title) => (
                <th key={title} className={styles.attribute}>
                  {title}
                </th>
              ))}
              <th>{settings.amount > 0 ? "smoothed" : "value"}</th>
              {settings.amount > 0 && <th>raw</th>}
            </tr>
          </thead>
        )}
        <tbody>
          {rows.map((hit, index) => (
            <LineRow
              key={hit.line.id}
              hit={hit}
              nearest={index === 0}
              smoothed={settings.amount > 0}
              several={several}
              extra={
                hit.line.runs.length === 1 ? values.of(hit.line.runs[0] ?? -1) : values.titles.map(() => "")
              }
            />
          ))}
        </tbody>
      </table>
      {group !== undefined && <div className={styles.faint}>{BAND_NOTES[group.band]}</div>}
      {now.total > rows.length && (
        <div className={styles.faint}>and {formatCount(now.total - rows.length)} more: click to list all</div>
      )}
    </div>,
    document.body,
  );
}
