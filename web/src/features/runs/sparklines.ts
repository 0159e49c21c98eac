/** Small pictures of series for the table's cells: what cells ask for in one moment travels in one request. */
import { createContext, useContext, useSyncExternalStore } from "react";
import { getSparklines } from "@/api/runs";
import type { ProjectRef, Sparkline } from "@/api/types";

const GATHER_MS = 60;
const MAX_KEPT = 5_000;
const MAX_SERIES = 1_000;
const BUCKETS = 32;

/** The pictures of one project's series. */
export class SparklineStore {
  private readonly found = new Map<string, Sparkline | null>();
  private readonly wanted = new Map<string, { readonly run: number; readonly path: string }>();
  private readonly listeners = new Set<() => void>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly project: ProjectRef;

  constructor(project: ProjectRef) {
    this.project = project;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** The picture; null = there is none, undefined = it has been asked for. */
  get(run: number, path: string): Sparkline | null | undefined {
    const key = `${run} ${path}`;
    const known = this.found.get(key);
    if (known === undefined && !this.wanted.has(key)) {
      this.wanted.set(key, { run, path });
      this.timer ??= setTimeout(() => void this.fetch(), GATHER_MS);
    }
    return known;
  }

  /** Runs have changed: their pictures are asked for again when they are looked at. An empty list stands for all. */
  forget(runs: readonly number[]): void {
    for (const key of this.found.keys())
      if (runs.length === 0 || runs.includes(Number(key.slice(0, key.indexOf(" "))))) this.found.delete(key);
    this.changed();
  }

  private async fetch(): Promise<void> {
    const asked = [...this.wanted.values()];
    const paths = [...new Set(asked.map((each) => each.path))];
    const runs = [...new Set(asked.map((each) => each.run))].slice(0, Math.floor(MAX_SERIES / paths.length));
    try {
      const request = { runs, paths, buckets: BUCKETS };
      const { series } = await getSparklines(this.project, request, new AbortController().signal);
      for (const path of paths) for (const run of runs) this.found.set(`${run} ${path}`, null);
      for (const line of series) this.found.set(`${line.run} ${line.path}`, line);
    } catch {
      // A picture that does not come leaves its cell with the number alone.
      for (const path of paths) for (const run of runs) this.found.set(`${run} ${path}`, null);
    }
    this.wanted.clear();
    this.timer = undefined;
    for (const key of this.found.keys()) {
      if (this.found.size <= MAX_KEPT) break;
      this.found.delete(key);
    }
    this.changed();
  }

  private changed(): void {
    for (const listener of this.listeners) listener();
  }
}

export const SparklineContext = createContext<SparklineStore | null>(null);

const never = () => () => {};

export function useSparkline(run: number, path: string): Sparkline | null | undefined {
  const store = useContext(SparklineContext);
  return useSyncExternalStore(store?.subscribe ?? never, () => store?.get(run, path));
}
