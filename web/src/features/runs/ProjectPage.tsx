import { useMediaQuery } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Suspense, useEffect, useMemo, useRef } from "react";
import { ApiError } from "@/api/client";
import { projectQuery } from "@/api/projects";
import type { ProjectRef } from "@/api/types";
import { ViewGate } from "@/features/views/ViewGate";
import { Contained } from "@/ui/Broken";
import { ErrorState } from "@/ui/Feedback";
import { useShortcuts } from "@/ui/keys";
import { Splitter } from "@/ui/Splitter";
import { Waiting } from "@/ui/Waiting";
import { useUrlState } from "@/urlSearch";
import { ProjectHeader } from "./ProjectHeader";
import styles from "./ProjectPage.module.css";
import { RunActionsProvider } from "./RunActionsProvider";
import type { TableLayout } from "./RunRow";
import { RunsList } from "./RunsList";
import { RunsToolbar } from "./RunsToolbar";
import type { SetProjectState } from "./stateChanges";
import { type ProjectTab, paneOf, TABS } from "./tabs";
import { type ProjectState, projectCodec } from "./urlState";
import { useProjectTable } from "./useProjectTable";

/** A project: its runs, and beside them what the chosen tab makes of the drawn ones. */
export function ProjectPage({ project }: { readonly project: ProjectRef }) {
  return (
    <ViewGate project={project}>
      <OpenProject project={project} />
    </ViewGate>
  );
}

function OpenProject({ project }: { readonly project: ProjectRef }) {
  const [state, setState] = useUrlState(projectCodec);
  const info = useQuery(projectQuery(project));
  const search = useRef<HTMLInputElement>(null);

  const setTab = (tab: ProjectTab) => setState((before) => ({ ...before, tab }), { push: true });
  useShortcuts([
    ...TABS.map((each, position) => ({
      keys: [String(position + 1)],
      label: each.label,
      group: "Project",
      run: () => setTab(each.id),
    })),
    { keys: ["/"], label: "Search runs", group: "Project", run: () => search.current?.focus() },
    { keys: ["ArrowUp", "ArrowDown"], label: "Move in the table", group: "Table" },
    { keys: [" "], label: "Draw the run, or not", group: "Table" },
    { keys: ["Enter"], label: "Open the run", group: "Table" },
    { keys: ["e"], label: "Edit name, tags, description", group: "Table" },
    { keys: ["x"], label: "Select the run", group: "Table" },
    { keys: ["p"], label: "Keep the run on top, or not", group: "Table" },
    { keys: ["b"], label: "Compare every run with this one", group: "Table" },
    { keys: ["m"], label: "What else can be done with the run", group: "Table" },
    { keys: ["Shift+←", "Shift+→"], label: "Move the focused column", group: "Table" },
    { keys: ["Escape"], label: "Leave search, menus", group: "Everywhere" },
  ]);
  useEffect(() => {
    document.title = `${project.name} · Trireme`;
  }, [project.name]);

  if (info.error instanceof ApiError && info.error.status === 404)
    return (
      <div className={styles.missing}>
        <ErrorState page error={info.error} />
        <Link to="/">All projects</Link>
      </div>
    );
  return (
    <>
      <ProjectHeader
        project={project}
        description={info.data?.description ?? ""}
        tab={state.tab}
        setTab={setTab}
      />
      <Body {...{ project, state, setState, search }} />
    </>
  );
}

function Body(props: {
  readonly project: ProjectRef;
  readonly state: ProjectState;
  readonly setState: SetProjectState;
  readonly search: React.RefObject<HTMLInputElement | null>;
}) {
  const { project, state, setState, search } = props;
  const phone = useMediaQuery("(max-width: 640px)", false, { getInitialValueInEffect: false });
  const grid = useRef<HTMLDivElement>(null);
  const Pane = paneOf(state.tab);
  const layout: TableLayout = phone ? "cards" : Pane === null ? "full" : "narrow";
  const model = useProjectTable(project, state, setState, layout);

  const { columns, slots, queryError, empty } = model;
  const { total, error, outdated } = model.table;
  const bar = useMemo(
    () => ({ columns, slots, queryError, empty, table: { total, error, outdated } }),
    [columns, slots, queryError, empty, total, error, outdated],
  );
  const list = <RunsList {...{ project, state, setState, layout, model, grid }} />;
  const pane = Pane !== null && (
    <Contained what={state.tab}>
      <Suspense fallback={<Waiting />}>
        {model.settling ? <Waiting /> : <Pane project={project} runs={model.drawn} columns={model.columns} />}
      </Suspense>
    </Contained>
  );
  return (
    <RunActionsProvider {...{ project, state, setState, model }}>
      <div className={styles.body} id="project-panel" role="tabpanel" aria-labelledby={`tab-${state.tab}`}>
        <RunsToolbar {...{ project, state, setState, layout, search, grid }} model={bar} />
        {pane === false ? (
          list
        ) : phone ? (
          pane
        ) : (
          <Splitter
            name="runs"
            label="Width of the list of runs"
            initialPx={260}
            minPx={160}
            maxPx={560}
            left={list}
            right={pane}
          />
        )}
      </div>
    </RunActionsProvider>
  );
}
