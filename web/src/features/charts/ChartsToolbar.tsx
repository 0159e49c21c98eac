/** What holds for all charts: which metrics, the axes, smoothing. */
import { SegmentedControl, TextInput } from "@mantine/core";
import { Search } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { ProjectRef } from "@/api/types";
import type { DrawnRun } from "@/features/runs/drawnRun";
import { AxesMenu } from "./AxesMenu";
import styles from "./ChartsPane.module.css";
import { MetricPicker } from "./MetricPicker";
import { isPattern } from "./pattern";
import { SmoothingControl } from "./SettingsControls";
import type { XAxis } from "./settings";
import type { ChartsModel } from "./useCharts";

type Props = {
  readonly project: ProjectRef;
  readonly runs: readonly DrawnRun[];
  readonly model: ChartsModel;
  readonly children?: ReactNode;
};

export function ChartsToolbar({ project, runs, model, children }: Props) {
  const { settings } = model.state;
  return (
    <div className={styles.toolbar}>
      <MetricSearch model={model} />
      <SegmentedControl
        size="xs"
        aria-label="Horizontal axis"
        value={settings.axis}
        onChange={(axis) => model.set({ axis: axis as XAxis })}
        data={[
          { value: "step", label: "Step" },
          { value: "relative", label: "Relative" },
          { value: "time", label: "Time" },
          { value: "metric", label: "Metric" },
        ]}
      />
      {settings.axis === "metric" && (
        <MetricPicker
          project={project}
          runs={runs}
          label="Metric on x"
          hideLabel
          value={settings.xMetric}
          onPick={(xMetric) => model.set({ xMetric })}
        />
      )}
      <SmoothingControl settings={settings} set={model.set} />
      <AxesMenu model={model} />
      {children}
    </div>
  );
}

function MetricSearch({ model }: { readonly model: ChartsModel }) {
  const [text, setText] = useState<string | null>(null);
  const { filter } = model.state;
  const wrong = !isPattern(text ?? filter);
  return (
    <TextInput
      className={styles.search}
      size="xs"
      aria-label="Find metrics by name or regular expression"
      placeholder="Find metrics: loss, train/.*, …"
      leftSection={<Search size={13} />}
      value={text ?? filter}
      error={wrong}
      onChange={(event) => {
        const value = event.currentTarget.value;
        setText(value);
        if (isPattern(value)) model.setFilter(value);
      }}
      onBlur={() => setText(null)}
    />
  );
}
