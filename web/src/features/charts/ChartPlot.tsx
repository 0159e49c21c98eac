/** The plot of a chart: hands data to the canvases, and what the pointer does to the page. */
import { useComputedColorScheme } from "@mantine/core";
import { useEffect, useRef, useSyncExternalStore } from "react";
import type { Palette } from "@/charts/frame";
import type { Line } from "@/charts/lines";
import type { Nearby } from "@/charts/nearest";
import type { View } from "@/charts/prepare";
import { type Box, ChartView } from "@/charts/view";
import { type MenuPlace, placeOf } from "@/features/runs/runActions";
import { runColorValues } from "@/ui/runColors";
import { getHoveredRun, setHoveredRun, subscribeHoveredRun } from "@/ui/runHover";
import styles from "./ChartCard.module.css";
import type { HoverStore } from "./hoverStore";
import type { ChartSettings } from "./settings";
import { xTicksOf } from "./xAxis";

/** Nearer than this, in pixels, the pointer is on a line. */
const ON_LINE_PX = 30;

type Props = {
  readonly label: string;
  readonly view: View;
  readonly settings: ChartSettings;
  readonly since: number;
  readonly hover: HoverStore;
  readonly onZoom: (box: Box | null) => void;
  /** A click: every line there, and where in the window. */
  readonly onFreeze: (found: Nearby, left: number, top: number) => void;
  /** A right click near a line; whether it has a menu. */
  readonly onMenu: (line: Line, place: MenuPlace) => boolean;
};

export function ChartPlot(props: Props) {
  const { view, settings, since } = props;
  const hovered = useSyncExternalStore(subscribeHoveredRun, getHoveredRun);
  const scheme = useComputedColorScheme("light");
  const root = useRef<HTMLDivElement>(null);
  const chart = useRef<ChartView | null>(null);
  const latest = useRef(props);
  latest.current = props;

  useEffect(() => {
    const element = root.current;
    if (element === null) return;
    const made = new ChartView(element, chartPalette(), {
      onHover: (found, x, y) => {
        const nearest = found?.hits[0];
        setHoveredRun(nearest !== undefined && nearest.distance < ON_LINE_PX ? runOf(nearest.line) : null);
        if (found === null || found.total === 0) latest.current.hover.set(null);
        else {
          const box = element.getBoundingClientRect();
          latest.current.hover.set({ ...found, left: box.left + x, top: box.top + y });
        }
      },
      onClick: (x, y) => {
        const box = element.getBoundingClientRect();
        latest.current.onFreeze(made.near(x, y), box.left + x, box.top + y);
      },
      onZoom: (box) => latest.current.onZoom(box),
    });
    chart.current = made;
    return () => {
      made.destroy();
      latest.current.hover.set(null);
    };
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the tokens change with the colour scheme
  useEffect(() => chart.current?.setPalette(chartPalette()), [scheme]);
  useEffect(() => chart.current?.setView(view, xTicksOf(settings), since), [view, settings, since]);
  const alone = isAlone(view.lines);
  useEffect(() => {
    // Where there is one run only, its lines need no light to be told from others.
    chart.current?.setLit(hovered === null || alone ? null : (line) => line.runs.includes(hovered));
  }, [hovered, alone]);
  return (
    <div
      ref={root}
      className={styles.canvas}
      role="img"
      aria-label={props.label}
      onContextMenu={(event) => {
        const box = event.currentTarget.getBoundingClientRect();
        const [hit] = chart.current?.near(event.clientX - box.left, event.clientY - box.top, 1).hits ?? [];
        if (hit === undefined || hit.distance >= ON_LINE_PX || !props.onMenu(hit.line, placeOf(event)))
          return;
        event.preventDefault();
      }}
    />
  );
}

const runOf = (line: Line): number | null => line.runs[0] ?? null;

const isAlone = (lines: readonly Line[]): boolean =>
  lines.every((line) => line.runs.length === 1 && line.runs[0] === lines[0]?.runs[0]);

/** The colours at this moment. */
export function chartPalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const value = (name: string) => style.getPropertyValue(name).trim();
  return {
    runs: runColorValues(),
    surface: value("--surface"),
    ink: value("--ink"),
    grid: value("--chart-grid"),
    axis: value("--chart-axis"),
    accent: value("--accent"),
    font: `11px ${value("--font")}`,
  };
}
