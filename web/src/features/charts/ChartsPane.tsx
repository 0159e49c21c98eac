import { Button, Popover, SegmentedControl, Select, Slider, Switch, TextInput } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { ChartLine, ChevronRight, EyeOff, Search, SlidersHorizontal } from "lucide-react";
import { useMemo, useState } from "react";
import { useProjectEvents } from "@/api/events";
import { attributeNamesQuery, runKeys } from "@/api/runs";
import type { ProjectRef } from "@/api/types";
import type { DrawnRun } from "@/features/runs/drawnRun";
import { EmptyState, ErrorState } from "@/ui/Feedback";
import { formatCount } from "@/ui/format";
import { useUrlState } from "@/urlSearch";
import { ChartCard } from "./ChartCard";
import styles from "./ChartsPane.module.css";
import { type Section, sectionsOf, startsClosed } from "./sections";
import { type ChartSettings, chartCodec, type XAxis } from "./urlState";

type Props = {
  readonly project: ProjectRef;
  readonly runs: readonly DrawnRun[];
  /** Which metrics: all, the training's own, or the machine's. */
  readonly scope?: "all" | "training" | "system";
};

const MAX_NAMES = 10_000;
const FIRST_CHARTS = 60;

/** A chart for every metric of the drawn runs, in sections by namespace; only what is on the screen is asked for. */
export function ChartsPane({ project, runs, scope = "all" }: Props) {
  const [settings, setSettings] = useUrlState(chartCodec);
  const keys = useMemo(() => runs.map((run) => run.key).sort((a, b) => a - b), [runs]);
  const pattern = usable(settings.filter);
  const names = useQuery({
    ...attributeNamesQuery(project, {
      types: ["float_series"],
      runs: keys,
      limit: MAX_NAMES,
      ...(pattern ? { regex: pattern } : {}),
    }),
    enabled: keys.length > 0,
    placeholderData: (before) => before,
  });
  useLiveCharts(project, keys);

  const sections = useMemo(() => {
    const paths = (names.data?.attributes ?? []).map((attribute) => attribute.path);
    return sectionsOf(
      paths.filter((path) => scope === "all" || path.startsWith("system/") === (scope === "system")),
    );
  }, [names.data, scope]);

  if (runs.length === 0) {
    return (
      <EmptyState icon={<EyeOff size={28} strokeWidth={1.5} />} title="No run is drawn">
        <p>Open the eye of a run on the left to draw its metrics here.</p>
      </EmptyState>
    );
  }
  return (
    <div className={styles.pane}>
      <Toolbar settings={settings} setSettings={setSettings} />
      {names.error !== null && names.data === undefined ? (
        <ErrorState error={names.error} retry={() => void names.refetch()} />
      ) : names.data !== undefined && sections.length === 0 ? (
        <EmptyState icon={<ChartLine size={28} strokeWidth={1.5} />} title="No metrics here">
          {settings.filter ? (
            <p>No metric's name matches “{settings.filter}”.</p>
          ) : (
            <p>
              The drawn runs have logged no numbers yet: <code>run["loss"].append(value)</code>
            </p>
          )}
        </EmptyState>
      ) : (
        <div className={styles.sections}>
          {sections.map((section) => (
            <SectionOfCharts
              key={section.name}
              section={section}
              project={project}
              runs={runs}
              settings={settings}
              closed={scope === "all" && startsClosed(section) && settings.filter === ""}
            />
          ))}
          {(names.data?.total ?? 0) > MAX_NAMES && (
            <p className={styles.note}>
              The first {formatCount(MAX_NAMES)} of {formatCount(names.data?.total ?? 0)} metrics. Search by
              name to see others.
            </p>
          )}
        </div>
      )}
    </div>
  );
}

function SectionOfCharts(props: {
  readonly section: Section;
  readonly project: ProjectRef;
  readonly runs: readonly DrawnRun[];
  readonly settings: ChartSettings;
  readonly closed: boolean;
}) {
  const { section } = props;
  const [choice, setChoice] = useState<boolean | null>(null);
  const [shown, setShown] = useState(FIRST_CHARTS);
  const open = choice ?? !props.closed;
  const prefix = section.name === "" ? 0 : section.name.length + 1;
  return (
    <section className={styles.section} aria-label={section.name || "Metrics"}>
      <button type="button" className={styles.heading} aria-expanded={open} onClick={() => setChoice(!open)}>
        <ChevronRight size={14} className={styles.chevron} />
        <h2>{section.name || "Metrics"}</h2>
        <span className={styles.count}>{formatCount(section.paths.length)}</span>
      </button>
      {open && (
        <div className={styles.grid}>
          {section.paths.slice(0, shown).map((path) => (
            <ChartCard
              key={path}
              project={props.project}
              path={path}
              title={path.slice(prefix)}
              runs={props.runs}
              settings={props.settings}
            />
          ))}
        </div>
      )}
      {open && section.paths.length > shown && (
        <Button variant="default" onClick={() => setShown((before) => before + 4 * FIRST_CHARTS)}>
          Show more: {formatCount(shown)} of {formatCount(section.paths.length)} charts here
        </Button>
      )}
    </section>
  );
}

function Toolbar(props: {
  readonly settings: ChartSettings;
  readonly setSettings: (change: (settings: ChartSettings) => ChartSettings) => void;
}) {
  const { settings } = props;
  const set = (change: Partial<ChartSettings>) => props.setSettings((before) => ({ ...before, ...change }));
  const [amount, setAmount] = useState<number | null>(null);
  const [text, setText] = useState<string | null>(null);
  const wrong = usable(text ?? settings.filter) === null;
  return (
    <div className={styles.toolbar}>
      <TextInput
        className={styles.search}
        size="xs"
        aria-label="Find metrics by name or regular expression"
        placeholder="Find metrics: loss, train/.*, …"
        leftSection={<Search size={13} />}
        value={text ?? settings.filter}
        error={wrong}
        onChange={(event) => {
          const value = event.currentTarget.value;
          setText(value);
          if (usable(value) !== null) set({ filter: value });
        }}
        onBlur={() => setText(null)}
      />
      <SegmentedControl
        size="xs"
        aria-label="Horizontal axis"
        value={settings.axis}
        onChange={(axis) => set({ axis: axis as XAxis })}
        data={[
          { value: "step", label: "Step" },
          { value: "relative", label: "Relative" },
          { value: "time", label: "Time" },
        ]}
      />
      <div className={styles.smoothing}>
        <span id="smoothing-label">Smoothing</span>
        <Slider
          w={110}
          size="xs"
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
      <Popover position="bottom-end" withArrow shadow="md" trapFocus>
        <Popover.Target>
          <Button size="xs" variant="default" leftSection={<SlidersHorizontal size={13} />}>
            Axes
          </Button>
        </Popover.Target>
        <Popover.Dropdown className={styles.options}>
          <Switch
            size="xs"
            label="Logarithmic y"
            checked={settings.logY}
            onChange={() => set({ logY: !settings.logY })}
          />
          <Switch
            size="xs"
            label="Logarithmic x"
            checked={settings.logX}
            disabled={settings.axis === "time"}
            onChange={() => set({ logX: !settings.logX })}
          />
          <Switch
            size="xs"
            label="Outliers do not widen y"
            checked={settings.clip}
            onChange={() => set({ clip: !settings.clip })}
          />
          <Switch
            size="xs"
            label="Forks show what they inherit"
            checked={settings.inherited}
            onChange={() => set({ inherited: !settings.inherited })}
          />
          <Select
            size="xs"
            label="Smoothing"
            value={settings.smooth}
            allowDeselect={false}
            comboboxProps={{ withinPortal: false }}
            onChange={(value) => set({ smooth: value === "gaussian" ? "gaussian" : "ema" })}
            data={[
              { value: "ema", label: "Exponential average" },
              { value: "gaussian", label: "Gaussian" },
            ]}
          />
        </Popover.Dropdown>
      </Popover>
    </div>
  );
}

/** The regular expression to ask the server for; "" for none, null while it is not one yet. */
function usable(text: string): string | null {
  try {
    new RegExp(text);
    return text;
  } catch {
    return null;
  }
}

/** While runs train, their charts follow: what is on the screen is asked for again, and the zoom stays. */
function useLiveCharts(project: ProjectRef, keys: readonly number[]): void {
  const queries = useQueryClient();
  useProjectEvents(project, ({ runs }) => {
    if (runs.length > 0 && !runs.some((key) => keys.includes(key))) return;
    void queries.invalidateQueries({ queryKey: [...runKeys.project(project), "lines"] });
    void queries.invalidateQueries({ queryKey: [...runKeys.project(project), "names"] });
  });
}
