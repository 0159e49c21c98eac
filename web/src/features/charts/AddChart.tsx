/** Adds a chart: some metrics together, or a pattern that makes a chart for whatever its groups capture. */
import { ActionIcon, Button, Popover, SegmentedControl, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Plus, X } from "lucide-react";
import { useState } from "react";
import { familiesQuery, type MetricScope } from "@/api/metrics";
import type { ProjectRef } from "@/api/types";
import type { DrawnRun } from "@/features/runs/drawnRun";
import { formatCount } from "@/ui/format";
import type { AddedChart } from "./added";
import { familyTitle } from "./addedSpecs";
import styles from "./ChartsPane.module.css";
import { MetricPicker } from "./MetricPicker";
import { isPattern } from "./pattern";
import type { ChartsModel } from "./useCharts";

type Props = {
  readonly project: ProjectRef;
  readonly runs: readonly DrawnRun[];
  readonly scope: MetricScope;
  readonly model: ChartsModel;
};

const PREVIEWED = 6;

export function AddChart(props: Props) {
  const [opened, setOpened] = useState(false);
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" withArrow shadow="md" trapFocus>
      <Popover.Target>
        <Button
          size="xs"
          variant="default"
          leftSection={<Plus size={13} />}
          onClick={() => setOpened((before) => !before)}
        >
          Chart
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label="Add a chart">
        <AddForm
          {...props}
          add={(chart) => {
            props.model.add(chart);
            setOpened(false);
          }}
        />
      </Popover.Dropdown>
    </Popover>
  );
}

function AddForm(props: Props & { readonly add: (chart: AddedChart) => void }) {
  const [kind, setKind] = useState<AddedChart["kind"]>("metrics");
  return (
    <div className={styles.form}>
      <SegmentedControl
        size="xs"
        fullWidth
        aria-label="What the chart shows"
        value={kind}
        onChange={(value) => setKind(value as AddedChart["kind"])}
        data={[
          { value: "metrics", label: "Chosen metrics" },
          { value: "pattern", label: "A pattern of names" },
        ]}
      />
      {kind === "metrics" ? <ChosenMetrics {...props} /> : <Pattern {...props} />}
    </div>
  );
}

function ChosenMetrics({ project, runs, add }: Props & { readonly add: (chart: AddedChart) => void }) {
  const [paths, setPaths] = useState<readonly string[]>([]);
  return (
    <>
      <MetricPicker
        project={project}
        runs={runs}
        label="Metrics of the chart"
        value=""
        onPick={(path) => setPaths((before) => [...before.filter((each) => each !== path), path])}
      />
      {paths.length > 0 && (
        <ul className={styles.picked}>
          {paths.map((path) => (
            <li key={path}>
              <span title={path}>{path}</span>
              <ActionIcon
                size={22}
                aria-label={`Leave out ${path}`}
                onClick={() => setPaths((before) => before.filter((each) => each !== path))}
              >
                <X size={13} />
              </ActionIcon>
            </li>
          ))}
        </ul>
      )}
      <Button size="xs" disabled={paths.length === 0} onClick={() => add({ kind: "metrics", paths })}>
        Add the chart
      </Button>
    </>
  );
}

function Pattern({ project, scope, add }: Props & { readonly add: (chart: AddedChart) => void }) {
  const [text, setText] = useState("");
  const [regex] = useDebouncedValue(text.trim(), 200);
  const usable = isPattern(regex) && regex !== "";
  const families = useQuery({
    ...familiesQuery(project, { runs: scope.runs, regex }),
    enabled: usable,
    placeholderData: keepPreviousData,
    retry: false,
  });
  const found = usable ? families.data : undefined;
  const error = !isPattern(text) ? "Not a regular expression yet" : families.error?.message;
  return (
    <>
      <TextInput
        size="xs"
        data-autofocus
        label="Regular expression"
        description="One chart for everything its groups capture. Metrics that are logged later join."
        placeholder="(?:train|val)/(.+)"
        value={text}
        error={text === "" ? undefined : error}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <div className={styles.preview} aria-live="polite">
        {found !== undefined && (
          <>
            <p>
              {found.total === 0
                ? "No metric of the drawn runs matches."
                : found.total === 1
                  ? "1 chart:"
                  : `${formatCount(found.total)} charts:`}
            </p>
            <ul>
              {found.families.slice(0, PREVIEWED).map((family) => (
                <li key={family.captures.join("\n")}>
                  {familyTitle(regex, family.captures)} <span>{formatCount(family.total)} metrics</span>
                </li>
              ))}
            </ul>
            {found.total > PREVIEWED && <p>and {formatCount(found.total - PREVIEWED)} more</p>}
          </>
        )}
      </div>
      <Button
        size="xs"
        disabled={!usable || !!families.error}
        onClick={() => add({ kind: "pattern", regex })}
      >
        {(found?.total ?? 0) > 1 ? "Add the charts" : "Add the chart"}
      </Button>
    </>
  );
}
