/** All sections as one virtual list: only rows near the screen exist, and only their names are asked for. */
import { ActionIcon, Menu } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDown, ArrowUp, ChevronRight, Ellipsis, ListStart } from "lucide-react";
import { type ReactNode, useLayoutEffect, useMemo, useRef, useState } from "react";
import { type MetricScope, NAMES_PAGE, sectionNamesQuery } from "@/api/metrics";
import type { ProjectRef } from "@/api/types";
import { formatCount } from "@/ui/format";
import styles from "./ChartsPane.module.css";
import { moved, type Row, rowKey, rowsOf, type Section } from "./sections";
import type { ChartSize } from "./urlState";
import type { ChartsModel } from "./useCharts";

const HEADING_PX = 40;
const GAP_PX = 12;
const CARDS: Readonly<Record<ChartSize, { readonly height: number; readonly minWidth: number }>> = {
  small: { height: 196, minWidth: 250 },
  medium: { height: 256, minWidth: 350 },
  large: { height: 400, minWidth: 620 },
};
/** A divisor of `NAMES_PAGE`, so that a row's names stand on one page. */
const MAX_COLUMNS = 6;

type Props = {
  readonly project: ProjectRef;
  readonly scope: MetricScope;
  readonly sections: readonly Section[];
  readonly isOpen: (section: string) => boolean;
  readonly model: ChartsModel;
  /** The chart of a metric; `title` is its name inside the section. */
  readonly chart: (path: string, title: string) => ReactNode;
  /** What stands above and below the sections. */
  readonly head?: ReactNode;
  readonly foot?: ReactNode;
};

export function ChartList(props: Props) {
  const { sections, isOpen, model } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const inside = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState({ width: 0, top: 0 });
  useLayoutEffect(() => {
    const element = inside.current;
    if (element === null) return;
    const measure = () => setPlace({ width: element.clientWidth, top: element.offsetTop });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    if (element.previousElementSibling !== null) observer.observe(element.previousElementSibling);
    return () => observer.disconnect();
  }, []);
  const card = CARDS[model.state.size];
  const columns = columnsIn(place.width, card.minWidth);
  const rows = useMemo(() => rowsOf(sections, columns, isOpen), [sections, columns, isOpen]);
  const list = useVirtualizer({
    count: place.width > 0 ? rows.length : 0,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (rows[index]?.kind === "heading" ? HEADING_PX : card.height + GAP_PX),
    getItemKey: (index) => rowKey(rows[index] as Row),
    scrollMargin: place.top,
    overscan: 1,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: heights follow from these
  useLayoutEffect(() => list.measure(), [rows, card]);

  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable without a mouse
    <div ref={scroller} className={styles.sections} tabIndex={0} role="region" aria-label="Charts">
      <div>{props.head}</div>
      <div ref={inside} className={styles.rows} style={{ height: list.getTotalSize() }}>
        {list.getVirtualItems().map((item) => {
          const row = rows[item.index] as Row;
          const at = { transform: `translateY(${item.start - place.top}px)` };
          return (
            <div key={item.key} className={styles.row} style={at}>
              {row.kind === "heading" ? (
                <Heading section={row.section} open={row.open} sections={sections} model={model} />
              ) : (
                <ChartRow {...props} row={row} columns={columns} height={card.height} />
              )}
            </div>
          );
        })}
      </div>
      {props.foot}
    </div>
  );
}

const columnsIn = (width: number, minWidth: number): number =>
  Math.min(MAX_COLUMNS, Math.max(1, Math.floor((width + GAP_PX) / (minWidth + GAP_PX))));

/** Cards of one size in as many columns as there is room for, without virtualisation: for the few that were added. */
export function ChartGrid({ size, children }: { readonly size: ChartSize; readonly children: ReactNode }) {
  const card = CARDS[size];
  return (
    <div
      className={styles.grid}
      style={
        { "--card-width": `${card.minWidth}px`, "--card-height": `${card.height}px` } as React.CSSProperties
      }
    >
      {children}
    </div>
  );
}

function ChartRow(
  props: Props & {
    readonly row: Extract<Row, { kind: "charts" }>;
    readonly columns: number;
    readonly height: number;
  },
) {
  const { row, columns } = props;
  const { section, first } = row;
  const page = Math.floor(first / NAMES_PAGE);
  const names = useQuery({
    ...sectionNamesQuery(props.project, props.scope, section.name, page),
    // While the runs or the pattern change, charts stay; the section's own pages are told apart by the row's key.
    placeholderData: keepPreviousData,
  });
  const start = first - page * NAMES_PAGE;
  const paths = names.data?.names.slice(start, start + columns) ?? [];
  const count = Math.min(columns, section.metrics - first);
  const prefix = section.name === "" ? 0 : section.name.length + 1;
  const style = {
    gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`,
    gridAutoRows: `${props.height}px`,
  };
  return (
    <div className={styles.cards} style={style}>
      {paths.length > 0
        ? paths.map((path) => props.chart(path, path.slice(prefix)))
        : names.data === undefined &&
          Array.from({ length: count }, (_, i) => first + i).map((place) => (
            <div key={place} className={styles.placeholder} />
          ))}
    </div>
  );
}

function Heading(props: {
  readonly section: Section;
  readonly open: boolean;
  readonly sections: readonly Section[];
  readonly model: ChartsModel;
}) {
  const { section, open, sections, model } = props;
  const { order } = model.state.sectioning;
  const place = sections.indexOf(section);
  const move = (by: number) => model.setOrder(moved(sections, order, section.name, by));
  const title = section.name || "Metrics";
  return (
    <div className={styles.heading}>
      <h2>
        <button type="button" aria-expanded={open} onClick={() => model.setOpen(section.name, !open)}>
          <ChevronRight size={14} className={styles.chevron} />
          {title}
          <span className={styles.count}>{formatCount(section.metrics)}</span>
        </button>
      </h2>
      {sections.length > 1 && (
        <Menu position="bottom-start">
          <Menu.Target>
            <ActionIcon size={22} className={styles.more} aria-label={`Move the section ${title}`}>
              <Ellipsis size={15} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item
              leftSection={<ListStart size={14} />}
              disabled={place === 0}
              onClick={() => move(-place)}
            >
              Move to the top
            </Menu.Item>
            <Menu.Item leftSection={<ArrowUp size={14} />} disabled={place === 0} onClick={() => move(-1)}>
              Move up
            </Menu.Item>
            <Menu.Item
              leftSection={<ArrowDown size={14} />}
              disabled={place === sections.length - 1}
              onClick={() => move(1)}
            >
              Move down
            </Menu.Item>
            {order.length > 0 && (
              <Menu.Item onClick={() => model.setOrder([])}>Sections in order of their names</Menu.Item>
            )}
          </Menu.Dropdown>
        </Menu>
      )}
    </div>
  );
}
