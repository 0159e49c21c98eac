import { Button } from "@mantine/core";
import { SearchX, Ship } from "lucide-react";
import type { ReactNode } from "react";
import type { ProjectRef } from "@/api/types";
import { EmptyState } from "@/ui/Feedback";
import { FirstRunCode } from "@/ui/FirstRunCode";
import type { SetProjectState } from "./stateChanges";
import type { ProjectState } from "./urlState";

type Props = {
  readonly project: ProjectRef;
  readonly state: ProjectState;
  readonly setState: SetProjectState;
  /** The query could not be read. */
  readonly unreadable: boolean;
  readonly compact: boolean;
};

/** What stands in the table's place when it has no rows: why, and the way out. */
export function EmptyRuns({ project, state, setState, unreadable, compact }: Props) {
  const clear = (
    <Button
      variant="default"
      onClick={() => setState((before) => ({ ...before, query: "" }), { push: true })}
    >
      Clear the query
    </Button>
  );
  if (unreadable)
    return (
      <Nothing title="The query cannot be read" compact={compact}>
        {clear}
      </Nothing>
    );
  if (state.only)
    return (
      <Nothing title="No run is drawn" compact={compact}>
        <p>Only runs with an open eye are listed.</p>
        <Button variant="default" onClick={() => setState((before) => ({ ...before, only: false }))}>
          List all runs
        </Button>
      </Nothing>
    );
  if (state.query.trim() !== "")
    return (
      <Nothing title="No run matches" compact={compact}>
        <p>No run of this project meets the query.</p>
        {clear}
      </Nothing>
    );
  if (state.trashed)
    return (
      <Nothing title="The trash is empty" compact={compact}>
        <p>Runs that are moved to the trash stay here until they are deleted for good.</p>
        <Button variant="default" onClick={() => setState((before) => ({ ...before, trashed: false }))}>
          Show the runs
        </Button>
      </Nothing>
    );
  if (state.heads)
    return (
      <Nothing title="No experiments yet" compact={compact}>
        <p>
          An experiment is a name that points at the newest run started with it:{" "}
          <code>init_run(experiment="name")</code>
        </p>
        <Button variant="default" onClick={() => setState((before) => ({ ...before, heads: false }))}>
          Show all runs
        </Button>
      </Nothing>
    );
  return (
    <EmptyState icon={<Ship size={32} strokeWidth={1.5} />} title="No runs yet" compact={compact}>
      <p>Put these lines into a training script and run it. The run appears here by itself.</p>
      <FirstRunCode project={`${project.workspace}/${project.name}`} />
    </EmptyState>
  );
}

function Nothing(props: { readonly title: string; readonly compact: boolean; readonly children: ReactNode }) {
  return (
    <EmptyState icon={<SearchX size={28} strokeWidth={1.5} />} title={props.title} compact={props.compact}>
      {props.children}
    </EmptyState>
  );
}
