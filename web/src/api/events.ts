/** Server-sent events: one stream a project, shared by whoever listens (browsers allow six connections a host). */
import { useEffect, useRef, useSyncExternalStore } from "react";
import { address } from "./client";
import type { ProjectRef } from "./types";

/** Keys of the runs that changed or were made since the last event; empty when that is not known. */
export type RunsEvent = { readonly runs: readonly number[] };
type Listener = (event: RunsEvent) => void;
export type LiveState = "idle" | "connecting" | "live" | "lost";

type Stream = { readonly source: EventSource; readonly listeners: Set<Listener> };
const streams = new Map<string, Stream>();

let live: LiveState = "idle";
const liveListeners = new Set<() => void>();

function setLive(next: LiveState): void {
  if (live === next) return;
  live = next;
  for (const listener of liveListeners) listener();
}

function open(url: string): Stream {
  const source = new EventSource(url);
  const listeners = new Set<Listener>();
  let lostBefore = false;
  setLive("connecting");
  source.onopen = () => {
    setLive("live");
    // What happened while the line was down is unknown: everybody looks again.
    if (lostBefore) for (const listener of listeners) listener({ runs: [] });
    lostBefore = false;
  };
  source.onerror = () => {
    lostBefore = true;
    setLive("lost");
  };
  source.addEventListener("runs", (message: MessageEvent<string>) => {
    const event = JSON.parse(message.data) as RunsEvent;
    for (const listener of listeners) listener(event);
  });
  return { source, listeners };
}

/** Listens to a project's events; returns the function that stops. */
export function subscribe(project: ProjectRef, listener: Listener): () => void {
  if (typeof EventSource === "undefined") return () => {};
  const url = address(project, ["events"]);
  const stream = streams.get(url) ?? open(url);
  streams.set(url, stream);
  stream.listeners.add(listener);
  return () => {
    stream.listeners.delete(listener);
    // Another page of the same project may be about to listen.
    setTimeout(() => {
      if (stream.listeners.size > 0 || streams.get(url) !== stream) return;
      stream.source.close();
      streams.delete(url);
      if (streams.size === 0) setLive("idle");
    }, 500);
  };
}

export function useProjectEvents(project: ProjectRef, listener: Listener): void {
  const latest = useRef(listener);
  latest.current = listener;
  const { workspace, name } = project;
  useEffect(() => subscribe({ workspace, name }, (event) => latest.current(event)), [workspace, name]);
}

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
