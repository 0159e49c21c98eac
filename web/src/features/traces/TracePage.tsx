import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, useMemo, useState } from "react";
import { traceQuery } from "@/api/traces";
import type { ProjectRef, TraceDetail, TraceSpan } from "@/api/types";
import { EmptyState, ErrorState } from "@/ui/Feedback";
import { formatCount, formatDuration, formatNumber } from "@/ui/format";
import { RelativeTime } from "@/ui/Time";
import { type SearchCodec, useUrlState } from "@/urlSearch";
import { SpanDetails } from "./SpanDetails";
import { extentOf, rowsOf } from "./spanTree";
import styles from "./TracePage.module.css";
import { TraceState } from "./TraceState";
import { AssessmentTag } from "./TracesPage";
import { Waterfall } from "./Waterfall";

const codec: SearchCodec<string> = {
  decode: (search) => search.span ?? "",
  encode: (span) => ({ span: span || undefined }),
};

/** One trace: what it was asked and answered, its spans as a waterfall, and beside it the chosen span. */
export function TracePage(props: { readonly project: ProjectRef; readonly traceId: string }) {
  const { project, traceId } = props;
  const trace = useQuery(traceQuery(project, traceId));
  useEffect(() => {
    document.title = `${trace.data?.trace.name ?? "Trace"} · Trireme`;
  }, [trace.data?.trace.name]);
  if (trace.error !== null) return <ErrorState error={trace.error} retry={() => void trace.refetch()} />;
  return (
    <div className={styles.page} aria-busy={trace.isPending}>
      <Header project={project} traceId={traceId} detail={trace.data} />
      {trace.data !== undefined && <Spans detail={trace.data} />}
    </div>
  );
}

function Header(props: {
  readonly project: ProjectRef;
  readonly traceId: string;
  readonly detail: TraceDetail | undefined;
}) {
  const { project, detail } = props;
  const trace = detail?.trace;
  return (
    <header className={styles.header}>
      <div className={styles.crumbs}>
        <Link
          to="/p/$workspace/$project/traces"
          params={{ workspace: project.workspace, project: project.name }}
        >
          {project.workspace} / {project.name} / Traces
        </Link>
      </div>
      <div className={styles.identity}>
        <h1 className={styles.title} title={trace?.name}>
          {trace?.name ?? props.traceId}
        </h1>
        {trace && (
          <>
            <TraceState state={trace.state} />
            <span className={styles.facts}>
              {trace.duration_ms !== null && <span>{formatDuration(trace.duration_ms / 1000)}</span>}
              {trace.tokens !== null && <span>{formatCount(trace.tokens)} tokens</span>}
              {trace.cost !== null && <span>${formatNumber(trace.cost)}</span>}
              {trace.session && <span title="Session">{trace.session}</span>}
              {trace.user && <span title="User">{trace.user}</span>}
              <RelativeTime value={trace.started_at} />
            </span>
            {trace.assessments.map((each) => (
              <span key={each.id} className={each.valid ? undefined : styles.overridden}>
                <AssessmentTag assessment={each} />
              </span>
            ))}
          </>
        )}
      </div>
      <code className={styles.id}>{props.traceId}</code>
    </header>
  );
}

function Spans({ detail }: { readonly detail: TraceDetail }) {
  const { spans } = detail;
  const [chosenId, choose] = useUrlState(codec);
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const rows = useMemo(() => rowsOf(spans, closed), [spans, closed]);
  const chosen: TraceSpan | undefined = spans.find((span) => span.id === chosenId) ?? rows[0]?.span;
  if (chosen === undefined)
    return (
      <EmptyState title="No spans have come">
        <p>They may still be on their way, or its client keeps them in a file of its own.</p>
      </EmptyState>
    );
  const toggle = (id: string) =>
    setClosed((before) => {
      const after = new Set(before);
      if (!after.delete(id)) after.add(id);
      return after;
    });
  return (
    <div className={styles.body}>
      <Waterfall
        rows={rows}
        extentMs={extentOf(spans)}
        chosenId={chosen.id}
        choose={(id) => choose(() => id)}
        closed={closed}
        toggle={toggle}
      />
      <SpanDetails span={chosen} />
    </div>
  );
}
