/** What a project's page lets one do with a run wherever the run is shown: in the table, in legends of charts. Null elsewhere. */
import { createContext, useContext } from "react";

/** A run as its menu needs it. */
export type NamedRun = { readonly key: number; readonly id: string; readonly name: string };

/** Where a menu opens, in pixels of the window. */
export type MenuPlace = { readonly left: number; readonly top: number };

export type RunActions = {
  readonly openMenu: (run: NamedRun, place: MenuPlace) => void;
};

export const RunActionsContext = createContext<RunActions | null>(null);

export const useRunActions = (): RunActions | null => useContext(RunActionsContext);

/** How runs stand out: the one that others are compared with, and those that were pinned on top. */
export type RunMarks = { readonly baseline: number | null; readonly pinned: readonly number[] };

export const NO_MARKS: RunMarks = { baseline: null, pinned: [] };

export const RunMarksContext = createContext<RunMarks>(NO_MARKS);

export const useRunMarks = (): RunMarks => useContext(RunMarksContext);

/** Where the menu of an element opens when a key asks for it: at its lower left. */
export function placeBelow(element: Element): MenuPlace {
  const box = element.getBoundingClientRect();
  return { left: box.left, top: box.bottom };
}

/** Where a right click asks for a menu; one made by the keyboard has no place of its own. */
export const placeOf = (event: {
  readonly clientX: number;
  readonly clientY: number;
  readonly currentTarget: Element;
}): MenuPlace =>
  event.clientX > 0 || event.clientY > 0
    ? { left: event.clientX, top: event.clientY }
    : placeBelow(event.currentTarget);
