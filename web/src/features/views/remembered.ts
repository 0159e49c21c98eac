/** Where one was in a project: in this tab with every unsaved change, in this browser by the view last visited. */
import type { ProjectRef } from "@/api/types";
import { parseSearch, type Search, stringifySearch } from "@/urlSearch";

const nameOf = (what: "state" | "view", project: ProjectRef): string =>
  `trireme-${what}:${project.workspace}/${project.name}`;

export function remember(project: ProjectRef, search: Search): void {
  // An address that says nothing is remembered too: whoever cleared everything wants to find it so.
  keep(sessionStorage, nameOf("state", project), stringifySearch(search) || "?");
  keep(localStorage, nameOf("view", project), search.view?.split(".")[0] ?? "");
}

/** The address left in this tab; null in a new one. */
export function rememberedSearch(project: ProjectRef): Search | null {
  const text = read(sessionStorage, nameOf("state", project));
  return text === null ? null : parseSearch(text);
}

/** Id of the view last visited, `all`, "" for none; null for a newcomer. */
export const rememberedView = (project: ProjectRef): string | null =>
  read(localStorage, nameOf("view", project));

function keep(storage: Storage, key: string, value: string): void {
  try {
    storage.setItem(key, value);
  } catch {
    // Storage is off or full: the next visit begins afresh.
  }
}

function read(storage: Storage, key: string): string | null {
  try {
    return storage.getItem(key);
  } catch {
    return null;
  }
}
