import { Select, Slider, Switch } from "@mantine/core";
import { useState } from "react";
import type { GroupBand } from "@/charts/groupMeans";
import type { SmoothKind } from "@/charts/smooth";
import styles from "./ChartsPane.module.css";
import { type ChartSettings, GROUP_BANDS, SMOOTHINGS } from "./settings";

type Controls = {
  readonly settings: ChartSettings;
  readonly set: (change: Partial<ChartSettings>) => void;
};

export function SmoothingControl({ settings, set }: Controls) {
  const [amount, setAmount] = useState<number | null>(null);
  return (
    <div className={styles.smoothing}>
      <span>Smoothing</span>
      <Slider
        w={110}
        size="sm"
        min={0}
        max={1}
        step={0.01}
        label={(value) => value.toFixed(2)}
        thumbLabel="Smoothing"
        value={amount ?? settings.amount}
        onChange={setAmount}
        onChangeEnd={(value) => {
          setAmount(null);
          set({ amount: value });
        }}
      />
    </div>
  );
}

const KINDS: Readonly<Record<SmoothKind, string>> = {
  ema: "Exponential average",
  gaussian: "Gaussian",
  average: "Moving average",
};

export const BANDS: Readonly<Record<GroupBand, string>> = {
  range: "Least to greatest",
  std: "Standard deviation",
  sem: "Standard error",
  ci95: "95 % confidence",
  none: "Nothing",
};

/** Switches that a chart may override. */
export function SettingSwitches({ settings, set }: Controls) {
  const flag = (label: string, key: "logY" | "logX" | "clip" | "band" | "raw" | "inherited", off = false) => (
    <Switch
      size="xs"
      label={label}
      checked={settings[key]}
      disabled={off}
      onChange={() => set({ [key]: !settings[key] })}
    />
  );
  return (
    <>
      {flag("Logarithmic y", "logY")}
      {flag("Logarithmic x", "logX", settings.axis === "time")}
      {flag("Outliers do not widen y", "clip")}
      {flag("Least and greatest as a band", "band")}
      {flag("Unsmoothed line, faint", "raw", settings.amount === 0)}
      {flag("Forks show what they inherit", "inherited")}
      <Select
        size="xs"
        label="Around the mean of a group"
        value={settings.groupBand}
        allowDeselect={false}
        comboboxProps={{ withinPortal: false }}
        onChange={(value) => set({ groupBand: GROUP_BANDS.find((band) => band === value) ?? "range" })}
        data={GROUP_BANDS.map((value) => ({ value, label: BANDS[value] }))}
      />
      <Select
        size="xs"
        label="Kind of smoothing"
        value={settings.smooth}
        allowDeselect={false}
        comboboxProps={{ withinPortal: false }}
        onChange={(value) => set({ smooth: SMOOTHINGS.find((kind) => kind === value) ?? "ema" })}
        data={SMOOTHINGS.map((value) => ({ value, label: KINDS[value] }))}
      />
    </>
  );
}
