/** What the palette offers: what the page can do, runs of the project, views, other projects. */
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { dashboardListQuery } from "@/api/dashboards";
import { projectListQuery } from "@/api/projects";
import { runKeys, searchRuns } from "@/api/runs";
import type { ProjectRef, TableRequest } from "@/api/types";
import { viewListQuery } from "@/api/views";
import { quote } from "@/features/runs/query/nql";
import { useListedShortcuts } from "@/ui/keys";
import { fitting } from "./match";

export type PaletteItem = {
  readonly id: string;
  readonly label: string;
  readonly detail?: string;
  readonly keys?: readonly string[];
  readonly run: () => void;
};

export type PaletteGroup = { readonly name: string; readonly items: readonly PaletteItem[] };

const SHOWN = 8;

export function usePaletteItems(
  typed: string,
  project: ProjectRef | null,
): { readonly groups: readonly PaletteGroup[]; readonly busy: boolean } {
  const navigate = useNavigate();
  const shortcuts = useListedShortcuts();
  const projects = useInfiniteQuery(projectListQuery());
  const views = useQuery({ ...viewListQuery(project ?? NOWHERE), enabled: project !== null });
  const boards = useQuery({ ...dashboardListQuery(project ?? NOWHERE), enabled: project !== null });
  const [asked] = useDebouncedValue(typed.trim(), 150);
  const request: TableRequest = {
    query: asked.split(/\s+/).filter(Boolean).map(quote).join(" "),
    columns: [],
    limit: SHOWN,
  };
  const runs = useQuery({
    queryKey: [...runKeys.table(project ?? NOWHERE, request), "palette"],
    queryFn: ({ signal }) => searchRuns(project ?? NOWHERE, request, signal),
    enabled: project !== null && asked !== "",
    placeholderData: keepPreviousData,
  });

  return useMemo(() => {
    const deeds = shortcuts.flatMap((each, index): PaletteItem[] =>
      each.run === undefined || each.hidden
        ? []
        : [
            {
              id: `deed ${index}`,
              label: each.label,
              detail: each.group,
              keys: each.keys,
              run: () => each.run?.(new KeyboardEvent("keydown")),
            },
          ],
    );
    const found =
      project === null || typed.trim() === ""
        ? []
        : (runs.data?.rows ?? []).map(
            (row): PaletteItem => ({
              id: `run ${row.key}`,
              label: row.name,
              detail: row.id,
              run: () =>
                void navigate({
                  to: "/p/$workspace/$project/runs/$runId",
                  params: { workspace: project.workspace, project: project.name, runId: row.id },
                }),
            }),
          );
    const saved = (views.data?.views ?? []).map(
      (view): PaletteItem => ({
        id: `view ${view.id}`,
        label: view.name,
        detail: view.shared ? "shared view" : "your view",
        run: () =>
          void navigate({
            to: "/p/$workspace/$project",
            params: { workspace: project?.workspace ?? "", project: project?.name ?? "" },
            search: { view: view.id } as never,
          }),
      }),
    );
    const dashboards = (boards.data?.dashboards ?? []).map(
      (board): PaletteItem => ({
        id: `board ${board.id}`,
        label: board.name,
        run: () =>
          void navigate({
            to: "/p/$workspace/$project",
            params: { workspace: project?.workspace ?? "", project: project?.name ?? "" },
            search: { tab: "dashboards", board: board.id } as never,
          }),
      }),
    );
    const others = (projects.data?.pages.flatMap((page) => page.projects) ?? []).map(
      (each): PaletteItem => ({
        id: `project ${each.workspace}/${each.name}`,
        label: `${each.workspace}/${each.name}`,
        run: () =>
          void navigate({
            to: "/p/$workspace/$project",
            params: { workspace: each.workspace, project: each.name },
          }),
      }),
    );
    const label = (item: PaletteItem) => item.label;
    const groups: readonly PaletteGroup[] = [
      { name: "Runs", items: found },
      { name: "This page", items: fitting(deeds, label, typed, typed === "" ? 20 : SHOWN) },
      { name: "Views", items: fitting(saved, label, typed, SHOWN) },
      { name: "Dashboards", items: fitting(dashboards, label, typed, SHOWN) },
      { name: "Projects", items: fitting(others, label, typed, SHOWN) },
    ];
    return { groups: groups.filter((group) => group.items.length > 0), busy: runs.isFetching };
  }, [
    shortcuts,
    project,
    typed,
    runs.data,
    runs.isFetching,
    views.data,
    boards.data,
    projects.data,
    navigate,
  ]);
}

const NOWHERE: ProjectRef = { workspace: "", name: "" };
