import { type ComponentType, lazy, Suspense } from "react";
import type { PaneProps } from "@/features/runs/tabs";
import { useUrlState } from "@/urlSearch";
import styles from "./ComparePane.module.css";
import { type CompareView, compareCodec, VIEWS } from "./urlState";

const SPECS: Readonly<
  Record<CompareView, { readonly label: string; readonly view: ComponentType<PaneProps> }>
> = {
  side: {
    label: "Side by side",
    view: lazy(async () => ({ default: (await import("./side/SideBySide")).SideBySide })),
  },
  parallel: {
    label: "Parallel",
    view: lazy(async () => ({ default: (await import("./parallel/ParallelView")).ParallelView })),
  },
  scatter: {
    label: "Scatter",
    view: lazy(async () => ({ default: (await import("./scatter/ScatterView")).ScatterView })),
  },
  importance: {
    label: "Importance",
    view: lazy(async () => ({ default: (await import("./importance/ImportanceView")).ImportanceView })),
  },
  media: {
    label: "Media",
    view: lazy(async () => ({ default: (await import("./media/MediaView")).MediaView })),
  },
};

/** Runs looked at together, in one of several views. */
export function ComparePane(props: PaneProps) {
  const [state, setState] = useUrlState(compareCodec);
  const View = SPECS[state.view].view;
  return (
    <div className={styles.pane}>
      <div className={styles.views} role="tablist" aria-label="Ways to compare">
        {VIEWS.map((view) => (
          <button
            key={view}
            type="button"
            role="tab"
            id={`compare-${view}`}
            aria-selected={state.view === view}
            aria-controls="compare-view"
            className={styles.view}
            onClick={() => setState((before) => ({ ...before, view }), { push: true })}
          >
            {SPECS[view].label}
          </button>
        ))}
      </div>
      <div
        className={styles.body}
        id="compare-view"
        role="tabpanel"
        aria-labelledby={`compare-${state.view}`}
      >
        <Suspense fallback={<div className={styles.loading} aria-busy="true" />}>
          <View {...props} />
        </Suspense>
      </div>
    </div>
  );
}
