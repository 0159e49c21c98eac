/** The view the page is in, and what can be done with it. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { ApiError } from "@/api/client";
import { useSavedEvents } from "@/api/events";
import type { ProjectRef, SavedInfo, View } from "@/api/types";
import { createView, patchView, setDefaultView, viewKeys, viewListQuery, viewQuery } from "@/api/views";
import { showError, showToast } from "@/ui/toast";
import type { Search } from "@/urlSearch";
import { useGo } from "./useGo";
import { ALL_RUNS, markerOf, markerText, type Standing, standing, stateOf, withState } from "./viewState";

export type ViewPage = {
  /** The saved view; null for all runs, or while it is not known yet. */
  readonly view: View | null;
  readonly standing: Standing;
};

export function useView(project: ProjectRef): ViewPage {
  const search = useSearch({ strict: false }) as Search;
  const marker = markerOf(search);
  const { data } = useQuery({ ...viewQuery(project, marker?.id ?? ""), enabled: marker !== null });
  const view = marker !== null && data !== undefined ? data : null;
  if (marker !== null && view !== null) return { view, standing: standing(search, marker, view.state) };
  return { view: null, standing: Object.keys(stateOf(search)).length > 0 ? "edited" : "saved" };
}

export function useViewActions(project: ProjectRef) {
  const search = useSearch({ strict: false }) as Search;
  const queries = useQueryClient();
  const go = useGo();
  const { data: list } = useQuery(viewListQuery(project));
  useSavedEvents(project, (saved) => {
    if (saved.length === 0 || saved.includes("views"))
      void queries.invalidateQueries({ queryKey: viewKeys.project(project) });
  });

  const took = (view: View): void => {
    queries.setQueryData(viewKeys.one(project, view.id), view);
    void queries.invalidateQueries({ queryKey: viewKeys.list(project) });
  };
  const show = (view: View): void => go(withState(search, view.state, markerText(view.id, view.state)));
  const showAll = (): void => go(withState(search, {}, list?.default ? ALL_RUNS : undefined));
  /** Does it, or says why not; a view that somebody else changed is looked at again, so that the page can ask. */
  const attempt = async (view: Pick<View, "id">, work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      if (error instanceof ApiError && error.body.code === "conflict")
        await queries.invalidateQueries({ queryKey: viewKeys.one(project, view.id) });
      showError(error);
    }
  };

  return {
    list,
    open: (id: string): void => go(withState(search, {}, id)),
    showAll,
    show,
    reset: (view: View | null): void => (view === null ? showAll() : show(view)),
    save: (view: View): Promise<void> =>
      attempt(view, async () => {
        const saved = await patchView(project, view.id, { version: view.version, state: stateOf(search) });
        took(saved);
        show(saved);
        showToast({ message: `Saved “${saved.name}”.` });
      }),
    /** Throws what the server refuses: the dialog says it. */
    saveAs: async (name: string, shared: boolean): Promise<void> => {
      const made = await createView(project, { name, shared, state: stateOf(search) });
      took(made);
      show(made);
    },
    rename: async (view: View, name: string): Promise<void> => {
      took(await patchView(project, view.id, { version: view.version, name }));
    },
    duplicate: (view: View): Promise<void> =>
      attempt(view, async () => {
        const name = `${view.name.slice(0, 190)} (copy)`;
        const made = await createView(project, { name, shared: false, state: view.state });
        took(made);
        show(made);
        showToast({ message: `“${made.name}” is yours alone until you share it.` });
      }),
    share: (view: View, shared: boolean): Promise<void> =>
      attempt(view, async () => took(await patchView(project, view.id, { version: view.version, shared }))),
    makeDefault: (view: View, on: boolean): Promise<void> =>
      attempt(view, async () => {
        await setDefaultView(project, on ? view.id : null);
        await queries.invalidateQueries({ queryKey: viewKeys.list(project) });
        showToast({
          message: on
            ? `Newcomers to the project see “${view.name}”.`
            : "Newcomers to the project see all runs.",
        });
      }),
    remove: (view: View): Promise<void> =>
      attempt(view, async () => {
        const gone = await patchView(project, view.id, { version: view.version, trashed: true });
        took(gone);
        const left = search;
        showAll();
        const restore = () =>
          attempt(gone, async () => {
            took(await patchView(project, gone.id, { version: gone.version, trashed: false }));
            go(left);
          });
        showToast({
          message: `“${view.name}” is deleted.`,
          action: { label: "Undo", run: () => void restore() },
        });
      }),
    restore: (gone: SavedInfo): Promise<void> =>
      attempt(gone, async () => {
        const back = await patchView(project, gone.id, { version: gone.version, trashed: false });
        took(back);
        show(back);
      }),
  };
}

export type ViewActions = ReturnType<typeof useViewActions>;
