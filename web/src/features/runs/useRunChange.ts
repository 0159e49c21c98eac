import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { patchRun, runKeys } from "@/api/runs";
import type { ProjectRef, Run, RunPatch } from "@/api/types";
import { showError, showToast } from "@/ui/toast";

/** Keeps what of a patch differs from the run, with a way back. True once it is kept, also when nothing differs. */
export function useRunChange(project: ProjectRef): (run: Run, patch: RunPatch) => Promise<boolean> {
  const queries = useQueryClient();
  return useCallback(
    async (run, wanted) => {
      const name = wanted.name?.trim() || run.name;
      const patch: RunPatch = {
        ...(name !== run.name ? { name } : {}),
        ...(wanted.tags != null && wanted.tags.join("\n") !== run.tags.join("\n")
          ? { tags: wanted.tags }
          : {}),
        ...(wanted.description != null && wanted.description !== run.description
          ? { description: wanted.description }
          : {}),
      };
      if (Object.keys(patch).length === 0) return true;
      const change = async (next: RunPatch): Promise<void> => {
        await patchRun(project, run.id, next);
        await queries.invalidateQueries({ queryKey: runKeys.project(project) });
      };
      try {
        await change(patch);
      } catch (error) {
        showError(error);
        return false;
      }
      const before: RunPatch = { name: run.name, tags: run.tags, description: run.description };
      showToast({
        message: `“${name}” is saved.`,
        action: { label: "Undo", run: () => void change(before).catch(showError) },
      });
      return true;
    },
    [project, queries],
  );
}
