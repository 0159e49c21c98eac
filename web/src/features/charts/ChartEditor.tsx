/** Adds a chart or changes one: which metrics, or a pattern that makes a chart for whatever its groups capture; its title and settings. */
import { ActionIcon, Button, Modal, SegmentedControl, TextInput } from "@mantine/core";
import { useDebouncedValue, useMediaQuery } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { ArrowUp, X } from "lucide-react";
import { useMemo, useState } from "react";
import { familiesQuery } from "@/api/metrics";
import type { MetricFamilies, ProjectRef } from "@/api/types";
import type { DrawnRun } from "@/features/runs/drawnRun";
import { formatCount } from "@/ui/format";
import { useReturnFocus } from "@/ui/returnFocus";
import { type AddedChart, addedId } from "./added";
import { familyTitle } from "./addedSpecs";
import styles from "./ChartEditor.module.css";
import { SettingFields } from "./ChartOptions";
import { MetricPicker } from "./MetricPicker";
import { isPattern } from "./pattern";
import { applied, type Override, overridden } from "./settings";
import type { ChartsModel } from "./useCharts";

type Props = {
  readonly project: ProjectRef;
  readonly runs: readonly DrawnRun[];
  readonly model: ChartsModel;
  /** What the form begins with. */
  readonly start: AddedChart | null;
  /** The chart that is changed; null adds one. */
  readonly edited: AddedChart | null;
  /** The settings that the form begins with, where they are not those of all charts. */
  readonly override: Override;
  readonly close: () => void;
};

const PREVIEWED = 6;

export function ChartEditor({ project, runs, model, start, edited, override, close }: Props) {
  const [kind, setKind] = useState<AddedChart["kind"]>(start?.kind ?? "metrics");
  const [paths, setPaths] = useState<readonly string[]>(start?.kind === "metrics" ? start.paths : []);
  const [text, setText] = useState(start?.kind === "pattern" ? start.regex : "");
  const [title, setTitle] = useState(start?.title ?? "");
  const [own, setOwn] = useState<Override>(override);
  const narrow = useMediaQuery("(max-width: 640px)", false, { getInitialValueInEffect: false });
  const { settings } = model.state;
  useReturnFocus();
  const families = useFamilies(project, runs, kind === "pattern" ? text : "");

  const named = title.trim() === "" ? {} : { title: title.trim() };
  const regex = text.trim();
  const chart: AddedChart = kind === "metrics" ? { kind, paths, ...named } : { kind, regex, ...named };
  const taken =
    model.state.added.some((each) => addedId(each) === addedId(chart)) &&
    (edited === null || addedId(edited) !== addedId(chart));
  const ready =
    !taken && (kind === "metrics" ? paths.length > 0 : regex !== "" && isPattern(regex) && !families.error);
  const many = kind === "pattern" && (families.found?.total ?? 0) > 1;
  const save = () => {
    model.put(chart, own, edited);
    close();
  };
  return (
    <Modal
      opened
      onClose={close}
      title={edited === null ? "Add a chart" : "Edit the chart"}
      size={760}
      fullScreen={narrow === true}
      radius="lg"
      closeButtonProps={{ "aria-label": "Close" }}
      transitionProps={{ duration: 0 }}
    >
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) save();
        }}
      >
        <div className={styles.columns}>
          <div className={styles.what}>
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
            {kind === "metrics" ? (
              <ChosenMetrics {...{ project, runs, paths, setPaths }} />
            ) : (
              <Pattern text={text} setText={setText} families={families} title={title.trim()} />
            )}
            <TextInput
              size="xs"
              label="Title"
              placeholder={
                kind === "metrics" ? paths.join(", ") || "the metrics' names" : "what the groups capture"
              }
              value={title}
              onChange={(event) => setTitle(event.currentTarget.value)}
            />
          </div>
          <fieldset className={styles.settings}>
            <legend>Settings</legend>
            <SettingFields
              {...{ project, runs }}
              settings={applied(settings, own)}
              set={(change) => setOwn((before) => overridden(settings, before, change) ?? {})}
            />
          </fieldset>
        </div>
        <div className={styles.foot}>
          <p aria-live="polite">{taken && "There is such a chart already: give this one a title."}</p>
          <Button size="xs" variant="default" onClick={close}>
            Cancel
          </Button>
          <Button size="xs" type="submit" disabled={!ready}>
            {edited !== null ? "Save" : many ? "Add the charts" : "Add the chart"}
          </Button>
        </div>
      </form>
    </Modal>
  );
}

type Families = {
  readonly regex: string;
  readonly found: MetricFamilies | undefined;
  readonly error: Error | null;
};

/** What a pattern makes of the drawn runs' metrics, as it is typed. */
function useFamilies(project: ProjectRef, runs: readonly DrawnRun[], text: string): Families {
  const [regex] = useDebouncedValue(text.trim(), 200);
  const keys = useMemo(() => runs.map((run) => run.key).sort((a, b) => a - b), [runs]);
  const usable = isPattern(regex) && regex !== "" && keys.length > 0;
  const { data, error } = useQuery({
    ...familiesQuery(project, { runs: keys, regex }),
    enabled: usable,
    placeholderData: keepPreviousData,
    retry: false,
  });
  return usable ? { regex, found: data, error } : { regex, found: undefined, error: null };
}

function ChosenMetrics(props: {
  readonly project: ProjectRef;
  readonly runs: readonly DrawnRun[];
  readonly paths: readonly string[];
  readonly setPaths: (change: (before: readonly string[]) => readonly string[]) => void;
}) {
  const { project, runs, paths, setPaths } = props;
  const up = (index: number) =>
    setPaths((before) =>
      before.map((path, i) => before[i === index - 1 ? index : i === index ? index - 1 : i] ?? path),
    );
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
          {paths.map((path, index) => (
            <li key={path}>
              <span title={path}>{path}</span>
              {index > 0 && (
                <ActionIcon size={22} aria-label={`Move ${path} up`} onClick={() => up(index)}>
                  <ArrowUp size={13} />
                </ActionIcon>
              )}
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
    </>
  );
}

function Pattern(props: {
  readonly text: string;
  readonly setText: (text: string) => void;
  readonly families: Families;
  readonly title: string;
}) {
  const { text, families, title } = props;
  const { regex, found } = families;
  const error = !isPattern(text) ? "Not a regular expression yet" : families.error?.message;
  const named = title === "" ? {} : { title };
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
        onChange={(event) => props.setText(event.currentTarget.value)}
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
                  {familyTitle({ kind: "pattern", regex, ...named }, family.captures)}{" "}
                  <span>
                    {formatCount(family.total)} {family.total === 1 ? "metric" : "metrics"}
                  </span>
                </li>
              ))}
            </ul>
            {found.total > PREVIEWED && <p>and {formatCount(found.total - PREVIEWED)} more</p>}
          </>
        )}
      </div>
    </>
  );
}
