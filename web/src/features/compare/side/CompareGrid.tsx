import { useMediaQuery } from "@mantine/hooks";
import { useVirtualizer } from "@tanstack/react-virtual";
import { ChevronRight } from "lucide-react";
import {
  type CSSProperties,
  type KeyboardEvent,
  type MouseEvent,
  type Ref,
  useEffect,
  useImperativeHandle,
  useMemo,
  useRef,
} from "react";
import type { ComparedSection, ProjectRef, SectionName } from "@/api/types";
import type { DrawnRun } from "@/features/runs/drawnRun";
import { formatCount } from "@/ui/format";
import { setHoveredRun } from "@/ui/runHover";
import styles from "./CompareGrid.module.css";
import { CompareRow } from "./CompareRow";
import { RunHead } from "./RunHead";
import type { TableLines } from "./rows";
import { type Comparison, pageRows } from "./useComparison";

export type GridHandle = { readonly show: (position: number) => void };

const ROW_PX = 30;
const HEAD_PX = 52;

const TITLES: Readonly<Record<SectionName, string>> = {
  columns: "Columns of the table",
  config: "Configuration",
  metrics: "Metrics",
  code: "Code",
  packages: "Packages",
  system: "System",
  files: "Files and other series",
  run: "Run",
};

type Props = {
  readonly project: ProjectRef;
  /** The reference first. */
  readonly runs: readonly DrawnRun[];
  /** Where each run's value stands in a row. */
  readonly places: readonly number[];
  readonly found: Comparison;
  readonly lines: TableLines;
  readonly pinned: boolean;
  readonly deltas: boolean;
  readonly up: readonly string[];
  readonly down: readonly string[];
  readonly active: number | null;
  readonly setActive: (position: number | null) => void;
  /** Rows that are on the screen, or near. */
  readonly setPositions: (positions: readonly number[]) => void;
  readonly setReference: (key: number | null) => void;
  readonly setOpen: (section: SectionName, open: boolean) => void;
  readonly open: (position: number, run: number | null) => void;
  readonly ref: Ref<GridHandle>;
};

/** The table, of which only what is on the screen exists. One tab stop: arrows move, Enter opens the row. */
export function CompareGrid(props: Props) {
  const { runs, places, found, lines, active } = props;
  const phone = useMediaQuery("(max-width: 640px)", false, { getInitialValueInEffect: false });
  const titlePx = phone ? 148 : 280;
  const cellPx = phone ? 124 : props.deltas ? 196 : 152;
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: lines.count,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 16,
    paddingStart: HEAD_PX,
    scrollPaddingStart: HEAD_PX + ROW_PX,
    scrollPaddingEnd: ROW_PX,
  });
  // The reference is always there; the others come and go.
  const columns = useVirtualizer({
    horizontal: true,
    count: Math.max(0, runs.length - 1),
    getScrollElement: () => scroller.current,
    estimateSize: () => cellPx,
    overscan: 2,
    paddingStart: titlePx + cellPx,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: sizes are measured anew when they change
  useEffect(() => columns.measure(), [cellPx, titlePx]);

  const visibleLines = rows.getVirtualItems();
  const visibleColumns = columns.getVirtualItems();
  const shown = useMemo(
    () => [0, ...visibleColumns.map((item) => item.index + 1)].filter((index) => index < runs.length),
    [visibleColumns, runs.length],
  );
  const skippedPx = (visibleColumns[0]?.index ?? 0) * cellPx;

  const positions = visibleLines.flatMap((item) => {
    const line = lines.at(item.index);
    return line?.kind === "row" ? [line.position] : [];
  });
  const size = pageRows(runs.length);
  const pages = [...new Set(positions.map((position) => Math.floor(position / size)))].join();
  const { setPositions } = props;
  // biome-ignore lint/correctness/useExhaustiveDependencies: `pages` stands for the positions
  useEffect(() => setPositions(positions), [pages, setPositions]);

  const show = (position: number) => {
    const line = lines.lineOf(position);
    if (line !== null) rows.scrollToIndex(line, { align: "auto" });
  };
  useImperativeHandle(props.ref, () => ({
    // A section that is opened for it has its rows a moment later.
    show: (position) => requestAnimationFrame(() => latest.current(position)),
  }));
  const latest = useRef(show);
  latest.current = show;

  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    if (event.target !== event.currentTarget || event.metaKey || event.ctrlKey || event.altKey) return;
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / ROW_PX) - 3);
    const here = active ?? -1;
    const moves: Readonly<Record<string, readonly [number, 1 | -1]>> = {
      ArrowDown: [here + 1, 1],
      ArrowUp: [here - 1, -1],
      PageDown: [here + page, -1],
      PageUp: [here - page, 1],
      Home: [0, 1],
      End: [found.total - 1, -1],
    };
    const move = moves[event.key];
    if (move !== undefined) {
      event.preventDefault();
      const next = openRow(lines, Math.min(found.total - 1, Math.max(0, move[0])), move[1], found.total);
      if (next === null) return;
      props.setActive(next);
      show(next);
    } else if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
      event.preventDefault();
      scroller.current?.scrollBy({ left: event.key === "ArrowLeft" ? -cellPx : cellPx });
    } else if (event.key === "Enter" && active !== null) {
      event.preventDefault();
      props.open(active, null);
    } else if (event.key === "Escape") props.setActive(null);
  };
  const onClick = (event: MouseEvent<HTMLDivElement>) => {
    const target = event.target as HTMLElement;
    const position = target.closest<HTMLElement>("[data-row]")?.dataset.row;
    if (position === undefined) return;
    const run = target.closest<HTMLElement>("[data-run]")?.dataset.run;
    props.setActive(Number(position));
    props.open(Number(position), run === undefined ? null : Number(run));
  };
  const onMouseOver = (event: MouseEvent<HTMLDivElement>) => {
    const run = (event.target as HTMLElement).closest<HTMLElement>("[data-run]")?.dataset.run;
    setHoveredRun(run === undefined ? null : Number(run));
  };

  const style = {
    "--title-px": `${titlePx}px`,
    "--cell-px": `${cellPx}px`,
    "--row-px": `${ROW_PX}px`,
    "--head-px": `${HEAD_PX}px`,
    "--all-px": `${titlePx + runs.length * cellPx}px`,
  } as CSSProperties;
  return (
    // biome-ignore lint/a11y/useKeyWithMouseEvents: the keyboard has arrows
    <div
      ref={scroller}
      className={styles.scroller}
      role="grid"
      tabIndex={0}
      aria-label="Runs side by side"
      aria-rowcount={lines.count + 1}
      aria-colcount={runs.length + 1}
      aria-busy={!found.loaded || found.outdated}
      aria-activedescendant={active === null ? undefined : lineId(active)}
      style={style}
      onKeyDown={onKeyDown}
      onClick={onClick}
      onMouseOver={onMouseOver}
      onMouseLeave={() => setHoveredRun(null)}
      onScroll={(event) =>
        event.currentTarget.toggleAttribute("data-shifted", event.currentTarget.scrollLeft > 0)
      }
    >
      <div className={styles.head} role="row" aria-rowindex={1}>
        <div className={styles.corner} role="columnheader">
          {formatCount(runs.length)} {runs.length === 1 ? "run" : "runs"}
        </div>
        {shown.map((index, at) => (
          <RunHead
            key={runs[index]?.key}
            project={props.project}
            run={runs[index] as DrawnRun}
            column={index + 2}
            offsetPx={at === 1 ? skippedPx : 0}
            isReference={index === 0}
            pinned={index === 0 && props.pinned}
            setReference={props.setReference}
          />
        ))}
      </div>
      <div className={styles.body} role="rowgroup" style={{ height: rows.getTotalSize() - HEAD_PX }}>
        {visibleLines.map((item) => {
          const line = lines.at(item.index);
          if (line === undefined) return null;
          const top = item.start - HEAD_PX;
          if (line.kind === "section")
            return (
              <SectionLine
                key={line.section.name}
                {...line}
                top={top}
                index={item.index}
                span={runs.length + 1}
                toggle={() => props.setOpen(line.section.name, !line.open)}
              />
            );
          const row = found.rowAt(line.position);
          return (
            <CompareRow
              key={line.position}
              id={lineId(line.position)}
              position={line.position}
              index={item.index}
              top={top}
              row={row}
              runs={runs}
              places={places}
              shown={shown}
              skippedPx={skippedPx}
              active={active === line.position}
              deltas={props.deltas}
              direction={
                row === undefined
                  ? null
                  : props.up.includes(row.path)
                    ? "up"
                    : props.down.includes(row.path)
                      ? "down"
                      : null
              }
              unrecorded={found.unrecorded}
            />
          );
        })}
      </div>
    </div>
  );
}

const lineId = (position: number): string => `compared-${position}`;

/** The nearest row in that direction whose section is open. */
function openRow(lines: TableLines, from: number, step: 1 | -1, total: number): number | null {
  for (let position = from; position >= 0 && position < total; position += step)
    if (lines.lineOf(position) !== null) return position;
  return null;
}

function SectionLine(props: {
  readonly section: ComparedSection;
  readonly open: boolean;
  readonly top: number;
  readonly index: number;
  readonly span: number;
  readonly toggle: () => void;
}) {
  const { section } = props;
  return (
    <div
      className={styles.section}
      role="row"
      aria-rowindex={props.index + 2}
      style={{ transform: `translateY(${props.top}px)` }}
    >
      <div role="gridcell" aria-colspan={props.span} className={styles.sectionCell}>
        <button
          type="button"
          className={styles.heading}
          aria-expanded={props.open}
          onClick={(event) => {
            event.stopPropagation();
            props.toggle();
          }}
        >
          <ChevronRight size={14} className={styles.chevron} />
          {TITLES[section.name]}
          <span className={`${styles.tally} num`}>
            {formatCount(section.differing)} of {formatCount(section.total)}{" "}
            {section.total === 1 ? "differs" : "differ"}
          </span>
        </button>
      </div>
    </div>
  );
}
