import { SegmentedControl } from "@mantine/core";
import { formatCount } from "@/ui/format";
import type { Scope } from "../urlState";
import styles from "./ScopeBar.module.css";

/** Which runs a view is about. */
export function ScopeControl(props: { readonly scope: Scope; readonly setScope: (scope: Scope) => void }) {
  return (
    <SegmentedControl
      size="xs"
      aria-label="Which runs are looked at"
      value={props.scope}
      onChange={(scope) => props.setScope(scope as Scope)}
      data={[
        { value: "all", label: "All that match" },
        { value: "drawn", label: "Drawn" },
      ]}
    />
  );
}

/** "304 runs", or "10,000 of 1,234,567 runs": nothing is left out silently. */
export function RunCount(props: {
  readonly shown: number;
  readonly total: number;
  readonly passing?: number | undefined;
}) {
  const { shown, total, passing } = props;
  return (
    <span className={`${styles.count} num`} role="status">
      {passing !== undefined && (
        <>
          <b>{formatCount(passing)}</b> pass ·{" "}
        </>
      )}
      {shown < total ? (
        <>
          the first <b>{formatCount(shown)}</b> of <b>{formatCount(total)}</b> runs
        </>
      ) : (
        <>
          <b>{formatCount(shown)}</b> {shown === 1 ? "run" : "runs"}
        </>
      )}
    </span>
  );
}
