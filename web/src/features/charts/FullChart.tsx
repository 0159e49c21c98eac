import { TextInput } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { Search } from "lucide-react";
import { useMemo, useState } from "react";
import type { Line } from "@/charts/lines";
import type { Hit } from "@/charts/nearest";
import { Dialog } from "@/ui/Dialog";
import { Chart, type ChartProps } from "./Chart";
import styles from "./ChartCard.module.css";
import { LegendTable } from "./LegendTable";
import { settingsOf } from "./settings";

/** A chart on the whole screen, with a legend beside it. */
export function FullChart(props: ChartProps) {
  const close = () => {
    // Escape belongs first to the menu of a run and the list of lines.
    if (document.querySelector("[data-frozen-legend], [data-run-menu]") === null) props.model.setFull(null);
  };
  const narrow = useMediaQuery("(max-width: 760px)", false, { getInitialValueInEffect: false });
  return (
    <Dialog
      close={close}
      fullScreen
      withCloseButton={false}
      padding={0}
      title={null}
      aria-label={props.spec.label}
      transitionProps={{ duration: 0 }}
    >
      <div className={styles.full}>
        <Chart
          {...props}
          full
          {...(narrow
            ? {}
            : { aside: (lines, curves) => <SideLegend {...props} lines={lines} curves={curves} /> })}
        />
      </div>
    </Dialog>
  );
}

function SideLegend(
  props: ChartProps & { readonly lines: readonly Line[]; readonly curves: readonly Float64Array[] },
) {
  const { lines, curves, runs, model, spec } = props;
  const [search, setSearch] = useState("");
  const runIds = useMemo(() => new Map(runs.map((run) => [run.key, run.id])), [runs]);
  const settings = settingsOf(model.state.settings, model.state.overrides, spec);
  const hits = useMemo(() => lines.map((line, number) => lastOf(line, curves[number])), [lines, curves]);
  return (
    <aside className={styles.aside} aria-label="Legend">
      <TextInput
        size="xs"
        aria-label="Search the legend"
        placeholder="Search the legend"
        leftSection={<Search size={13} />}
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
      />
      <LegendTable
        hits={hits}
        search={search}
        project={props.project}
        runIds={runIds}
        smoothed={settings.amount > 0}
        several={spec.paths.length > 1}
      />
    </aside>
  );
}

/** The last bucket of a line. */
function lastOf(line: Line, curve: Float64Array | undefined): Hit {
  const index = line.x.length - 1;
  return {
    line,
    index,
    x: line.x[index] as number,
    raw: line.mean[index] as number,
    shown: curve?.[index] ?? Number.NaN,
    distance: 0,
  };
}
