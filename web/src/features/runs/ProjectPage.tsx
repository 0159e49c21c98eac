import { Button, Skeleton } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { RefreshCw, SearchX, Ship } from "lucide-react";
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { ApiError } from "@/api/client";
import { useLiveState } from "@/api/events";
import { projectQuery } from "@/api/projects";
import type { ProjectRef } from "@/api/types";
import { EmptyState, ErrorState } from "@/ui/Feedback";
import { FirstRunCode } from "@/ui/FirstRunCode";
import { formatCount } from "@/ui/format";
import { useShortcuts } from "@/ui/keys";
import { Splitter } from "@/ui/Splitter";
import { useUrlState } from "@/urlSearch";
import { ColumnPicker } from "./ColumnPicker";
import { type ColumnSpec, columnId } from "./columns";
import { EyeMenu } from "./EyeMenu";
import styles from "./ProjectPage.module.css";
import { QueryBox } from "./QueryBox";
import { ROW_PX, RunsTable, type TableLayout } from "./RunsTable";
import { drawFirst, drawNothing, toggleEye } from "./selection";
import { type ProjectState, type ProjectTab, projectCodec } from "./urlState";
import { useColumns, useWidths } from "./useColumns";
import { useDrawnRuns } from "./useDrawnRuns";
import { useRowWindow } from "./useRowWindow";
import { useRunTable } from "./useRunTable";

const ChartsPane = lazy(async () => ({ default: (await import("@/features/charts/ChartsPane")).ChartsPane }));

const CREATED: ColumnSpec = { path: "sys/creation_time", type: "datetime" };

export function ProjectPage({ project }: { readonly project: ProjectRef }) {
  const [state, setState] = useUrlState(projectCodec);
  const info = useQuery(projectQuery(project));
  const phone = useMediaQuery("(max-width: 640px)", false, { getInitialValueInEffect: false });
  const search = useRef<HTMLInputElement>(null);
  const grid = useRef<HTMLDivElement>(null);

  const setTab = (tab: ProjectTab) => setState((before) => ({ ...before, tab }), { push: true });
  useShortcuts([
    { keys: ["1"], label: "Runs", group: "Project", run: () => setTab("runs") },
    { keys: ["2"], label: "Charts", group: "Project", run: () => setTab("charts") },
    { keys: ["/"], label: "Search runs", group: "Project", run: () => search.current?.focus() },
    { keys: ["ArrowUp", "ArrowDown"], label: "Move in the table", group: "Table" },
    { keys: [" "], label: "Draw the run, or not", group: "Table" },
    { keys: ["Enter"], label: "Open the run", group: "Table" },
    { keys: ["Escape"], label: "Leave search, menus", group: "Everywhere" },
  ]);
  useEffect(() => {
    document.title = `${project.name} · Trireme`;
  }, [project.name]);

  if (info.error instanceof ApiError && info.error.status === 404) return <ErrorState error={info.error} />;
  return (
    <>
      <Header project={project} description={info.data?.description ?? ""} tab={state.tab} setTab={setTab} />
      <Body {...{ project, state, setState, phone, search, grid }} />
    </>
  );
}

function Header(props: {
  readonly project: ProjectRef;
  readonly description: string;
  readonly tab: ProjectTab;
  readonly setTab: (tab: ProjectTab) => void;
}) {
  return (
    <header className={styles.header}>
      <div className={styles.crumbs}>
        <Link to="/" className={styles.workspace}>
          {props.project.workspace}
        </Link>
        <span className={styles.slash}>/</span>
        <h1 className={styles.title} title={props.project.name}>
          {props.project.name}
        </h1>
      </div>
      <div className={styles.tabs} role="tablist" aria-label="Views of the project">
        <Tab id="runs" label="Runs" hint="1" {...props} />
        <Tab id="charts" label="Charts" hint="2" {...props} />
      </div>
      <span className={styles.description} title={props.description}>
        {props.description}
      </span>
      <LiveMark />
    </header>
  );
}

function Tab(props: {
  readonly id: ProjectTab;
  readonly label: string;
  readonly hint: string;
  readonly tab: ProjectTab;
  readonly setTab: (tab: ProjectTab) => void;
}) {
  return (
    <button
      type="button"
      role="tab"
      id={`tab-${props.id}`}
      aria-controls="project-panel"
      aria-selected={props.tab === props.id}
      aria-keyshortcuts={props.hint}
      className={styles.tab}
      onClick={() => props.setTab(props.id)}
    >
      {props.label}
      <kbd className={styles.hint}>{props.hint}</kbd>
    </button>
  );
}

function LiveMark() {
  const live = useLiveState();
  if (live === "idle") return null;
  const text = { live: "Live", connecting: "Connecting", lost: "Not live" }[live];
  return (
    <span
      className={styles.live}
      data-state={live}
      title="Whether changes on the server appear here by themselves"
    >
      <span className={styles.dot} />
      {text}
    </span>
  );
}

type BodyProps = {
  readonly project: ProjectRef;
  readonly state: ProjectState;
  readonly setState: (change: (state: ProjectState) => ProjectState, options?: { push?: boolean }) => void;
  readonly phone: boolean;
  readonly search: React.RefObject<HTMLInputElement | null>;
  readonly grid: React.RefObject<HTMLDivElement | null>;
};

function Body({ project, state, setState, phone, search, grid }: BodyProps) {
  const layout: TableLayout = phone ? "cards" : state.tab === "charts" ? "narrow" : "full";
  const { columns, ready } = useColumns(project, state.columns);
  const [widths, setWidth] = useWidths(project);
  const [pointing, setPointing] = useState(false);

  // Durations of running runs and a phone's cards need the creation time, shown or not.
  const requested = useMemo(
    () =>
      columns.some((column) => columnId(column) === columnId(CREATED)) ? columns : [...columns, CREATED],
    [columns],
  );
  const [known, setKnown] = useState(0);
  const rowWindow = useRowWindow(known, ROW_PX[layout]);
  const moving = state.sort !== null;
  const table = useRunTable(
    project,
    { query: state.query, columns: requested, sort: state.sort },
    rowWindow,
    pointing || moving || !rowWindow.atTop,
    ready,
  );
  const total = table.total ?? 0;
  useEffect(() => setKnown(total), [total]);

  // Another question begins at its first row.
  const question = `${state.query}\n${JSON.stringify(state.sort)}`;
  const toTop = useRef(rowWindow.toTop);
  toTop.current = rowWindow.toTop;
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs when the question changes, and only then
  useEffect(() => toTop.current(), [question]);

  const firstKeys = useMemo(() => table.firstRows.map((row) => row.key), [table.firstRows]);
  const { runs, slots } = useDrawnRuns(project, state, table.firstRows);
  const latestKeys = useRef(firstKeys);
  latestKeys.current = firstKeys;
  const onEye = useCallback(
    (key: number) => setState((before) => toggleEye(before, key, latestKeys.current)),
    [setState],
  );
  const onFilter = useCallback(
    (condition: string) =>
      setState((before) => ({ ...before, query: joined(before.query, condition) }), { push: true }),
    [setState],
  );

  const drawn = slots.size;
  const empty = table.total === 0 && !table.outdated && table.error === null;
  const queryError = table.error instanceof ApiError && table.error.status === 400 ? table.error : null;
  const failed = table.error !== null && queryError === null && table.total === null;

  const toolbar = (
    <div className={styles.toolbar}>
      <QueryBox
        query={state.query}
        setQuery={(query) => setState((before) => ({ ...before, query }), { push: true })}
        error={queryError}
        busy={table.outdated && queryError === null}
        short={phone}
        inputRef={search}
        leave={() => grid.current?.focus()}
      />
      <span className={`${styles.count} num`} role="status">
        {empty && state.query.trim() === "" ? null : table.total === null ? (
          queryError === null && !failed && <Skeleton height={10} width={110} radius="sm" />
        ) : (
          <>
            <b>{formatCount(drawn)}</b> of <b>{formatCount(total)}</b> {total === 1 ? "run" : "runs"} drawn
          </>
        )}
      </span>
      {layout === "full" && (
        <ColumnPicker
          project={project}
          columns={columns}
          automatic={state.columns === null}
          setColumns={(next) => setState((before) => ({ ...before, columns: next }), { push: true })}
        />
      )}
    </div>
  );

  const list = failed ? (
    <ErrorState error={table.error} retry={table.retry} />
  ) : queryError !== null && table.total === null ? (
    <EmptyState
      icon={<SearchX size={28} strokeWidth={1.5} />}
      title="The query cannot be read"
      compact={layout === "narrow"}
    >
      <Button variant="default" onClick={() => setState((before) => ({ ...before, query: "" }))}>
        Clear the query
      </Button>
    </EmptyState>
  ) : empty ? (
    state.query.trim() === "" ? (
      <NoRuns project={project} />
    ) : (
      <EmptyState
        icon={<SearchX size={28} strokeWidth={1.5} />}
        title="No run matches"
        compact={layout === "narrow"}
      >
        <p>No run of this project meets the query.</p>
        <Button variant="default" onClick={() => setState((before) => ({ ...before, query: "" }))}>
          Clear the query
        </Button>
      </EmptyState>
    )
  ) : (
    // biome-ignore lint/a11y/noStaticElementInteractions: only notes where the pointer is
    <div
      className={styles.table}
      onMouseEnter={() => setPointing(true)}
      onMouseLeave={() => setPointing(false)}
    >
      <RunsTable
        project={project}
        table={table.total === null ? { ...table, total: 14 } : table}
        window={
          table.total === null
            ? { ...rowWindow, first: 0, end: 14, spacerPx: 14 * ROW_PX[layout] }
            : rowWindow
        }
        layout={layout}
        columns={columns}
        requested={requested}
        widths={widths}
        setWidth={setWidth}
        sort={state.sort}
        setSort={(sort) => setState((before) => ({ ...before, sort }), { push: true })}
        changeColumn={(column, next) => setState((before) => changeColumn(before, columns, column, next))}
        slots={slots}
        toggleEye={onEye}
        onFilter={onFilter}
        gridRef={grid}
        eyeHeader={
          <EyeMenu
            autoCount={state.autoCount}
            drawn={drawn}
            setAutoCount={(count) => setState((before) => drawFirst(before, count))}
            onNone={() => setState(drawNothing)}
          />
        }
      />
      {table.drift && !table.outdated && (
        <button
          type="button"
          className={styles.drift}
          onClick={() => {
            table.release();
            rowWindow.toTop();
          }}
        >
          <RefreshCw size={13} />
          {table.drift.added > 0
            ? `${formatCount(table.drift.added)} new ${table.drift.added === 1 ? "run" : "runs"}`
            : "The order has changed"}
        </button>
      )}
    </div>
  );

  const charts = (
    <Suspense fallback={<div className={styles.loading} aria-busy="true" />}>
      <ChartsPane project={project} runs={runs} />
    </Suspense>
  );
  return (
    <div className={styles.body} id="project-panel" role="tabpanel" aria-labelledby={`tab-${state.tab}`}>
      {toolbar}
      {state.tab === "runs" ? (
        list
      ) : phone ? (
        charts
      ) : (
        <Splitter
          name="runs"
          label="Width of the list of runs"
          initialPx={260}
          minPx={160}
          maxPx={560}
          left={list}
          right={charts}
        />
      )}
    </div>
  );
}

const joined = (query: string, condition: string): string => {
  const before = query.trim();
  if (before === "" || before === condition) return condition;
  return before.includes(condition)
    ? before
    : `${/\bOR\b/i.test(before) ? `(${before})` : before} AND ${condition}`;
};

/** Replaces or removes a column; a sort by it goes with it. */
function changeColumn(
  state: ProjectState,
  columns: readonly ColumnSpec[],
  column: ColumnSpec,
  next: ColumnSpec | null,
): ProjectState {
  const sorted = state.sort !== null && columnId(state.sort) === columnId(column);
  return {
    ...state,
    columns: columns.flatMap((each) => (each === column ? (next === null ? [] : [next]) : [each])),
    sort:
      !sorted || state.sort === null
        ? state.sort
        : next === null
          ? null
          : { ...next, direction: state.sort.direction },
  };
}

function NoRuns({ project }: { readonly project: ProjectRef }) {
  return (
    <EmptyState icon={<Ship size={32} strokeWidth={1.5} />} title="No runs yet">
      <p>Put these lines into a training script and run it. The run appears here by itself.</p>
      <FirstRunCode project={`${project.workspace}/${project.name}`} />
    </EmptyState>
  );
}
