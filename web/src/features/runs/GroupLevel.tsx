/** The rows of one group, or of all: groups again, or runs. */
import { Skeleton } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ChevronRight, Eye } from "lucide-react";
import { type CSSProperties, type ReactNode, useState } from "react";
import { groupRuns, runKeys, searchRuns } from "@/api/runs";
import type { Group, GroupRequest, Member, ProjectRef, TableRequest, Value } from "@/api/types";
import { ErrorState } from "@/ui/Feedback";
import { formatCount } from "@/ui/format";
import { runColorVar } from "@/ui/runColors";
import { setHoveredRun } from "@/ui/runHover";
import { StateBadge } from "@/ui/StateBadge";
import { formatCell } from "./columnFormat";
import { type ColumnSpec, columnId, columnTitle, toApiColumn } from "./columns";
import styles from "./GroupedRuns.module.css";
import { placeOf, useRunActions } from "./runActions";
import { drawAlso } from "./selection";
import { type SetProjectState, toggleGroup } from "./stateChanges";
import { groupPath, MAX_AUTO_COUNT, type ProjectState, whichRuns } from "./urlState";
import { valueText } from "./useDrawnRuns";
import type { ProjectTable } from "./useProjectTable";

type Props = {
  readonly project: ProjectRef;
  readonly state: ProjectState;
  readonly setState: SetProjectState;
  readonly model: ProjectTable;
  readonly drawn: readonly { readonly key: number; readonly values: readonly Value[] }[];
  readonly numeric: readonly ColumnSpec[];
  /** The id of the row where the keyboard is. */
  readonly active: string | null;
  readonly activate: (id: string) => void;
  readonly within: readonly Member[];
  readonly values: readonly Value[];
};

const PAGE = 50;
const MOST = 1000;

const question = (state: ProjectState) => ({
  query: state.query,
  ...whichRuns(state),
  ...(state.sort ? { sort: { ...toApiColumn(state.sort), direction: state.sort.direction } } : {}),
});

const rowId = (kind: string, text: string): string =>
  `${kind}-${text.replace(/[^\w-]/g, (c) => `_${c.codePointAt(0)}`)}`;

const indent = (level: number): CSSProperties => ({ paddingLeft: 12 + 20 * level });

export function GroupLevel(props: Props) {
  const by = props.state.groupBy[props.within.length];
  return by === undefined ? <Runs {...props} /> : <Groups {...props} by={by} />;
}

function Groups(props: Props & { readonly by: ColumnSpec }) {
  const { project, state, within, by, numeric } = props;
  const [limit, setLimit] = useState(PAGE);
  const request: GroupRequest = {
    ...question(state),
    by: toApiColumn(by),
    within: [...within],
    columns: numeric.map(toApiColumn),
    limit,
  };
  const groups = useQuery({
    queryKey: [...runKeys.project(project), "table", "groups", request] as const,
    queryFn: ({ signal }) => groupRuns(project, request, signal),
    placeholderData: keepPreviousData,
  });
  if (groups.error !== null && groups.data === undefined)
    return (
      <Wide>
        <ErrorState error={groups.error} retry={() => void groups.refetch()} compact />
      </Wide>
    );
  if (groups.data === undefined) return <Waiting />;
  return (
    <>
      {groups.data.groups.map((group) => (
        <GroupRow key={JSON.stringify(group.value)} {...props} group={group} />
      ))}
      <More
        limit={limit}
        total={groups.data.total}
        what="groups"
        level={within.length}
        more={() => setLimit(Math.min(MOST, limit * 4))}
      />
    </>
  );
}

function GroupRow(props: Props & { readonly by: ColumnSpec; readonly group: Group }) {
  const { project, state, setState, drawn, by, group, within, values, active } = props;
  const inside: readonly Member[] = [
    ...within,
    { by: toApiColumn(by), type: group.type, value: group.value } as Member,
  ];
  const here = [...values, group.value];
  const path = groupPath(here);
  const open = state.openGroups.includes(path);
  const mine = drawn.filter((row) =>
    here.every((value, i) => JSON.stringify(row.values[i] ?? null) === JSON.stringify(value ?? null)),
  );
  const some = mine.length === 0 ? "false" : mine.length < group.runs ? "mixed" : "true";
  const label = valueText(group.value);
  const id = rowId("group", path);
  const toggle = async () => {
    if (some === "true") {
      const keys = mine.map((row) => row.key);
      setState((before) => ({
        ...before,
        shown: before.shown.filter((key) => !keys.includes(key)),
        hidden: [...new Set([...before.hidden, ...keys])],
      }));
      return;
    }
    const request: TableRequest = { ...question(state), within: [...inside], columns: [], limit: MAX_OPENED };
    const found = await searchRuns(project, request, new AbortController().signal);
    const keys = found.rows.map((row) => row.key);
    setState((before) => drawAlso(before, keys, [...props.model.slots.keys()]));
  };
  return (
    <>
      <div
        id={id}
        className={styles.row}
        role="row"
        data-row
        aria-level={within.length + 1}
        aria-expanded={open}
        data-active={active === id || undefined}
        onMouseDown={() => props.activate(id)}
      >
        <div role="gridcell" className={styles.first} style={indent(within.length)}>
          <button
            type="button"
            tabIndex={-1}
            className={styles.eye}
            role="checkbox"
            aria-checked={some}
            aria-label={`Draw the runs of ${label}`}
            title={group.runs > MAX_OPENED ? `Draws the first ${formatCount(MAX_OPENED)} of them` : undefined}
            data-eye
            data-state={some}
            onClick={() => void toggle()}
          >
            <Eye size={16} />
            {some === "mixed" && <Eye size={16} className={styles.half} />}
          </button>
          <button
            type="button"
            tabIndex={-1}
            data-toggle
            className={styles.name}
            onClick={() => setState((before) => toggleGroup(before, path), { push: false })}
          >
            <ChevronRight size={14} className={styles.chevron} data-open={open || undefined} />
            {props.state.groupBy.length > 1 && <span className="quiet">{columnTitle(by).title}</span>}
            <b>{label}</b>
          </button>
        </div>
        <div role="gridcell" className={`${styles.number} ${styles.runs} num`}>
          {formatCount(group.runs)}{" "}
          <span className="visually-hidden">{group.runs === 1 ? "run" : "runs"}</span>
          {mine.length > 0 && <span className={styles.drawn}>{formatCount(mine.length)} drawn</span>}
        </div>
        {props.numeric.map((column, i) => {
          const cell = group.cells[i];
          return (
            <div key={columnId(column)} role="gridcell" className={`${styles.number} num`}>
              {cell && cell.mean !== null && cell.min !== null && cell.max !== null ? (
                <span title={`${column.path}: mean of ${formatCount(cell.count)}, from least to greatest`}>
                  {formatCell(column, cell.mean)}
                  <span className={styles.range}>
                    {formatCell(column, cell.min)} … {formatCell(column, cell.max)}
                  </span>
                </span>
              ) : (
                <span className="quiet">–</span>
              )}
            </div>
          );
        })}
      </div>
      {open && <GroupLevel {...props} within={inside} values={here} />}
    </>
  );
}

/** More eyes at once would open nothing: charts draw no more lines. */
const MAX_OPENED = MAX_AUTO_COUNT;

function Runs(props: Props) {
  const { project, state, model, within, numeric, active } = props;
  const actions = useRunActions();
  const [limit, setLimit] = useState(PAGE);
  const request: TableRequest = {
    ...question(state),
    within: [...within],
    columns: numeric.map(toApiColumn),
    limit,
  };
  const { data, error, refetch } = useQuery({
    queryKey: [...runKeys.table(project, request), "group"],
    queryFn: ({ signal }) => searchRuns(project, request, signal),
    placeholderData: keepPreviousData,
  });
  if (error !== null && data === undefined)
    return (
      <Wide>
        <ErrorState error={error} retry={() => void refetch()} compact />
      </Wide>
    );
  if (data === undefined) return <Waiting />;
  return (
    <>
      {data.rows.map((row) => {
        const slot = model.slots.get(row.key);
        const id = rowId("grouped-run", String(row.key));
        return (
          // biome-ignore lint/a11y/useKeyWithMouseEvents: the treegrid handles the keyboard
          <div
            key={row.key}
            id={id}
            className={styles.row}
            role="row"
            data-row
            aria-level={within.length + 1}
            data-active={active === id || undefined}
            onMouseDown={() => props.activate(id)}
            onMouseOver={() => setHoveredRun(row.key)}
            onMouseLeave={() => setHoveredRun(null)}
            onContextMenu={(event) => {
              if (actions === null) return;
              event.preventDefault();
              actions.openMenu(row, placeOf(event));
            }}
          >
            <div role="gridcell" className={`${styles.first} ${styles.run}`} style={indent(within.length)}>
              <button
                type="button"
                tabIndex={-1}
                className={styles.eye}
                aria-pressed={slot !== undefined}
                aria-label={`Draw ${row.name}`}
                data-eye
                data-state={slot !== undefined}
                style={slot === undefined ? undefined : { color: runColorVar(slot) }}
                onClick={() => model.toggleEye(row.key)}
              >
                <Eye size={16} />
              </button>
              <StateBadge state={row.state} iconOnly />
              <Link
                to="/p/$workspace/$project/runs/$runId"
                params={{ workspace: project.workspace, project: project.name, runId: row.id }}
                className={styles.link}
                tabIndex={-1}
                data-link
              >
                {row.name}
              </Link>
            </div>
            <div role="gridcell" className={styles.none} />
            {numeric.map((column, i) => {
              const value = row.values[i];
              return (
                <div key={columnId(column)} role="gridcell" className={`${styles.number} num`}>
                  {typeof value === "number" || typeof value === "string" ? formatCell(column, value) : "–"}
                </div>
              );
            })}
          </div>
        );
      })}
      <More
        limit={limit}
        total={data.total}
        what="runs"
        level={within.length}
        more={() => setLimit(Math.min(MOST, limit * 4))}
      />
    </>
  );
}

/** How many are shown where it is not all; the limit is told. */
function More(props: {
  readonly limit: number;
  readonly total: number;
  readonly what: "groups" | "runs";
  readonly level: number;
  readonly more: () => void;
}) {
  const { limit, total, what } = props;
  if (total <= limit) return null;
  return (
    <Wide>
      <button
        type="button"
        className={styles.more}
        style={indent(props.level)}
        disabled={limit >= MOST}
        onClick={props.more}
      >
        {formatCount(limit)} of {formatCount(total)} {what}
        {limit < MOST ? ": show more" : "; add a condition to see others"}
      </button>
    </Wide>
  );
}

function Wide({ children }: { readonly children: ReactNode }) {
  return (
    <div role="row" className={styles.wide}>
      <div role="gridcell">{children}</div>
    </div>
  );
}

function Waiting() {
  return (
    <Wide>
      <div className={styles.waiting} aria-busy="true">
        <Skeleton height={8} width={220} radius="sm" />
      </div>
    </Wide>
  );
}
