/** Whether the server answers. Requests report here; the shell shows it and looks for the server's return. */
import { useSyncExternalStore } from "react";

let reachable = true;
const listeners = new Set<() => void>();

export function reportReachable(now: boolean): void {
  if (reachable === now) return;
  reachable = now;
  for (const listener of listeners) listener();
}

export function useReachable(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => reachable,
  );
}

/** True as soon as the server is ready again. */
export async function probe(): Promise<boolean> {
  try {
    const response = await fetch("/health", { cache: "no-store" });
    if (response.ok) reportReachable(true);
    return response.ok;
  } catch {
    return false;
  }
}
