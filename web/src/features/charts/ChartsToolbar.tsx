/** What holds for all charts: which metrics, the axes, smoothing. */
import { SegmentedControl, TextInput } from "@mantine/core";
import { Search } from "lucide-react";
import { useState } from "react";
import styles from "./ChartsPane.module.css";
import { AxesMenu, SmoothingControl } from "./SettingsControls";
import type { XAxis } from "./settings";
import type { ChartsModel } from "./useCharts";

export function ChartsToolbar({
  model,
  children,
}: {
  readonly model: ChartsModel;
  readonly children?: React.ReactNode;
}) {
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
        ]}
      />
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

/** Whether a text is a regular expression already, or still being typed. */
export function isPattern(text: string): boolean {
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
}
