import { Skeleton } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Suspense, useEffect, useMemo } from "react";
import { useProjectEvents } from "@/api/events";
import { runAttributesQuery, runKeys, runQuery } from "@/api/runs";
import type { ProjectRef, Run, RunAttribute } from "@/api/types";
import { Contained } from "@/ui/Broken";
import { CopyButton } from "@/ui/CopyButton";
import { ErrorState } from "@/ui/Feedback";
import { useShortcuts } from "@/ui/keys";
import page from "@/ui/page.module.css";
import { part } from "@/ui/part";
import { preferredSlot, runColorVar } from "@/ui/runColors";
import { StateBadge } from "@/ui/StateBadge";
import { Tabs } from "@/ui/Tabs";
import { RelativeTime } from "@/ui/Time";
import { Waiting } from "@/ui/Waiting";
import { type SearchCodec, useUrlState } from "@/urlSearch";
import { Attributes } from "./Attributes";
import { Console } from "./Console";
import { Files } from "./Files";
import { Media } from "./Media";
import { Overview } from "./Overview";
import styles from "./RunPage.module.css";
import { Source } from "./Source";

const ChartsPane = part(async () => (await import("@/features/charts/ChartsPane")).ChartsPane);

const TABS = [
  { id: "overview", label: "Overview" },
  { id: "charts", label: "Charts" },
  { id: "media", label: "Media" },
  { id: "console", label: "Console" },
  { id: "files", label: "Files" },
  { id: "system", label: "System" },
  { id: "source", label: "Source" },
  { id: "attributes", label: "All attributes" },
] as const;
export type RunTab = (typeof TABS)[number]["id"];
type RunState = { readonly tab: RunTab };

export const runCodec: SearchCodec<RunState> = {
  decode: (search) => ({ tab: TABS.find((tab) => tab.id === search.tab)?.id ?? "overview" }),
  encode: (state) => ({ tab: state.tab === "overview" ? undefined : state.tab }),
};

/** What every tab is given. */
export type TabProps = {
  readonly project: ProjectRef;
  readonly run: Run;
  readonly attributes: readonly RunAttribute[];
};

/** `runId`: a short id, a custom run id or `key:<number>`. */
export function RunPage({ project, runId }: { readonly project: ProjectRef; readonly runId: string }) {
  const [state, setState] = useUrlState(runCodec);
  const run = useQuery(runQuery(project, runId));
  const attributes = useQuery(runAttributesQuery(project, runId));
  const queries = useQueryClient();
  const setTab = (tab: RunTab) => setState(() => ({ tab }), { push: true });
  useShortcuts(
    TABS.map((tab, index) => ({
      keys: [String(index + 1)],
      label: tab.label,
      group: "Run",
      run: () => setTab(tab.id),
    })),
  );
  useProjectEvents(project, (event) => {
    if (run.data === undefined || (event.runs.length > 0 && !event.runs.includes(run.data.key))) return;
    void queries.invalidateQueries({ queryKey: runKeys.run(project, runId) });
  });
  useEffect(() => {
    document.title = `${run.data?.name ?? runId} · ${project.name} · Trireme`;
  }, [run.data?.name, runId, project.name]);

  const error = run.error ?? attributes.error;
  if (error !== null && (run.data === undefined || attributes.data === undefined)) {
    return (
      <div className={styles.missing}>
        <ErrorState page error={error} retry={() => void queries.invalidateQueries()} />
        <Link to="/p/$workspace/$project" params={{ workspace: project.workspace, project: project.name }}>
          All runs of {project.name}
        </Link>
      </div>
    );
  }
  return (
    <div className={page.page}>
      <Header project={project} run={run.data} runId={runId} />
      <Tabs
        label="Views of the run"
        tabs={TABS.map((tab, position) => ({ ...tab, hint: String(position + 1) }))}
        current={state.tab}
        select={setTab}
        panel="run-panel"
        className={page.tabs}
      />
      <div className={page.panel} id="run-panel" role="tabpanel" aria-labelledby={`tab-${state.tab}`}>
        {run.data === undefined || attributes.data === undefined ? (
          <div className={styles.waiting} aria-busy="true">
            <Skeleton height={14} width="40%" />
            <Skeleton height={14} width="60%" />
            <Skeleton height={14} width="30%" />
          </div>
        ) : (
          <Contained what={state.tab}>
            <Panel
              tab={state.tab}
              setTab={setTab}
              project={project}
              run={run.data}
              attributes={attributes.data}
            />
          </Contained>
        )}
      </div>
    </div>
  );
}

function Panel(props: TabProps & { readonly tab: RunTab; readonly setTab: (tab: RunTab) => void }) {
  switch (props.tab) {
    case "overview":
      return <Overview {...props} />;
    case "charts":
      return <RunCharts {...props} scope="training" />;
    case "media":
      return <Media {...props} />;
    case "console":
      return <Console {...props} />;
    case "files":
      return <Files {...props} />;
    case "system":
      return <RunCharts {...props} scope="system" />;
    case "source":
      return <Source {...props} />;
    case "attributes":
      return <Attributes {...props} />;
  }
}

function RunCharts({ project, run, scope }: TabProps & { readonly scope: "training" | "system" }) {
  const slot = preferredSlot(run.key);
  const runs = useMemo(
    () => [{ key: run.key, id: run.id, name: run.name, color: runColorVar(slot), slot }],
    [run.key, run.id, run.name, slot],
  );
  return (
    <Suspense fallback={<Waiting />}>
      <ChartsPane project={project} runs={runs} scope={scope} />
    </Suspense>
  );
}

function Header(props: {
  readonly project: ProjectRef;
  readonly run: Run | undefined;
  readonly runId: string;
}) {
  const { project, run } = props;
  return (
    <header className={styles.header}>
      <nav className={page.crumbs} aria-label="Where this run is">
        <Link to="/">{project.workspace}</Link>
        <span>/</span>
        <Link to="/p/$workspace/$project" params={{ workspace: project.workspace, project: project.name }}>
          {project.name}
        </Link>
        <span>/</span>
        <span className="mono">{run?.id ?? props.runId}</span>
      </nav>
      <div className={styles.identity}>
        <h1 className={styles.title} title={run?.name}>
          {run?.name ?? <Skeleton height={16} width={180} />}
        </h1>
        {run !== undefined && (
          <>
            <StateBadge state={run.state} />
            <CopyButton text={run.id} label="run id" />
            {run.tags.map((tag) => (
              <span key={tag} className={styles.tag}>
                {tag}
              </span>
            ))}
            <span className={styles.facts}>
              {run.owner} · <RelativeTime value={run.created_at} />
              {run.trashed && " · in the trash"}
            </span>
          </>
        )}
      </div>
    </header>
  );
}
