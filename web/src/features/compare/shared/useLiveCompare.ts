import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { compareKeys } from "@/api/compare";
import { useProjectEvents } from "@/api/events";
import type { ProjectRef } from "@/api/types";

const PAUSE_MS = 4000;
/** Questions about all runs of a project cost more, and one run more changes their answer little. */
const LONG_PAUSE_MS = 15_000;

/** While runs train, what the tab shows follows, at most every few seconds. `keys` null: any run concerns it. */
export function useLiveCompare(project: ProjectRef, keys: readonly number[] | null): void {
  const queries = useQueryClient();
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  useProjectEvents(project, ({ runs }) => {
    if (timer.current !== null) return;
    if (keys !== null && runs.length > 0 && !runs.some((key) => keys.includes(key))) return;
    timer.current = setTimeout(
      () => {
        timer.current = null;
        void queries.invalidateQueries({ queryKey: compareKeys.all(project) });
      },
      keys === null ? LONG_PAUSE_MS : PAUSE_MS,
    );
  });
  useEffect(() => () => clearTimeout(timer.current ?? undefined), []);
}
