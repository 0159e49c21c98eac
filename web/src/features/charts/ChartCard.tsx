import { ActionIcon, Loader, Menu, Modal, Tooltip, useComputedColorScheme } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Download, Ellipsis, Maximize2, RotateCcw } from "lucide-react";
import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import type { ProjectRef } from "@/api/types";
import type { Palette, View } from "@/charts/draw";
import { type Line, type Range, xExtent, yExtent } from "@/charts/lines";
import type { Hit } from "@/charts/nearest";
import { tickText } from "@/charts/scale";
import { lengthOf, smooth } from "@/charts/smooth";
import { ChartView } from "@/charts/view";
import type { DrawnRun } from "@/features/runs/drawnRun";
import { ErrorState } from "@/ui/Feedback";
import { formatAbsolute, formatCount, formatDuration, formatMeasurement, formatNumber } from "@/ui/format";
import { runColorValues } from "@/ui/runColors";
import { getHoveredRun, setHoveredRun, subscribeHoveredRun } from "@/ui/runHover";
import styles from "./ChartCard.module.css";
import { linesQuery, toCsv } from "./chartLines";
import type { ChartSettings, XAxis } from "./settings";

type Props = {
  readonly id: string;
  readonly project: ProjectRef;
  readonly path: string;
  readonly title: string;
  readonly runs: readonly DrawnRun[];
  readonly settings: ChartSettings;
};

/** One metric of the drawn runs. It asks for data only once it has come near the screen. */
export function ChartCard(props: Props) {
  const [full, setFull] = useState(false);
  const card = useRef<HTMLElement>(null);
  const near = useNear(card);
  return (
    <article ref={card} className={styles.card} aria-label={props.path}>
      {near && <Chart {...props} openFull={() => setFull(true)} />}
      <Modal opened={full} onClose={() => setFull(false)} fullScreen withCloseButton={false} padding={0}>
        {full && (
          <div className={styles.full}>
            <Chart {...props} title={props.path} closeFull={() => setFull(false)} />
          </div>
        )}
      </Modal>
    </article>
  );
}

function Chart(props: Props & { readonly openFull?: () => void; readonly closeFull?: () => void }) {
  const { project, path, runs, settings } = props;
  const [range, setRange] = useState<Range | null>(null);
  // Another axis has other numbers.
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs when the axis changes
  useEffect(() => setRange(null), [settings.axis]);
  const query = useQuery(linesQuery(project, path, runs, settings.axis, range, settings.inherited));
  const lines = useMemo(() => restyled(query.data ?? [], runs), [query.data, runs]);
  const drawn = lines.filter((line) => line.x.length > 0);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [hover, setHover] = useState<{
    readonly found: readonly Hit[];
    readonly x: number;
    readonly y: number;
  } | null>(null);

  return (
    <div className={styles.chart} data-full={props.closeFull !== undefined || undefined}>
      <header className={styles.header}>
        <h3 className={styles.title} title={path}>
          {props.title}
        </h3>
        {query.isFetching && query.data !== undefined && <Loader size={12} color="gray" />}
        {range !== null && (
          <Tooltip label="Show everything again (double click)">
            <ActionIcon size={22} aria-label={`Reset the zoom of ${path}`} onClick={() => setRange(null)}>
              <RotateCcw size={13} />
            </ActionIcon>
          </Tooltip>
        )}
        <span className={styles.drawn}>
          {drawn.length < runs.length && query.data !== undefined && `${drawn.length} of ${runs.length}`}
        </span>
        <ChartMenu {...props} lines={drawn} canvas={canvas} />
      </header>
      {query.error !== null && query.data === undefined ? (
        <ErrorState error={query.error} retry={() => void query.refetch()} compact />
      ) : (
        <div className={styles.plot}>
          <Canvas
            label={`${path} of ${drawn.length} runs`}
            canvas={canvas}
            lines={drawn}
            settings={settings}
            range={range}
            setRange={setRange}
            setHover={setHover}
          />
          {query.data !== undefined && drawn.length === 0 && <p className={styles.none}>No points here</p>}
          {query.isLoading && <div className={styles.loading} />}
          {hover !== null && <ChartTooltip {...hover} axis={settings.axis} smoothed={settings.amount > 0} />}
        </div>
      )}
    </div>
  );
}

/** Names and colours of the table as it is now, on data that may be a moment older. */
function restyled(lines: readonly Line[], runs: readonly DrawnRun[]): Line[] {
  const byKey = new Map(runs.map((run) => [run.key, run]));
  return lines.flatMap((line) => {
    const run = byKey.get(line.run);
    return run === undefined ? [] : [{ ...line, name: run.name, slot: run.slot }];
  });
}

function Canvas(props: {
  readonly label: string;
  readonly canvas: React.RefObject<HTMLCanvasElement | null>;
  readonly lines: readonly Line[];
  readonly settings: ChartSettings;
  readonly range: Range | null;
  readonly setRange: (range: Range | null) => void;
  readonly setHover: (hover: { found: readonly Hit[]; x: number; y: number } | null) => void;
}) {
  const { lines, settings, range } = props;
  const hovered = useSyncExternalStore(subscribeHoveredRun, getHoveredRun);
  const scheme = useComputedColorScheme("light");
  const chart = useRef<ChartView | null>(null);
  const latest = useRef(props);
  latest.current = props;

  useEffect(() => {
    const canvas = latest.current.canvas.current;
    if (canvas === null) return;
    const view = new ChartView(canvas, palette(), {
      onHover: (found, x, y) => {
        setHoveredRun(found?.[0] !== undefined && found[0].distance < 30 ? found[0].line.run : null);
        latest.current.setHover(found === null || found.length === 0 ? null : { found, x, y });
      },
      onZoom: (next) => latest.current.setRange(next),
      onPan: (next) => latest.current.setRange(next),
    });
    chart.current = view;
    return () => view.destroy();
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the tokens change with the colour scheme
  useEffect(() => chart.current?.setPalette(palette()), [scheme]);

  const view = useMemo(() => makeView(lines, settings, range), [lines, settings, range]);
  useEffect(() => {
    const known = lines.some((line) => line.run === hovered);
    chart.current?.setView({ ...view, hovered: known ? hovered : null });
  }, [view, hovered, lines]);
  return <canvas ref={props.canvas} className={styles.canvas} role="img" aria-label={props.label} />;
}

function makeView(lines: readonly Line[], settings: ChartSettings, range: Range | null): View {
  const extent = range ?? xExtent(lines) ?? [0, 1];
  const logX = settings.logX && settings.axis !== "time";
  // A log axis has no place for zero: it begins at the first positive x.
  const low = logX && extent[0] <= 0 ? Math.min(1, extent[1] / 2) || 1 : extent[0];
  const x: Range = extent[1] > low ? [low, extent[1]] : [low, low + 1];
  const smoothed = settings.amount > 0;
  const length = lengthOf(settings.amount, x[1] - x[0]);
  const curves = lines.map((line) =>
    smoothed ? smooth(settings.smooth, line.x, line.mean, length) : line.mean,
  );
  const y = yExtent(lines, curves, x, { log: settings.logY, clip: settings.clip });
  return {
    lines,
    curves,
    smoothed,
    x,
    y: y ?? (settings.logY ? [0.1, 10] : [0, 1]),
    logX,
    logY: settings.logY,
    xText: xTextOf(settings.axis, x),
    hovered: null,
  };
}

function xTextOf(axis: XAxis, x: Range): (value: number, step: number) => string {
  if (axis === "step") return tickText;
  if (axis === "relative") return (value, step) => durationTick(value, step);
  const long = x[1] - x[0] > 86_400;
  return (value) => {
    const text = formatAbsolute(new Date(value * 1000));
    return long ? text.slice(5, 16) : text.slice(11, x[1] - x[0] > 600 ? 16 : 19);
  };
}

function durationTick(seconds: number, step: number): string {
  const size = Math.abs(seconds);
  if (size < 120 && step < 60) return `${tickText(seconds, step)}s`;
  if (size < 7200 && step < 3600) return `${tickText(seconds / 60, step / 60)}m`;
  return `${tickText(seconds / 3600, step / 3600)}h`;
}

function palette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const value = (name: string) => style.getPropertyValue(name).trim();
  return {
    runs: runColorValues(),
    grid: value("--chart-grid"),
    axis: value("--chart-axis"),
    accent: value("--accent"),
    font: `11px ${value("--font")}`,
  };
}

const TOOLTIP_ROWS = 6;

function ChartTooltip(props: {
  readonly found: readonly Hit[];
  readonly x: number;
  readonly y: number;
  readonly axis: XAxis;
  readonly smoothed: boolean;
}) {
  const rows = props.found.slice(0, TOOLTIP_ROWS);
  const first = rows[0];
  if (first === undefined) return null;
  const style = { "--x": `${props.x}px`, "--y": `${props.y}px` } as React.CSSProperties;
  return (
    <div className={styles.tooltip} style={style} role="presentation">
      <div className={styles.at}>{xLabel(props.axis, first.x)}</div>
      <table>
        <tbody>
          {rows.map((hit, index) => (
            <tr key={hit.line.run} data-nearest={index === 0 || undefined}>
              <td>
                <span className={styles.swatch} style={{ background: `var(--run-${hit.line.slot})` }} />
              </td>
              <td className={styles.name}>{hit.line.name}</td>
              <td className="num">{formatMeasurement(props.smoothed ? hit.shown : hit.raw)}</td>
              {props.smoothed && <td className={`${styles.faint} num`}>{formatMeasurement(hit.raw)}</td>}
              <td className={`${styles.faint} num`}>{bucketNote(hit)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {props.found.length > rows.length && (
        <div className={styles.faint}>and {formatCount(props.found.length - rows.length)} more</div>
      )}
    </div>
  );
}

/** What a bucket of several points hides. */
function bucketNote(hit: Hit): string {
  const { line, index } = hit;
  if ((line.count[index] as number) <= 1) return "";
  return `${formatNumber(line.min[index] as number, 4)} … ${formatNumber(line.max[index] as number, 4)}`;
}

function xLabel(axis: XAxis, x: number): string {
  if (axis === "step") return `step ${formatNumber(x, 9)}`;
  if (axis === "relative") return `after ${formatDuration(x)}`;
  return formatAbsolute(new Date(x * 1000));
}

function ChartMenu(props: {
  readonly path: string;
  readonly settings: ChartSettings;
  readonly lines: readonly Line[];
  readonly canvas: React.RefObject<HTMLCanvasElement | null>;
  readonly openFull?: () => void;
  readonly closeFull?: () => void;
}) {
  const file = props.path.replaceAll("/", "_");
  return (
    <>
      <Tooltip label={props.openFull ? "Full screen" : "Leave full screen (Esc)"}>
        <ActionIcon
          size={22}
          className={styles.action}
          aria-label={props.openFull ? `${props.path} on the full screen` : "Leave full screen"}
          onClick={props.openFull ?? props.closeFull}
        >
          <Maximize2 size={13} />
        </ActionIcon>
      </Tooltip>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon size={22} className={styles.action} aria-label={`More about ${props.path}`}>
            <Ellipsis size={15} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<Download size={14} />}
            onClick={() => props.canvas.current?.toBlob((blob) => blob && save(blob, `${file}.png`))}
          >
            Save as PNG
          </Menu.Item>
          <Menu.Item
            leftSection={<Download size={14} />}
            onClick={() =>
              save(new Blob([toCsv(props.lines, props.settings.axis)], { type: "text/csv" }), `${file}.csv`)
            }
          >
            Save as CSV
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </>
  );
}

function save(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** Whether the element is on the screen or a screen away; once it was, it stays so for a while, so that scrolling back costs nothing. */
function useNear(element: React.RefObject<HTMLElement | null>): boolean {
  const [near, setNear] = useState(false);
  useEffect(() => {
    const target = element.current;
    if (target === null) return;
    const observer = new IntersectionObserver(
      (entries) => setNear(entries.some((entry) => entry.isIntersecting)),
      {
        rootMargin: "400px 0px",
      },
    );
    observer.observe(target);
    return () => observer.disconnect();
  }, [element]);
  return near;
}
