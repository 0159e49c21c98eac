/** One dashboard: what is saved, what is edited here, and what becomes of the edits. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo } from "react";
import { ApiError } from "@/api/client";
import { createDashboard, dashboardKeys, dashboardQuery, patchDashboard } from "@/api/dashboards";
import { useSavedEvents } from "@/api/events";
import type { Dashboard, DashboardPatch, Layout, ProjectRef } from "@/api/types";
import { showError, showToast } from "@/ui/toast";
import { useUndoStack } from "@/ui/UndoProvider";
import { type Draft, getDraft, setDraft, useDraft } from "./drafts";
import { emptyLayout } from "./layout";

export type Standing = "saved" | "edited" | "apart";

export type Board = {
  readonly saved: Dashboard | undefined;
  readonly error: Error | null;
  readonly retry: () => void;
  readonly layout: Layout | null;
  readonly standing: Standing;
  readonly edit: (change: (layout: Layout) => Layout) => void;
  readonly save: () => Promise<void>;
  readonly reset: () => void;
  /** Takes back the edit that was just made; a later one stays. */
  readonly undo: () => void;
};

export function useBoard(project: ProjectRef, id: string): Board {
  const queries = useQueryClient();
  const { data: saved, error, refetch } = useQuery(dashboardQuery(project, id));
  const draft = useDraft(id);
  const stack = useUndoStack();
  const source = `board ${id}`;
  useDashboardEvents(project);
  useEffect(() => () => stack.forget(source), [stack, source]);

  const show = useCallback(
    (next: Draft | null) => {
      const before = getDraft(id);
      if (before === next) return;
      setDraft(id, next);
      stack.push({ source, undo: () => setDraft(id, before), redo: () => setDraft(id, next) });
    },
    [id, stack, source],
  );
  return {
    saved,
    error,
    retry: () => void refetch(),
    layout: draft?.layout ?? saved?.layout ?? null,
    standing:
      draft === null || saved === undefined ? "saved" : draft.version === saved.version ? "edited" : "apart",
    edit: useCallback(
      (change) => {
        if (saved === undefined) return;
        const now = getDraft(id) ?? { version: saved.version, layout: saved.layout };
        const layout = change(now.layout);
        if (layout !== now.layout) show({ version: now.version, layout });
      },
      [saved, id, show],
    ),
    save: async () => {
      if (saved === undefined || draft === null) return;
      try {
        const next = await patchDashboard(project, id, { version: saved.version, layout: draft.layout });
        queries.setQueryData(dashboardKeys.one(project, id), next);
        setDraft(id, null);
        stack.forget(source);
        showToast({ message: `Saved “${next.name}”.` });
      } catch (refused) {
        if (refused instanceof ApiError && refused.body.code === "conflict")
          await queries.invalidateQueries({ queryKey: dashboardKeys.one(project, id) });
        showError(refused);
      }
    },
    reset: () => show(null),
    undo: () => {
      if (stack.last?.source === source) stack.undo();
    },
  };
}

/** Looks again when somebody else saved a dashboard. */
export function useDashboardEvents(project: ProjectRef): void {
  const queries = useQueryClient();
  useSavedEvents(project, (changed) => {
    if (changed.length === 0 || changed.includes("dashboards"))
      void queries.invalidateQueries({ queryKey: dashboardKeys.project(project) });
  });
}

export type BoardActions = {
  readonly create: (name: string, shared: boolean, layout?: Layout) => Promise<Dashboard>;
  readonly rename: (board: Named, name: string) => Promise<void>;
  readonly share: (board: Named, shared: boolean) => Promise<void>;
  /** Into the trash; a toast takes it back. Whether it went. */
  readonly remove: (board: Named) => Promise<boolean>;
  readonly restore: (board: Named) => Promise<boolean>;
};

type Named = Pick<Dashboard, "id" | "name" | "version">;

export function useBoardActions(project: ProjectRef): BoardActions {
  const queries = useQueryClient();
  return useMemo(() => {
    const changed = async (): Promise<void> =>
      queries.invalidateQueries({ queryKey: dashboardKeys.project(project) });
    const patch = async (board: Named, change: Omit<DashboardPatch, "version">): Promise<Dashboard> => {
      const next = await patchDashboard(project, board.id, { version: board.version, ...change });
      // A name is no change of the layout: edits go on from the new version.
      const draft = getDraft(board.id);
      if (draft?.version === board.version) setDraft(board.id, { ...draft, version: next.version });
      await changed();
      return next;
    };
    return {
      create: async (name, shared, layout = emptyLayout()) => {
        const made = await createDashboard(project, { name, shared, layout });
        await changed();
        return made;
      },
      rename: async (board, name) => void (await patch(board, { name })),
      share: async (board, shared) => {
        await patch(board, { shared }).catch(showError);
      },
      remove: async (board) => {
        try {
          const gone = await patch(board, { trashed: true });
          showToast({
            message: `“${board.name}” is deleted.`,
            action: { label: "Undo", run: () => void patch(gone, { trashed: false }).catch(showError) },
          });
          return true;
        } catch (refused) {
          showError(refused);
          return false;
        }
      },
      restore: (board) =>
        patch(board, { trashed: false }).then(
          () => true,
          (refused) => {
            showError(refused);
            return false;
          },
        ),
    };
  }, [project, queries]);
}
