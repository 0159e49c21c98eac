import { Button, SegmentedControl, Switch, TextInput } from "@mantine/core";
import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDown, Search, SquareTerminal } from "lucide-react";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useProjectEvents } from "@/api/events";
import { getStrings } from "@/api/runs";
import type { ProjectRef, StringPoint } from "@/api/types";
import { EmptyState, ErrorState } from "@/ui/Feedback";
import { formatAbsolute, formatCount } from "@/ui/format";
import { ansi } from "./ansi";
import styles from "./Console.module.css";
import type { TabProps } from "./RunPage";

const TAIL = 2000;
const LINE_PX = 20;

/** Every string series of the run is a text log; stdout and stderr come first. */
export function Console(props: TabProps) {
  const paths = useMemo(() => {
    const found = props.attributes.filter((each) => each.type === "string_series").map((each) => each.path);
    const rank = (path: string) => (path === "runtime/stdout" ? 0 : path === "runtime/stderr" ? 1 : 2);
    return found.sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
  }, [props.attributes]);
  const [chosen, setChosen] = useState<string | null>(null);
  const path = chosen !== null && paths.includes(chosen) ? chosen : paths[0];
  if (path === undefined) {
    return (
      <EmptyState icon={<SquareTerminal size={28} strokeWidth={1.5} />} title="No output">
        <p>What the script prints appears here, unless capturing the console is turned off.</p>
      </EmptyState>
    );
  }
  return (
    <Log
      key={path}
      project={props.project}
      runId={`key:${props.run.key}`}
      path={path}
      picker={
        paths.length > 1 && (
          <SegmentedControl
            size="xs"
            aria-label="Which log"
            value={path}
            onChange={setChosen}
            data={paths.map((each) => ({ value: each, label: each.replace("runtime/", "") }))}
          />
        )
      }
    />
  );
}

function Log(props: {
  readonly project: ProjectRef;
  readonly runId: string;
  readonly path: string;
  readonly picker: React.ReactNode;
}) {
  const log = useLog(props.project, props.runId, props.path);
  const [search, setSearch] = useState("");
  const [follow, setFollow] = useState(true);
  const [times, setTimes] = useState(false);
  const scroller = useRef<HTMLDivElement>(null);
  const lines = useMemo(() => {
    const wanted = search.toLowerCase();
    return wanted === "" ? log.lines : log.lines.filter((line) => line.value.toLowerCase().includes(wanted));
  }, [log.lines, search]);
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE_PX,
    overscan: 30,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: to the end whenever lines came
  useEffect(() => {
    if (follow && lines.length > 0) virtual.scrollToIndex(lines.length - 1, { align: "end" });
  }, [lines.length, follow]);
  const onScroll = () => {
    const box = scroller.current;
    if (box !== null) setFollow(box.scrollHeight - box.scrollTop - box.clientHeight < 3 * LINE_PX);
  };

  if (log.error !== null && log.lines.length === 0) return <ErrorState error={log.error} retry={log.more} />;
  return (
    <div className={styles.tab}>
      <div className={styles.bar}>
        {props.picker}
        <TextInput
          className={styles.search}
          size="xs"
          aria-label="Find lines"
          placeholder="Find lines"
          leftSection={<Search size={13} />}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
        <Switch size="xs" label="Times" checked={times} onChange={() => setTimes(!times)} />
        <span className="quiet num">
          {formatCount(lines.length)} of {formatCount(log.total)} lines
        </span>
        {log.earlier && (
          <Button size="xs" variant="default" onClick={log.loadEarlier}>
            Earlier lines
          </Button>
        )}
      </div>
      <div
        ref={scroller}
        className={styles.lines}
        onScroll={onScroll}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
        tabIndex={0}
        role="log"
        aria-label={props.path}
      >
        <div style={{ height: virtual.getTotalSize(), position: "relative" }}>
          {virtual.getVirtualItems().map((item) => {
            const line = lines[item.index] as StringPoint;
            return (
              <div key={item.key} className={styles.line} style={{ top: item.start }}>
                <span className={styles.number}>{formatCount(line.step + 1)}</span>
                {times && (
                  <span className={styles.number}>{formatAbsolute(new Date(line.timestamp)).slice(11)}</span>
                )}
                {ansi(line.value).map((part, index) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: parts of one line never move
                  <span key={index} data-color={part.color} data-bold={part.bold || undefined}>
                    {part.text}
                  </span>
                ))}
              </div>
            );
          })}
        </div>
      </div>
      {!follow && (
        <Button
          className={styles.latest}
          size="xs"
          leftSection={<ArrowDown size={13} />}
          onClick={() => {
            setFollow(true);
            virtual.scrollToIndex(lines.length - 1, { align: "end" });
          }}
        >
          Latest
        </Button>
      )}
    </div>
  );
}

type LogState = {
  readonly lines: readonly StringPoint[];
  readonly total: number;
  readonly next: string | null;
  readonly previous: string | null;
};

/** The end of a log, what came before on demand, and what comes after as it comes. */
function useLog(project: ProjectRef, runId: string, path: string) {
  const [state, setState] = useState<LogState>({ lines: [], total: 0, next: null, previous: null });
  const [error, setError] = useState<unknown>(null);
  const latest = useRef(state);
  latest.current = state;
  const busy = useRef(false);

  const load = useCallback(
    async (earlier: boolean) => {
      if (busy.current) return;
      busy.current = true;
      try {
        const { next, previous } = latest.current;
        const cursor = earlier ? previous : next;
        const page = await getStrings(
          project,
          runId,
          cursor === null ? { path, tail: TAIL } : { path, cursor, limit: TAIL },
          new AbortController().signal,
        );
        setError(null);
        setState((before) =>
          earlier
            ? { ...before, lines: [...page.points, ...before.lines], previous: page.previous_cursor ?? null }
            : {
                lines: [...before.lines, ...page.points],
                total: page.total,
                next: page.next_cursor ?? before.next,
                previous: cursor === null ? (page.previous_cursor ?? null) : before.previous,
              },
        );
      } catch (problem) {
        setError(problem);
      } finally {
        busy.current = false;
      }
    },
    [project, runId, path],
  );
  useEffect(() => void load(false), [load]);
  useProjectEvents(project, () => void load(false));
  return {
    lines: state.lines,
    total: state.total,
    error,
    more: () => void load(false),
    earlier: state.previous !== null && state.lines.length < state.total,
    loadEarlier: () => void load(true),
  };
}
