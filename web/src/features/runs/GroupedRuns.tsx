import { Switch } from "@mantine/core";
import { useIsFetching } from "@tanstack/react-query";
import { X } from "lucide-react";
import { type CSSProperties, type KeyboardEvent, useMemo, useRef, useState } from "react";
import { runKeys } from "@/api/runs";
import type { ProjectRef } from "@/api/types";
import { LoadingBar } from "@/ui/LoadingBar";
import { ColumnHeader } from "./ColumnHeader";
import { canGroup, columnId, columnTitle, defaultWidth, isNumericColumn } from "./columns";
import styles from "./GroupedRuns.module.css";
import { GroupLevel } from "./GroupLevel";
import { GroupMenu } from "./GroupMenu";
import type { TableLayout } from "./RunRow";
import { SortMenu } from "./SortMenu";
import { changeColumn, moveColumn, type SetProjectState, toggleGroupBy } from "./stateChanges";
import type { ProjectState, SortSpec } from "./urlState";
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
/** A phone's metric. Rows are grids of their own: what is as wide as its content would not stand below its heading. */
const CARD_PX = 112;
/** Room for six digits and as many lines as charts draw. */
const RUNS: Readonly<Record<TableLayout, string>> = { full: "150px", narrow: "auto", cards: "76px" };
const FIRST: Readonly<Record<TableLayout, string>> = {
  full: "minmax(220px, 1fr)",
  narrow: "minmax(0, 1fr)",
  cards: "minmax(0, 1fr)",
};

/**
 * Groups, and inside each groups again, or its runs: a treegrid. Up and down move; right opens or goes in, left closes or goes out; Space
 * draws the runs or not, Enter opens the run.
 */
export function GroupedRuns({ project, state, setState, model, layout, gridRef }: Props) {
  const keys = [...model.slots.keys()];
  const drawn = useRunsByKey(project, keys, state.groupBy).filter((row) => model.slots.has(row.key));
  // New questions only: what is asked again because runs changed comes unnoticed.
  const waiting =
    useIsFetching({
      queryKey: [...runKeys.project(project), "table"],
      predicate: (query) => query.state.data === undefined,
    }) > 0;
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
      FIRST[layout],
      RUNS[layout],
      ...widths.map((width) => `${layout === "cards" ? CARD_PX : width}px`),
    ].join(" "),
  } as CSSProperties;

  const setSort = (sort: SortSpec | null) => setState((before) => ({ ...before, sort }), { push: true });
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
        <GroupMenu
          project={project}
          columns={model.columns}
          groupBy={state.groupBy}
          toggle={(column) => setState((before) => toggleGroupBy(before, column), { push: true })}
          kind="more"
        />
        <Switch
          size="xs"
          label="Average grouped runs"
          checked={state.averaged}
          onChange={() => setState((before) => ({ ...before, averaged: !before.averaged }))}
        />
        {waiting && <LoadingBar className={styles.loading} />}
      </div>
      <div
        ref={(element) => {
          grid.current = element;
          gridRef.current = element;
        }}
        className={styles.scroller}
        role="treegrid"
        aria-label="Groups of runs"
        aria-busy={waiting}
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
            {layout === "full" ? (
              state.groupBy.map((column) => columnTitle(column).title).join(" › ")
            ) : (
              <SortMenu
                columns={[{ path: "sys/name", type: "string" }, ...model.columns]}
                sort={state.sort}
                setSort={setSort}
              />
            )}
          </div>
          <div role="columnheader" className={styles.number}>
            Runs
          </div>
          {numeric.map((column, i) => (
            <ColumnHeader
              key={columnId(column)}
              column={column}
              sort={state.sort}
              setSort={setSort}
              width={widths[i] ?? MEAN_PX}
              setWidth={undefined}
              change={(next) => setState((before) => changeColumn(before, model.columns, column, next))}
              move={(by) =>
                setState((before) => ({ ...before, columns: moveColumn(model.columns, column, by) }))
              }
              {...(canGroup(column)
                ? {
                    groupBy: () => setState((before) => toggleGroupBy(before, column), { push: true }),
                  }
                : {})}
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
