/** What one chart has of its own: the same controls as for all, and the ends of its y axis. */
import { Button, NumberInput, Select } from "@mantine/core";
import type { ProjectRef } from "@/api/types";
import type { DrawnRun } from "@/features/runs/drawnRun";
import styles from "./ChartsPane.module.css";
import { MetricPicker } from "./MetricPicker";
import { SettingSwitches, SmoothingControl } from "./SettingsControls";
import { type ChartSettings, isOverridden, type XAxis } from "./settings";
import type { ChartName, ChartsModel } from "./useCharts";

type Props = {
  readonly chart: ChartName;
  readonly project: ProjectRef;
  readonly runs: readonly DrawnRun[];
  readonly settings: ChartSettings;
  readonly model: ChartsModel;
};

const AXIS_NAMES: Readonly<Record<XAxis, string>> = {
  step: "Step",
  relative: "Relative time",
  time: "Time",
  metric: "A metric",
};

export function ChartOptions({ chart, project, runs, settings, model }: Props) {
  const { overrides } = model.state;
  const own =
    isOverridden(overrides[chart.id]) || (chart.base !== undefined && isOverridden(overrides[chart.base]));
  return (
    <div className={styles.options}>
      <div className={styles.optionsHead}>
        <span>This chart alone</span>
        <Button
          size="compact-xs"
          variant="default"
          disabled={!own}
          onClick={() => model.resetOverride(chart)}
        >
          Like all charts
        </Button>
      </div>
      <SettingFields {...{ project, runs, settings }} set={(change) => model.override(chart, change)} />
    </div>
  );
}

/** All settings of one chart. */
export function SettingFields(props: {
  readonly project: ProjectRef;
  readonly runs: readonly DrawnRun[];
  readonly settings: ChartSettings;
  readonly set: (change: Partial<ChartSettings>) => void;
}) {
  const { project, runs, settings, set } = props;
  return (
    <>
      <Select
        size="xs"
        label="Horizontal axis"
        value={settings.axis}
        allowDeselect={false}
        comboboxProps={{ withinPortal: false }}
        onChange={(axis) => set({ axis: axis as XAxis })}
        data={Object.entries(AXIS_NAMES).map(([value, label]) => ({ value, label }))}
      />
      {settings.axis === "metric" && (
        <MetricPicker
          project={project}
          runs={runs}
          label="Metric on x"
          value={settings.xMetric}
          onPick={(xMetric) => set({ xMetric })}
        />
      )}
      <SmoothingControl settings={settings} set={set} />
      <YRange settings={settings} set={set} />
      <SettingSwitches settings={settings} set={set} />
    </>
  );
}

/** The ends of y; an empty field leaves an end to the values. */
export function YRange(props: {
  readonly settings: ChartSettings;
  readonly set: (change: Partial<ChartSettings>) => void;
}) {
  const field = (key: "yMin" | "yMax", label: string) => (
    <NumberInput
      key={`${key} ${props.settings[key]}`}
      size="xs"
      label={label}
      placeholder="automatic"
      hideControls
      defaultValue={props.settings[key] ?? ""}
      onBlur={(event) => {
        const text = event.currentTarget.value.trim();
        const value = text === "" ? null : Number(text);
        if (value === null || Number.isFinite(value)) props.set({ [key]: value });
      }}
      onKeyDown={(event) => event.key === "Enter" && event.currentTarget.blur()}
    />
  );
  return (
    <div className={styles.pair}>
      {field("yMin", "Least y")}
      {field("yMax", "Greatest y")}
    </div>
  );
}
