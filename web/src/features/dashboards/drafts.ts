/** Unsaved edits of dashboards. They belong to this browser: nobody else sees them, and a reload does not lose them. */
import { useSyncExternalStore } from "react";
import type { Layout } from "@/api/types";

export type Draft = {
  /** Of the dashboard that was edited. */
  readonly version: number;
  readonly layout: Layout;
};

const drafts = new Map<string, Draft | null>();
const listeners = new Set<() => void>();
const keyOf = (board: string): string => `trireme-board:${board}`;

export function getDraft(board: string): Draft | null {
  let draft = drafts.get(board);
  if (draft === undefined) {
    draft = read(board);
    drafts.set(board, draft);
  }
  return draft;
}

export function setDraft(board: string, draft: Draft | null): void {
  drafts.set(board, draft);
  try {
    if (draft === null) localStorage.removeItem(keyOf(board));
    else localStorage.setItem(keyOf(board), JSON.stringify(draft));
  } catch {
    // Storage is off or full: the edits last as long as the page.
  }
  for (const listener of listeners) listener();
}

function read(board: string): Draft | null {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(keyOf(board)) ?? "null");
    if (typeof found !== "object" || found === null) return null;
    const { version, layout } = found as Partial<Draft>;
    return typeof version === "number" && Array.isArray(layout?.sections) ? { version, layout } : null;
  } catch {
    return null;
  }
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const useDraft = (board: string): Draft | null =>
  useSyncExternalStore(subscribe, () => getDraft(board));
