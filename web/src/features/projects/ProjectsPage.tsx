import { Button, Skeleton, TextInput } from "@mantine/core";
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Search, Ship } from "lucide-react";
import { useEffect, useMemo, useRef } from "react";
import { useAllEvents } from "@/api/events";
import { projectKeys, projectListQuery } from "@/api/projects";
import type { Project } from "@/api/types";
import { EmptyState, ErrorState } from "@/ui/Feedback";
import { FirstRunCode } from "@/ui/FirstRunCode";
import { formatCount } from "@/ui/format";
import { useShortcuts } from "@/ui/keys";
import { RelativeTime } from "@/ui/Time";
import { type SearchCodec, useUrlState } from "@/urlSearch";
import styles from "./ProjectsPage.module.css";

const searchCodec: SearchCodec<string> = {
  decode: (search) => search.q ?? "",
  encode: (text) => ({ q: text || undefined }),
};

export function ProjectsPage() {
  const query = useInfiniteQuery(projectListQuery());
  const queries = useQueryClient();
  useAllEvents(
    () => void queries.invalidateQueries({ queryKey: projectKeys.list() }, { cancelRefetch: false }),
  );
  const [search, setSearch] = useUrlState(searchCodec);
  const input = useRef<HTMLInputElement>(null);
  const projects = useMemo(() => query.data?.pages.flatMap((page) => page.projects) ?? [], [query.data]);
  const shown = useMemo(() => projects.filter((project) => matches(project, search)), [projects, search]);
  useEffect(() => {
    document.title = "Projects · Trireme";
  }, []);
  useShortcuts([
    { keys: ["/"], label: "Search projects", group: "Projects", run: () => input.current?.focus() },
  ]);

  const empty = query.isSuccess && projects.length === 0;
  return (
    <div className={styles.page}>
      <div className={styles.inner}>
        <header className={styles.header}>
          <h1 className={styles.title}>Projects</h1>
          {projects.length > 0 && (
            <TextInput
              ref={input}
              className={styles.search ?? ""}
              aria-label="Search projects"
              placeholder="Search projects"
              leftSection={<Search size={14} />}
              value={search}
              onChange={(event) => setSearch(() => event.currentTarget.value)}
              onKeyDown={(event) => {
                if (event.key !== "Escape") return;
                setSearch(() => "");
                event.currentTarget.blur();
              }}
            />
          )}
        </header>
        {query.isPending && <LoadingList />}
        {query.isError && projects.length === 0 && (
          <ErrorState error={query.error} retry={() => void query.refetch()} />
        )}
        {empty && <FirstRun />}
        {projects.length > 0 && shown.length === 0 && (
          <EmptyState title="No project matches" compact>
            <p>
              None of {formatCount(projects.length)} projects has “{search}” in its name or description.
            </p>
          </EmptyState>
        )}
        {shown.length > 0 && (
          <ul className={styles.list}>
            {shown.map((project) => (
              <ProjectRow key={`${project.workspace}/${project.name}`} project={project} />
            ))}
          </ul>
        )}
        {query.hasNextPage && (
          <Button
            variant="default"
            loading={query.isFetchingNextPage}
            onClick={() => void query.fetchNextPage()}
          >
            More projects
          </Button>
        )}
      </div>
    </div>
  );
}

const matches = (project: Project, search: string): boolean =>
  search
    .toLowerCase()
    .split(/\s+/)
    .every((word) =>
      `${project.workspace}/${project.name} ${project.key} ${project.description}`
        .toLowerCase()
        .includes(word),
    );

function ProjectRow({ project }: { readonly project: Project }) {
  return (
    <li className={styles.item}>
      <Link
        to="/p/$workspace/$project"
        params={{ workspace: project.workspace, project: project.name }}
        className={styles.row}
      >
        <span className={styles.names}>
          <span className={styles.name}>
            <span className={styles.workspace}>{project.workspace}/</span>
            {project.name}
          </span>
          {project.description && <span className={styles.description}>{project.description}</span>}
        </span>
        <span className={`${styles.key} mono`}>{project.key}</span>
        <span className={`${styles.runs} num`}>
          {formatCount(project.run_count)}{" "}
          <span className="quiet">{project.run_count === 1 ? "run" : "runs"}</span>
        </span>
        <span className={styles.activity}>
          {project.last_activity_at ? <RelativeTime value={project.last_activity_at} /> : "no activity yet"}
        </span>
      </Link>
    </li>
  );
}

function LoadingList() {
  return (
    <ul className={styles.list} aria-busy="true" aria-label="Loading projects">
      {Array.from({ length: 5 }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: placeholders have no identity
        <li key={i} className={styles.item}>
          <div className={styles.row}>
            <Skeleton height={12} width={`${40 - i * 5}%`} radius="sm" />
          </div>
        </li>
      ))}
    </ul>
  );
}

function FirstRun() {
  return (
    <EmptyState icon={<Ship size={32} strokeWidth={1.5} />} title="Log your first run">
      <p>Put these lines into a training script and run it. The project appears here by itself.</p>
      <FirstRunCode project="default/first-project" />
      <p className="quiet">
        Or see it with real data first: <code className="mono">trireme demo</code>
      </p>
    </EmptyState>
  );
}
