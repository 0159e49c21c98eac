import { Switch } from "@mantine/core";
import { X } from "lucide-react";
import { type CSSProperties, type KeyboardEvent, useMemo, useRef, useState } from "react";
import type { ProjectRef } from "@/api/types";
import { ColumnHeader } from "./ColumnHeader";
import { columnId, columnTitle, defaultWidth, isNumericColumn } from "./columns";
import styles from "./GroupedRuns.module.css";
import { GroupLevel } from "./GroupLevel";
import type { TableLayout } from "./RunRow";
import { type SetProjectState, toggleGroupBy } from "./stateChanges";
import type { ProjectState } from "./urlState";
import { useRunsByKey } from "./useDrawnRuns";
import type { ProjectTable } from "./useProjectTable";

type Props = {
  readonly project: ProjectRef;
  readonly state: ProjectState;
  readonly setState: SetProjectState;
  readonly model: ProjectTable;
  readonly layout: TableLayout;
  readonly gridRef: React.RefObject<HTMLDivElement | null>;
};

/** As many columns of numbers as there is room for. */
const SHOWN: Readonly<Record<TableLayout, number>> = { full: 12, narrow: 0, cards: 1 };
const MEAN_PX = 196;

/**
 * Groups, and inside each groups again, or its runs: a treegrid. Up and down move; right opens or goes in, left closes or goes out; Space
 * draws the runs or not, Enter opens the run.
 */
export function GroupedRuns({ project, state, setState, model, layout, gridRef }: Props) {
  const keys = [...model.slots.keys()];
  const drawn = useRunsByKey(project, keys, state.groupBy).filter((row) => model.slots.has(row.key));
  const grid = useRef<HTMLDivElement | null>(null);
  const [active, setActive] = useState<string | null>(null);
  const numeric = useMemo(() => {
    const all = model.columns.filter(
      (column) => isNumericColumn(column) && column.path !== "sys/running_time_seconds",
    );
    // Where there is room for one, a metric says most.
    const first = all.find((column) => column.type === "float_series");
    return layout === "cards" && first !== undefined ? [first] : all.slice(0, SHOWN[layout]);
  }, [model.columns, layout]);
  const widths = numeric.map((column) => Math.max(MEAN_PX, defaultWidth(column)));
  const style = {
    "--cols": [
      layout === "cards" ? "minmax(150px, 1fr)" : "minmax(220px, 1fr)",
      layout === "full" ? "110px" : "auto",
      ...widths.map((width) => (layout === "cards" ? "minmax(90px, auto)" : `${width}px`)),
    ].join(" "),
  } as CSSProperties;

  const rows = (): HTMLElement[] => [...(grid.current?.querySelectorAll<HTMLElement>("[data-row]") ?? [])];
  const go = (row: HTMLElement | undefined) => {
    if (row === undefined) return;
    setActive(row.id);
    row.scrollIntoView({ block: "nearest" });
  };
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    if (event.target !== event.currentTarget || event.metaKey || event.ctrlKey || event.altKey) return;
    const all = rows();
    const at = all.findIndex((row) => row.id === active);
    const row = all[at];
    const press = (what: string) => row?.querySelector<HTMLElement>(`[data-${what}]`)?.click();
    const opened = row?.getAttribute("aria-expanded");
    const level = Number(row?.getAttribute("aria-level") ?? 1);
    if (all.length === 0) return;
    switch (event.key) {
      case "ArrowDown":
        go(all[at + 1] ?? all[at]);
        break;
      case "ArrowUp":
        go(all[Math.max(0, at - 1)]);
        break;
      case "Home":
        go(all[0]);
        break;
      case "End":
        go(all.at(-1));
        break;
      case "ArrowRight":
        if (opened === "false") press("toggle");
        else if (opened === "true") go(all[at + 1]);
        break;
      case "ArrowLeft":
        if (opened === "true") press("toggle");
        else go(all.findLast((each, i) => i < at && Number(each.getAttribute("aria-level")) < level));
        break;
      case " ":
        press("eye");
        break;
      case "Enter":
        press(opened === null ? "link" : "toggle");
        break;
      case "m":
      case "ContextMenu":
        // The row knows its run; a menu asked for by a key has no place of its own.
        row?.dispatchEvent(new MouseEvent("contextmenu", { bubbles: true, cancelable: true }));
        break;
      case "Escape":
        setActive(null);
        break;
      default:
        return;
    }
    event.preventDefault();
  };
  return (
    <div className={styles.pane}>
      <div className={styles.bar}>
        <span>Grouped by</span>
        {state.groupBy.map((column) => (
          <button
            key={columnId(column)}
            type="button"
            className={styles.key}
            aria-label={`Group by ${columnTitle(column).title} no longer`}
            onClick={() => setState((before) => toggleGroupBy(before, column), { push: true })}
          >
            {columnTitle(column).title} <X size={12} />
          </button>
        ))}
        <Switch
          size="xs"
          label="Average grouped runs"
          checked={state.averaged}
          onChange={() => setState((before) => ({ ...before, averaged: !before.averaged }))}
        />
      </div>
      <div
        ref={(element) => {
          grid.current = element;
          gridRef.current = element;
        }}
        className={styles.scroller}
        role="treegrid"
        aria-label="Groups of runs"
        aria-colcount={2 + numeric.length}
        aria-activedescendant={active ?? undefined}
        tabIndex={0}
        style={style}
        data-layout={layout}
        onKeyDown={onKeyDown}
        onFocus={(event) => {
          if (
            event.target === event.currentTarget &&
            active === null &&
            event.target.matches(":focus-visible")
          )
            go(rows()[0]);
        }}
      >
        <div className={styles.head} role="row">
          <div role="columnheader" className={styles.first}>
            {state.groupBy.map((column) => columnTitle(column).title).join(" › ")}
          </div>
          <div role="columnheader" className={styles.number}>
            Runs
          </div>
          {numeric.map((column, i) => (
            <ColumnHeader
              key={columnId(column)}
              column={column}
              sort={state.sort}
              setSort={(sort) => setState((before) => ({ ...before, sort }), { push: true })}
              width={widths[i] ?? MEAN_PX}
              setWidth={undefined}
            />
          ))}
        </div>
        <div role="rowgroup">
          <GroupLevel
            {...{ project, state, setState, model, drawn, numeric, active }}
            activate={setActive}
            within={[]}
            values={[]}
          />
        </div>
      </div>
    </div>
  );
}
