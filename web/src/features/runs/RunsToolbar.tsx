import { SegmentedControl, Skeleton } from "@mantine/core";
import { memo, useState } from "react";
import type { ProjectRef } from "@/api/types";
import { formatCount } from "@/ui/format";
import { ColumnPicker } from "./ColumnPicker";
import { ExportMenu } from "./ExportMenu";
import { GroupMenu } from "./GroupMenu";
import { QueryBox } from "./query/QueryBox";
import { QueryChips } from "./query/QueryChips";
import type { TableLayout } from "./RunRow";
import styles from "./RunsToolbar.module.css";
import { clearSelection } from "./rowSelection";
import { type SetProjectState, toggleGroupBy } from "./stateChanges";
import type { ProjectState } from "./urlState";
import type { ProjectTable } from "./useProjectTable";
import type { RunTable } from "./useRunTable";

/** What the bar needs to know of the table: less often new than its rows. */
export type ToolbarModel = Pick<ProjectTable, "columns" | "slots" | "queryError" | "empty"> & {
  readonly table: Pick<RunTable, "total" | "error" | "outdated">;
};

type Props = {
  readonly project: ProjectRef;
  readonly state: ProjectState;
  readonly setState: SetProjectState;
  readonly layout: TableLayout;
  readonly model: ToolbarModel;
  readonly search: React.RefObject<HTMLInputElement | null>;
  readonly grid: React.RefObject<HTMLDivElement | null>;
};

/** Which runs are in the list, and how many of them are drawn. */
export const RunsToolbar = memo(function RunsToolbar(props: Props) {
  const { project, state, setState, layout, model, search, grid } = props;
  const { table, queryError } = model;
  const [building, setBuilding] = useState(false);
  const setQuery = (query: string) => setState((before) => ({ ...before, query }), { push: true });
  return (
    <>
      <div className={styles.toolbar}>
        <QueryBox
          project={project}
          query={state.query}
          setQuery={setQuery}
          build={() => setBuilding(true)}
          error={queryError}
          busy={table.outdated && queryError === null}
          short={layout === "cards"}
          inputRef={search}
          leave={() => grid.current?.focus()}
        />
        <SegmentedControl
          size="xs"
          aria-label="Which runs"
          value={state.trashed ? "trash" : state.heads ? "experiments" : "runs"}
          onChange={(which) => {
            clearSelection(project);
            setState(
              (before) => ({ ...before, heads: which === "experiments", trashed: which === "trash" }),
              {
                push: true,
              },
            );
          }}
          data={[
            { value: "runs", label: "Runs" },
            { value: "experiments", label: "Experiments" },
            { value: "trash", label: "Trash" },
          ]}
        />
        <Drawn state={state} model={model} />
        <GroupMenu
          project={project}
          columns={model.columns}
          groupBy={state.groupBy}
          toggle={(column) => setState((before) => toggleGroupBy(before, column), { push: true })}
          kind={layout === "cards" ? "icon" : "button"}
        />
        {layout === "full" && <ExportMenu project={project} state={state} columns={model.columns} />}
        {layout === "full" && (
          <ColumnPicker
            project={project}
            columns={model.columns}
            automatic={state.columns === null}
            setColumns={(next) => setState((before) => ({ ...before, columns: next }), { push: true })}
          />
        )}
      </div>
      <QueryChips {...{ project, setQuery, building, setBuilding }} query={state.query} />
    </>
  );
});

function Drawn({ state, model }: { readonly state: ProjectState; readonly model: ToolbarModel }) {
  const { table } = model;
  const nothing = model.empty && state.query.trim() === "" && !state.heads;
  return (
    <span className={`${styles.count} num`} role="status">
      {nothing ? null : table.total === null ? (
        table.error === null && <Skeleton height={10} width={110} radius="sm" />
      ) : (
        <>
          <b>{formatCount(model.slots.size)}</b> of <b>{formatCount(table.total)}</b>{" "}
          {table.total === 1 ? "run" : "runs"} drawn
        </>
      )}
    </span>
  );
}
