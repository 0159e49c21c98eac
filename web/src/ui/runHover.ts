/** Which run the pointer is on, anywhere on the page: charts, legends and the table light up together. */
import { useSyncExternalStore } from "react";

let hovered: number | null = null;
const listeners = new Set<() => void>();

export function setHoveredRun(key: number | null): void {
  if (hovered === key) return;
  hovered = key;
  for (const listener of listeners) listener();
}

export function subscribeHoveredRun(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const getHoveredRun = (): number | null => hovered;

export function useIsHoveredRun(key: number): boolean {
  return useSyncExternalStore(subscribeHoveredRun, () => hovered === key);
}
