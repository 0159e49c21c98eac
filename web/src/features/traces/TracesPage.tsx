import { Button, TextInput } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Search as SearchIcon, Waypoints } from "lucide-react";
import { useEffect, useState } from "react";
import { tracesQuery } from "@/api/traces";
import type { ProjectRef, Trace, TraceAssessment } from "@/api/types";
import { EmptyState, ErrorState } from "@/ui/Feedback";
import { formatCount, formatDuration } from "@/ui/format";
import { RelativeTime } from "@/ui/Time";
import { type SearchCodec, useUrlState } from "@/urlSearch";
import { TraceState } from "./TraceState";
import styles from "./TracesPage.module.css";

const codec: SearchCodec<string> = {
  decode: (search) => search.q ?? "",
  encode: (filter) => ({ q: filter || undefined }),
};

/** The traces of a project, newest first, with a search in MLflow's filter language. */
export function TracesPage({ project }: { readonly project: ProjectRef }) {
  const [filter, setFilter] = useUrlState(codec);
  const traces = useInfiniteQuery(tracesQuery(project, filter));
  useEffect(() => {
    document.title = `Traces of ${project.name} · Trireme`;
  }, [project.name]);
  const found = traces.data?.pages.flatMap((page) => page.traces) ?? [];
  return (
    <div className={styles.page}>
      <header className={styles.header}>
        <div className={styles.crumbs}>
          <Link
            to="/p/$workspace/$project"
            params={{ workspace: project.workspace, project: project.name }}
            className={styles.back}
          >
            {project.workspace} / {project.name}
          </Link>
          <h1 className={styles.title}>Traces</h1>
        </div>
        <SearchBox key={filter} filter={filter} setFilter={(text) => setFilter(() => text, { push: true })} />
      </header>
      {traces.error !== null ? (
        <ErrorState error={traces.error} retry={() => void traces.refetch()} />
      ) : found.length === 0 && !traces.isPending ? (
        <Nothing searching={filter !== ""} clear={() => setFilter(() => "", { push: true })} />
      ) : (
        <div className={styles.scroll}>
          <table className={styles.table} aria-busy={traces.isPending}>
            <thead>
              <tr>
                <th className={styles.state}>
                  <span className="visually-hidden">State</span>
                </th>
                <th>Trace</th>
                <th>Request</th>
                <th>Response</th>
                <th>Assessments</th>
                <th className={styles.number}>Tokens</th>
                <th className={styles.number}>Duration</th>
                <th className={styles.number}>Began</th>
              </tr>
            </thead>
            <tbody>
              {found.map((trace) => (
                <Row key={trace.id} project={project} trace={trace} />
              ))}
            </tbody>
          </table>
          {traces.hasNextPage && (
            <div className={styles.more}>
              <Button
                variant="default"
                loading={traces.isFetchingNextPage}
                onClick={() => void traces.fetchNextPage()}
              >
                Show more
              </Button>
            </div>
          )}
        </div>
      )}
    </div>
  );
}

function SearchBox(props: { readonly filter: string; readonly setFilter: (text: string) => void }) {
  const [text, setText] = useState(props.filter);
  return (
    <form
      className={styles.search}
      onSubmit={(event) => {
        event.preventDefault();
        props.setFilter(text.trim());
      }}
    >
      <TextInput
        aria-label="Search traces"
        placeholder="status = 'ERROR' AND trace.text LIKE '%refund%'"
        leftSection={<SearchIcon size={14} />}
        value={text}
        spellCheck={false}
        onChange={(event) => setText(event.currentTarget.value)}
      />
    </form>
  );
}

function Nothing(props: { readonly searching: boolean; readonly clear: () => void }) {
  return props.searching ? (
    <EmptyState icon={<SearchIcon size={28} />} title="No trace matches">
      <p>Conditions are joined by AND; a condition on what a trace lacks is false.</p>
      <Button variant="default" onClick={props.clear}>
        Show all traces
      </Button>
    </EmptyState>
  ) : (
    <EmptyState icon={<Waypoints size={28} />} title="No traces yet">
      <p>MLflow’s tracing and any OpenTelemetry exporter write here as they are.</p>
    </EmptyState>
  );
}

function Row({ project, trace }: { readonly project: ProjectRef; readonly trace: Trace }) {
  return (
    <tr className={styles.row}>
      <td className={styles.state}>
        <TraceState state={trace.state} iconOnly />
      </td>
      <td className={styles.name}>
        <Link
          to="/p/$workspace/$project/traces/$traceId"
          params={{ workspace: project.workspace, project: project.name, traceId: trace.id }}
          className={styles.link}
        >
          {trace.name}
        </Link>
        {Object.entries(trace.tags).map(([key, value]) => (
          <span key={key} className={styles.tag} title={`${key}: ${value}`}>
            {key} {value}
          </span>
        ))}
      </td>
      <td className={styles.text} title={trace.request ?? undefined}>
        {trace.request}
      </td>
      <td className={styles.text} title={trace.response ?? undefined}>
        {trace.response}
      </td>
      <td className={styles.assessments}>
        {trace.assessments
          .filter((each) => each.valid)
          .map((each) => (
            <AssessmentTag key={each.id} assessment={each} />
          ))}
      </td>
      <td className={styles.number}>{trace.tokens === null ? "" : formatCount(trace.tokens)}</td>
      <td className={styles.number}>
        {trace.duration_ms === null ? "" : formatDuration(trace.duration_ms / 1000)}
      </td>
      <td className={styles.number}>
        <RelativeTime value={trace.started_at} />
      </td>
    </tr>
  );
}

/** What somebody thinks of a trace: its name and its value. */
export function AssessmentTag({ assessment }: { readonly assessment: TraceAssessment }) {
  const value = assessment.error ?? assessment.value;
  return (
    <span
      className={styles.assessment}
      data-kind={assessment.error === null ? assessment.kind : "error"}
      title={`${assessment.kind} by ${assessment.source_id}${assessment.rationale ? `: ${assessment.rationale}` : ""}`}
    >
      {assessment.name} <b>{value}</b>
    </span>
  );
}
