/**
 * A saved view and the address. The address always holds the whole state, so a view is needed only to name it and to tell what has
 * changed. `view=<id>.<print>` says which view the state came from and what that view's state was then; a short link, `view=<id>`
 * alone, stands for the view's state with whatever else it says on top.
 */
import type { Search } from "@/urlSearch";

export type State = Readonly<Record<string, string>>;

/** Where one is, rather than what one sees there: switching a tab does not change a view. */
const NAVIGATION: ReadonlySet<string> = new Set(["tab", "view", "board", "cmp.view"]);

export const ALL_RUNS = "all";

export type Marker = { readonly id: string; readonly print: string | null };

export function markerOf(search: Search): Marker | null {
  const text = search.view;
  if (!text || text === ALL_RUNS) return null;
  const dot = text.indexOf(".");
  return dot < 0 ? { id: text, print: null } : { id: text.slice(0, dot), print: text.slice(dot + 1) };
}

export const markerText = (id: string, state: State): string => `${id}.${printOf(state)}`;

/** The part of the address that a view keeps. */
export function stateOf(search: Search): State {
  const keys = Object.keys(search).filter((key) => !NAVIGATION.has(key) && search[key] !== "");
  return Object.fromEntries(keys.sort().map((key) => [key, search[key] as string]));
}

export const sameState = (a: State, b: State): boolean => printed(a) === printed(b);

/** A short name for a state: FNV-1a, 32 bits. */
export function printOf(state: State): string {
  let hash = 0x811c9dc5;
  for (const char of printed(state)) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193);
  return (hash >>> 0).toString(36);
}

const printed = (state: State): string => JSON.stringify(Object.entries(stateOf(state)));

/** The address of another state; where one is stays. */
export function withState(search: Search, state: State, view: string | undefined): Search {
  const navigation = Object.entries(search).filter(([key]) => NAVIGATION.has(key) && key !== "view");
  return { ...Object.fromEntries(navigation), ...(view ? { view } : {}), ...state };
}

/** A view opened by a short link: what the link says besides stays on top. */
export const opened = (search: Search, id: string, state: State): Search =>
  withState(search, { ...state, ...stateOf(search) }, markerText(id, state));

export type Standing =
  /** As it was saved. */
  | "saved"
  /** Changed here. */
  | "edited"
  /** Saved anew by somebody else, and nothing was changed here. */
  | "behind"
  /** Changed here and saved anew by somebody else. */
  | "apart";

/** How the address stands to the view it came from. */
export function standing(search: Search, marker: Marker, saved: State): Standing {
  const now = stateOf(search);
  if (sameState(now, saved)) return "saved";
  const savedPrint = printOf(saved);
  if (marker.print === savedPrint || marker.print === null) return "edited";
  return marker.print === printOf(now) ? "behind" : "apart";
}
