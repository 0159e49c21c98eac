import { useSyncExternalStore } from "react";
import { formatAbsolute, formatRelative } from "./format";

/** One clock for every relative time on the page. */
let now = new Date();
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = new Date();
    for (const each of listeners) each();
  }, 10_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

/** The time, at most ten seconds old. */
export function useNow(): Date {
  return useSyncExternalStore(subscribe, () => now);
}

/** "5 min ago"; the exact time on hover. `value` is ISO 8601. */
export function RelativeTime({ value }: { readonly value: string }) {
  const current = useNow();
  const time = new Date(value);
  if (Number.isNaN(time.getTime())) return <span>{value}</span>;
  return (
    <time dateTime={value} title={formatAbsolute(time)}>
      {formatRelative(time, current < time ? new Date() : current)}
    </time>
  );
}
