import { type ReactNode, Suspense, useCallback, useMemo, useState } from "react";
import type { ProjectRef } from "@/api/types";
import { part } from "@/ui/part";
import { LegendColumns, legendColumns } from "./legendColumns";
import { type MenuPlace, type NamedRun, RunActionsContext, RunMarksContext } from "./runActions";
import type { SetProjectState } from "./stateChanges";
import type { ProjectState } from "./urlState";
import type { ProjectTable } from "./useProjectTable";

const RunMenu = part(async () => (await import("./RunMenu")).RunMenu);
const RunEditor = part(async () => (await import("./RunEditor")).RunEditor);

type Props = {
  readonly project: ProjectRef;
  readonly state: ProjectState;
  readonly setState: SetProjectState;
  readonly model: ProjectTable;
  readonly children: ReactNode;
};

/** Gives everything on a project's page the one menu of a run, and says which runs stand out and which columns stand in legends. */
export function RunActionsProvider({ project, state, setState, model, children }: Props) {
  const [asked, setAsked] = useState<{ readonly run: NamedRun; readonly place: MenuPlace } | null>(null);
  const [edited, setEdited] = useState<string | null>(null);
  const actions = useMemo(
    () => ({ openMenu: (run: NamedRun, place: MenuPlace) => setAsked({ run, place }) }),
    [],
  );
  const close = useCallback(() => setAsked(null), []);
  const pinnedText = state.pinned.join();
  const marks = useMemo(
    () => ({
      baseline: state.baseline,
      pinned: pinnedText === "" ? [] : pinnedText.split(",").map(Number),
    }),
    [state.baseline, pinnedText],
  );
  const legend = useMemo(
    () => ({ columns: legendColumns(model.columns), runs: model.drawn.map((run) => run.key) }),
    [model.columns, model.drawn],
  );
  return (
    <RunActionsContext value={actions}>
      <RunMarksContext value={marks}>
        <LegendColumns value={legend}>{children}</LegendColumns>
      </RunMarksContext>
      <Suspense fallback={null}>
        {asked !== null && (
          <RunMenu
            key={asked.run.key}
            {...{ project, state, setState }}
            run={asked.run}
            place={asked.place}
            drawn={model.slots.has(asked.run.key)}
            toggleEye={model.toggleEye}
            edit={setEdited}
            close={close}
          />
        )}
        {edited !== null && (
          <RunEditor project={project} id={edited} field="name" close={() => setEdited(null)} />
        )}
      </Suspense>
    </RunActionsContext>
  );
}
