/** Server-sent events: one stream a tab, for whatever its page listens to (browsers allow six connections a host). */
import { useEffect, useRef, useSyncExternalStore } from "react";
import { probe, reportReachable } from "./connection";
import type { ProjectRef } from "./types";

/** Keys of the runs that changed or were made since the last event; empty when that is not known. */
export type RunsEvent = { readonly runs: readonly number[] };
export type SavedKind = "views" | "dashboards";

export type LiveState = "idle" | "connecting" | "live" | "lost";

type Subscription = {
  /** `workspace/name`; null for all projects. */
  readonly project: string | null;
  readonly onRuns?: (event: RunsEvent) => void;
  /** Empty when it is not known what changed. */
  readonly onSaved?: (saved: readonly SavedKind[]) => void;
};

const LINGER_MS = 500;
/** A stream that was refused, by a proxy perhaps, is asked for again after this. */
const REOPEN_MS = 3000;

const subscriptions = new Set<Subscription>();
let stream: { readonly url: string; readonly source: EventSource } | null = null;
let planned: ReturnType<typeof setTimeout> | undefined;
let openedBefore = false;

let live: LiveState = "idle";
const liveListeners = new Set<() => void>();

function setLive(next: LiveState): void {
  if (live === next) return;
  live = next;
  for (const listener of liveListeners) listener();
}

/** The address that covers all subscriptions; null without any. */
export function streamAddress(projects: Iterable<string | null>): string | null {
  const names = [...new Set(projects)];
  if (names.length === 0) return null;
  if (names.includes(null)) return "/api/v1/events";
  const query = new URLSearchParams((names as string[]).sort().map((name) => ["project", name]));
  return `/api/v1/events?${query}`;
}

/** Follows the subscriptions: at once when somebody listens, a moment later when nobody does, for a page may be about to. */
function plan(): void {
  clearTimeout(planned);
  planned = setTimeout(follow, subscriptions.size === 0 ? LINGER_MS : 0);
}

function follow(): void {
  const url = streamAddress([...subscriptions].map((each) => each.project));
  if (url === (stream?.url ?? null)) return;
  stream?.source.close();
  stream = url === null ? null : { url, source: open(url) };
  if (url === null) setLive("idle");
}

function open(url: string): EventSource {
  const source = new EventSource(url);
  setLive("connecting");
  source.onopen = () => {
    setLive("live");
    // What happened while no line was open is unknown: everybody looks again.
    if (openedBefore) tell(null, (each) => [each.onRuns?.({ runs: [] }), each.onSaved?.([])]);
    openedBefore = true;
  };
  source.onerror = () => {
    setLive("lost");
    void look();
    // A line that broke the browser mends itself; one that was answered with an error it gives up.
    if (source.readyState === EventSource.CLOSED) setTimeout(() => reopen(source), REOPEN_MS);
  };
  source.addEventListener("runs", (message: MessageEvent<string>) => {
    const event = JSON.parse(message.data) as RunsEvent & { readonly project: string };
    tell(event.project, (each) => each.onRuns?.(event));
  });
  source.addEventListener("saved", (message: MessageEvent<string>) => {
    const event = JSON.parse(message.data) as { readonly saved: SavedKind[]; readonly project: string };
    tell(event.project, (each) => each.onSaved?.(event.saved));
  });
  return source;
}

async function look(): Promise<void> {
  if (!(await probe())) reportReachable(false);
}

function reopen(closed: EventSource): void {
  if (stream?.source === closed) stream = { url: stream.url, source: open(stream.url) };
}

function tell(project: string | null, deliver: (subscription: Subscription) => void): void {
  for (const each of subscriptions)
    if (project === null || each.project === null || each.project === project) deliver(each);
}

function subscribe(subscription: Subscription): () => void {
  if (typeof EventSource === "undefined") return () => {};
  subscriptions.add(subscription);
  plan();
  return () => {
    subscriptions.delete(subscription);
    plan();
  };
}

function useEvents(project: string | null, handlers: Omit<Subscription, "project">): void {
  const latest = useRef(handlers);
  latest.current = handlers;
  useEffect(
    () =>
      subscribe({
        project,
        onRuns: (event) => latest.current.onRuns?.(event),
        onSaved: (saved) => latest.current.onSaved?.(saved),
      }),
    [project],
  );
}

/** Hears of a project's runs. */
export const useProjectEvents = (project: ProjectRef, onRuns: (event: RunsEvent) => void): void =>
  useEvents(`${project.workspace}/${project.name}`, { onRuns });

/** Hears of a project's views and dashboards; an empty list when it is not known what changed. */
export const useSavedEvents = (project: ProjectRef, onSaved: (saved: readonly SavedKind[]) => void): void =>
  useEvents(`${project.workspace}/${project.name}`, { onSaved });

/** Hears of runs in any project. */
export const useAllEvents = (onRuns: (event: RunsEvent) => void): void => useEvents(null, { onRuns });

/** Whether live updates reach this page. */
export function useLiveState(): LiveState {
  return useSyncExternalStore(
    (listener) => {
      liveListeners.add(listener);
      return () => liveListeners.delete(listener);
    },
    () => live,
  );
}
