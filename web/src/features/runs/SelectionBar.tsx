import { Suspense } from "react";
import type { ProjectRef } from "@/api/types";
import { formatCount } from "@/ui/format";
import { part } from "@/ui/part";
import { clearSelection, selectedCount, setSelection, useSelection } from "./rowSelection";
import styles from "./SelectionBar.module.css";
import type { ProjectState } from "./urlState";

const BulkActions = part(async () => (await import("./BulkActions")).BulkActions);

/** How many runs are ticked, and what can be done with them (`BulkActions`). Absent while there are none. */
export function SelectionBar(props: {
  readonly project: ProjectRef;
  readonly state: ProjectState;
  /** Runs that match. */
  readonly total: number;
  readonly release: () => void;
}) {
  const { project, state, total } = props;
  const selection = useSelection(project);
  const count = selectedCount(selection);
  if (count === 0) return null;
  const all = () =>
    setSelection(project, {
      kind: "matching",
      query: state.query,
      heads: state.heads,
      total,
      except: new Set(),
    });
  return (
    <section className={styles.bar} aria-label="Selected runs">
      <span className="num">
        <b>{formatCount(count)}</b> selected
      </span>
      {count < total && (
        <button type="button" onClick={all}>
          Select all {formatCount(total)} that match
        </button>
      )}
      <button type="button" onClick={() => clearSelection(project)}>
        Clear
      </button>
      <Suspense fallback={null}>
        <BulkActions
          project={project}
          selection={selection}
          trashed={state.trashed}
          release={props.release}
        />
      </Suspense>
    </section>
  );
}
