import { Button, Popover, SegmentedControl, Switch } from "@mantine/core";
import { SlidersHorizontal } from "lucide-react";
import { YRange } from "./ChartOptions";
import styles from "./ChartsPane.module.css";
import { SettingSwitches } from "./SettingsControls";
import { type ChartSize, SIZES } from "./urlState";
import type { ChartsModel } from "./useCharts";

/** The settings of all charts that are changed more rarely. */
export function AxesMenu({ model }: { readonly model: ChartsModel }) {
  const { state } = model;
  return (
    <Popover position="bottom-end" withArrow shadow="md" trapFocus>
      <Popover.Target>
        <Button size="xs" variant="default" leftSection={<SlidersHorizontal size={13} />}>
          Axes
        </Button>
      </Popover.Target>
      <Popover.Dropdown className={styles.options}>
        <SettingSwitches settings={state.settings} set={model.set} />
        <YRange settings={state.settings} set={model.set} />
        <Switch
          size="xs"
          label="Charts zoom together"
          checked={state.sync}
          onChange={() => model.setSync(!state.sync)}
        />
        <Switch
          size="xs"
          label="Hide charts without data"
          checked={state.hideEmpty}
          onChange={() => model.setHideEmpty(!state.hideEmpty)}
        />
        <div>
          <div className={styles.label} id="chart-size">
            Size of charts
          </div>
          <SegmentedControl
            size="xs"
            fullWidth
            aria-labelledby="chart-size"
            value={state.size}
            onChange={(size) => model.setSize(size as ChartSize)}
            data={SIZES.map((value) => ({ value, label: value }))}
          />
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
