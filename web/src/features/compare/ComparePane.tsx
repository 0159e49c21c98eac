import { type ComponentType, Suspense } from "react";
import type { PaneProps } from "@/features/runs/tabs";
import { Contained } from "@/ui/Broken";
import { part } from "@/ui/part";
import { Tabs } from "@/ui/Tabs";
import { Waiting } from "@/ui/Waiting";
import { useUrlState } from "@/urlSearch";
import styles from "./ComparePane.module.css";
import { type CompareView, compareCodec, VIEWS } from "./urlState";

const SPECS: Readonly<
  Record<CompareView, { readonly label: string; readonly view: ComponentType<PaneProps> }>
> = {
  side: {
    label: "Side by side",
    view: part(async () => (await import("./side/SideBySide")).SideBySide),
  },
  parallel: {
    label: "Parallel",
    view: part(async () => (await import("./parallel/ParallelView")).ParallelView),
  },
  scatter: {
    label: "Scatter",
    view: part(async () => (await import("./scatter/ScatterView")).ScatterView),
  },
  importance: {
    label: "Importance",
    view: part(async () => (await import("./importance/ImportanceView")).ImportanceView),
  },
  media: {
    label: "Media",
    view: part(async () => (await import("./media/MediaView")).MediaView),
  },
};

/** Runs looked at together, in one of several views. */
export function ComparePane(props: PaneProps) {
  const [state, setState] = useUrlState(compareCodec);
  const View = SPECS[state.view].view;
  return (
    <div className={styles.pane}>
      <Tabs
        label="Ways to compare"
        tabs={VIEWS.map((id) => ({ id, label: SPECS[id].label }))}
        current={state.view}
        select={(view) => setState((before) => ({ ...before, view }), { push: true })}
        panel="compare-view"
        prefix="compare"
        inner
        className={styles.views}
      />
      <div
        className={styles.body}
        id="compare-view"
        role="tabpanel"
        aria-labelledby={`compare-${state.view}`}
      >
        <Contained what={state.view}>
          <Suspense fallback={<Waiting />}>
            <View {...props} />
          </Suspense>
        </Contained>
      </div>
    </div>
  );
}
