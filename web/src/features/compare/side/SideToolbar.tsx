import {
  ActionIcon,
  Button,
  Menu,
  MultiSelect,
  Popover,
  Select,
  Switch,
  TextInput,
  Tooltip,
} from "@mantine/core";
import {
  ArrowDown,
  ArrowUp,
  Check,
  ClipboardCopy,
  Download,
  Pin,
  Search,
  SlidersHorizontal,
} from "lucide-react";
import { useState } from "react";
import { compareRuns } from "@/api/compare";
import type { AggregateName, ComparedRow, ProjectRef } from "@/api/types";
import { AGGREGATES } from "@/features/runs/columns";
import type { DrawnRun } from "@/features/runs/drawnRun";
import { copyText } from "@/ui/CopyButton";
import { formatCount } from "@/ui/format";
import { save } from "../shared/save";
import { toCsv, toMarkdown } from "./copy";
import styles from "./SideBySide.module.css";
import type { SideState } from "./urlState";
import type { Comparison, Question } from "./useComparison";

type Props = {
  readonly project: ProjectRef;
  readonly state: SideState;
  readonly setState: (change: (state: SideState) => SideState, options?: { push?: boolean }) => void;
  readonly found: Comparison;
  readonly question: Question;
  /** In the table's order, the reference first; `places` are those of their values in a row. */
  readonly runs: readonly DrawnRun[];
  readonly places: readonly number[];
  readonly reference: DrawnRun;
  readonly jump: (step: 1 | -1) => void;
  readonly wrong: boolean;
};

export function SideToolbar(props: Props) {
  const { state, setState, found, runs } = props;
  const set = (change: Partial<SideState>) => setState((before) => ({ ...before, ...change }));
  const rows = found.sections.reduce((sum, section) => sum + section.total, 0);
  return (
    <div className={styles.toolbar}>
      <TextInput
        className={styles.search}
        size="xs"
        aria-label="Find attributes by name or regular expression"
        placeholder="Find attributes: lr, ^val/, torch"
        leftSection={<Search size={13} />}
        value={state.find}
        error={props.wrong}
        onChange={(event) => set({ find: event.currentTarget.value })}
      />
      <Switch
        size="xs"
        label="Differences only"
        checked={state.differing}
        onChange={() => set({ differing: !state.differing })}
      />
      <div className={styles.jump}>
        <Tooltip label="Previous difference (p)">
          <ActionIcon
            size={24}
            aria-label="Previous difference"
            disabled={found.differing.length === 0}
            onClick={() => props.jump(-1)}
          >
            <ArrowUp size={14} />
          </ActionIcon>
        </Tooltip>
        <Tooltip label="Next difference (n)">
          <ActionIcon
            size={24}
            aria-label="Next difference"
            disabled={found.differing.length === 0}
            onClick={() => props.jump(1)}
          >
            <ArrowDown size={14} />
          </ActionIcon>
        </Tooltip>
        <span className={`${styles.count} num`} role="status">
          {found.loaded && (
            <>
              <b>{formatCount(found.differing.length)}</b> of <b>{formatCount(rows)}</b>{" "}
              <span className={styles.long}>{rows === 1 ? "row" : "rows"} </span>
              {rows === 1 ? "differs" : "differ"}
            </>
          )}
        </span>
      </div>
      <Popover position="bottom-end" withArrow trapFocus>
        <Popover.Target>
          <Button size="xs" variant="default" leftSection={<SlidersHorizontal size={13} />}>
            Show
          </Button>
        </Popover.Target>
        <Popover.Dropdown className={styles.options} aria-label="What is shown">
          <Select
            size="xs"
            label="Reference"
            leftSection={<Pin size={12} />}
            searchable
            allowDeselect={false}
            comboboxProps={{ withinPortal: false }}
            value={String(props.reference.key)}
            data={runs.map((run) => ({ value: String(run.key), label: `${run.name} · ${run.id}` }))}
            onChange={(value) => value !== null && set({ reference: Number(value) })}
          />
          <MultiSelect
            size="xs"
            label="Of each metric"
            comboboxProps={{ withinPortal: false }}
            value={[...state.aggregates]}
            data={AGGREGATES.map((value) => ({ value, label: value.replace("_", " ") }))}
            onChange={(values) =>
              set({
                aggregates: AGGREGATES.filter((each) => values.includes(each)).concat(lastIfNone(values)),
              })
            }
          />
          <Switch
            size="xs"
            label="Distance from the reference"
            checked={state.deltas}
            onChange={() => set({ deltas: !state.deltas })}
          />
        </Popover.Dropdown>
      </Popover>
      <CopyMenu {...props} />
    </div>
  );
}

const lastIfNone = (values: readonly string[]): AggregateName[] => (values.length === 0 ? ["last"] : []);

function CopyMenu(props: Props) {
  const [state, setState] = useState<"idle" | "working" | "done" | "failed">("idle");
  const { found, runs, places } = props;
  const what = `${formatCount(found.total)} rows of ${formatCount(runs.length)} runs`;
  const run = async (work: (rows: readonly ComparedRow[]) => Promise<void> | void) => {
    setState("working");
    try {
      await work(await everyRow(props));
      setState("done");
    } catch {
      setState("failed");
    }
    setTimeout(() => setState("idle"), 2000);
  };
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button
          size="xs"
          variant="default"
          loading={state === "working"}
          disabled={found.total === 0}
          leftSection={
            state === "done" ? <Check size={13} color="var(--good)" /> : <ClipboardCopy size={13} />
          }
        >
          {state === "failed" ? "Could not copy" : "Copy"}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{what}</Menu.Label>
        <Menu.Item
          leftSection={<ClipboardCopy size={14} />}
          onClick={() => run((rows) => copyText(toMarkdown(rows, runs, places)))}
        >
          Copy as Markdown
        </Menu.Item>
        <Menu.Item
          leftSection={<ClipboardCopy size={14} />}
          onClick={() => run((rows) => copyText(toCsv(rows, runs, places)))}
        >
          Copy as CSV
        </Menu.Item>
        <Menu.Item
          leftSection={<Download size={14} />}
          onClick={() =>
            run((rows) =>
              save(
                new Blob([toCsv(rows, runs, places)], { type: "text/csv" }),
                `${props.project.name}-runs.csv`,
              ),
            )
          }
        >
          Save as CSV
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** The server's limit of values a page. */
const PAGE_VALUES = 100_000;

/** All rows, page after page, as the table has them now. */
async function everyRow({ project, question, found }: Props): Promise<readonly ComparedRow[]> {
  const limit = Math.max(1, Math.floor(PAGE_VALUES / question.runs.length));
  const rows: ComparedRow[] = [];
  while (rows.length < found.total) {
    const page = await compareRuns(project, { ...question, offset: rows.length, limit });
    if (page.rows.length === 0) break;
    rows.push(...page.rows);
  }
  return rows;
}
