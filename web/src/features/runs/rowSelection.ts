/** Which runs are ticked, for what is done to many at once. Kept for as long as the application is open; the eyes are another matter. */
import { useSyncExternalStore } from "react";
import type { ProjectRef } from "@/api/types";

/** Ticked one by one, or all that a query matches but some. */
export type RowSelection =
  | { readonly kind: "keys"; readonly keys: ReadonlySet<number> }
  | {
      readonly kind: "matching";
      readonly query: string;
      readonly heads: boolean;
      readonly total: number;
      readonly except: ReadonlySet<number>;
    };

const NOTHING: RowSelection = { kind: "keys", keys: new Set() };
const selections = new Map<string, RowSelection>();
const listeners = new Set<() => void>();

const nameOf = (project: ProjectRef): string => `${project.workspace}/${project.name}`;

export const getSelection = (project: ProjectRef): RowSelection => selections.get(nameOf(project)) ?? NOTHING;

export function setSelection(project: ProjectRef, selection: RowSelection): void {
  selections.set(nameOf(project), selection);
  for (const listener of listeners) listener();
}

export const clearSelection = (project: ProjectRef): void => setSelection(project, NOTHING);

const toggled = (keys: ReadonlySet<number>, key: number): ReadonlySet<number> => {
  const next = new Set(keys);
  if (!next.delete(key)) next.add(key);
  return next;
};

export function toggleSelected(project: ProjectRef, key: number): void {
  const before = getSelection(project);
  setSelection(
    project,
    before.kind === "keys"
      ? { kind: "keys", keys: toggled(before.keys, key) }
      : { ...before, except: toggled(before.except, key) },
  );
}

/** Ticks some rows besides. */
export function selectRows(project: ProjectRef, keys: readonly number[]): void {
  const before = getSelection(project);
  setSelection(project, {
    kind: "keys",
    keys: new Set([...(before.kind === "keys" ? before.keys : []), ...keys]),
  });
}

export const isSelected = (selection: RowSelection, key: number): boolean =>
  selection.kind === "keys" ? selection.keys.has(key) : !selection.except.has(key);

export const selectedCount = (selection: RowSelection): number =>
  selection.kind === "keys" ? selection.keys.size : Math.max(0, selection.total - selection.except.size);

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const useSelection = (project: ProjectRef): RowSelection =>
  useSyncExternalStore(subscribe, () => getSelection(project));

export const useIsSelected = (project: ProjectRef, key: number): boolean =>
  useSyncExternalStore(subscribe, () => isSelected(getSelection(project), key));
