import { Skeleton, Switch } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ChevronRight, Eye, X } from "lucide-react";
import { useState } from "react";
import { groupRuns, runKeys, searchRuns } from "@/api/runs";
import type { Group, GroupRequest, Member, ProjectRef, TableRequest, Value } from "@/api/types";
import { ErrorState } from "@/ui/Feedback";
import { formatCount } from "@/ui/format";
import { runColorVar } from "@/ui/runColors";
import { StateBadge } from "@/ui/StateBadge";
import { formatCell } from "./columnFormat";
import { type ColumnSpec, columnId, columnTitle, isNumericColumn, toApiColumn } from "./columns";
import styles from "./GroupedRuns.module.css";
import { drawAlso } from "./selection";
import { type SetProjectState, toggleGroupBy } from "./stateChanges";
import { type ProjectState, whichRuns } from "./urlState";
import { useRunsByKey, valueText } from "./useDrawnRuns";
import type { ProjectTable } from "./useProjectTable";

type Props = {
  readonly project: ProjectRef;
  readonly state: ProjectState;
  readonly setState: SetProjectState;
  readonly model: ProjectTable;
};

type Drawn = readonly { readonly key: number; readonly values: readonly Value[] }[];

/** Groups, and inside each groups again, or its runs. Eyes of groups open and close those of their runs. */
export function GroupedRuns({ project, state, setState, model }: Props) {
  const keys = [...model.slots.keys()];
  const drawn = useRunsByKey(project, keys, state.groupBy).filter((row) => model.slots.has(row.key));
  return (
    <div className={styles.scroller}>
      <div className={styles.bar}>
        <span>Grouped by</span>
        {state.groupBy.map((column) => (
          <button
            key={columnId(column)}
            type="button"
            className={styles.key}
            aria-label={`Group by ${columnTitle(column).title} no longer`}
            onClick={() => setState((before) => toggleGroupBy(before, column), { push: true })}
          >
            {columnTitle(column).title} <X size={12} />
          </button>
        ))}
        <Switch
          size="xs"
          label="Average grouped runs"
          checked={state.averaged}
          onChange={() => setState((before) => ({ ...before, averaged: !before.averaged }))}
        />
      </div>
      <ul className={styles.list}>
        <Level {...{ project, state, setState, model, drawn }} within={[]} values={[]} />
      </ul>
    </div>
  );
}

type LevelProps = Props & {
  readonly drawn: Drawn;
  readonly within: readonly Member[];
  readonly values: readonly Value[];
};

const PAGE = 50;

const question = (state: ProjectState) => ({
  query: state.query,
  ...whichRuns(state),
  ...(state.sort ? { sort: { ...toApiColumn(state.sort), direction: state.sort.direction } } : {}),
});

function Level(props: LevelProps) {
  const by = props.state.groupBy[props.within.length];
  return by === undefined ? <Runs {...props} /> : <Groups {...props} by={by} />;
}

function Groups(props: LevelProps & { readonly by: ColumnSpec }) {
  const { project, state, model, within, by } = props;
  const [limit, setLimit] = useState(PAGE);
  const numeric = model.columns.filter(isNumericColumn).slice(0, 6);
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
      <li>
        <ErrorState error={groups.error} retry={() => void groups.refetch()} compact />
      </li>
    );
  const total = groups.data?.total ?? 0;
  if (groups.data === undefined) return <Waiting />;
  return (
    <>
      {groups.data.groups.map((group) => (
        <GroupItem key={JSON.stringify(group.value)} {...props} group={group} numeric={numeric} />
      ))}
      {total > limit && (
        <li>
          <button type="button" className={styles.more} onClick={() => setLimit(Math.min(1000, limit * 4))}>
            {formatCount(limit)} of {formatCount(total)} groups: show more
          </button>
        </li>
      )}
    </>
  );
}

function GroupItem(
  props: LevelProps & {
    readonly by: ColumnSpec;
    readonly group: Group;
    readonly numeric: readonly ColumnSpec[];
  },
) {
  const { project, state, setState, drawn, by, group, within, values } = props;
  const [open, setOpen] = useState(false);
  const inside: readonly Member[] = [
    ...within,
    { by: toApiColumn(by), type: group.type, value: group.value } as Member,
  ];
  const here = [...values, group.value];
  const mine = drawn.filter((row) =>
    here.every((value, i) => JSON.stringify(row.values[i] ?? null) === JSON.stringify(value ?? null)),
  );
  const some = mine.length === 0 ? "false" : mine.length < group.runs ? "mixed" : "true";
  const label = valueText(group.value);
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
    <li>
      <div className={styles.group}>
        <button
          type="button"
          className={styles.eye}
          role="checkbox"
          aria-checked={some}
          aria-label={`Draw the runs of ${label}`}
          title={group.runs > MAX_OPENED ? `Draws the first ${MAX_OPENED} of them` : undefined}
          data-state={some}
          onClick={() => void toggle()}
        >
          <Eye size={16} />
        </button>
        <button
          type="button"
          className={styles.name}
          aria-expanded={open}
          onClick={() => setOpen((before) => !before)}
        >
          <ChevronRight size={14} className={styles.chevron} />
          <span className="quiet">{columnTitle(by).title}</span> <b>{label}</b>
          <span className={styles.count}>
            {formatCount(group.runs)} {group.runs === 1 ? "run" : "runs"}
            {mine.length > 0 && `, ${formatCount(mine.length)} drawn`}
          </span>
        </button>
        {props.numeric.map((column, i) => {
          const cell = group.cells[i];
          return cell && cell.mean !== null && cell.min !== null && cell.max !== null ? (
            <span
              key={columnId(column)}
              className={`${styles.fact} num`}
              title={`${column.path}: mean of ${formatCount(cell.count)}, from least to greatest`}
            >
              <span className="quiet">{columnTitle(column).title}</span> {formatCell(column, cell.mean)}
              <span className="quiet">
                {" "}
                {formatCell(column, cell.min)} … {formatCell(column, cell.max)}
              </span>
            </span>
          ) : null;
        })}
      </div>
      {open && (
        <ul className={styles.list}>
          <Level {...props} within={inside} values={here} />
        </ul>
      )}
    </li>
  );
}

function Waiting() {
  return (
    <li className={styles.group} aria-busy="true">
      <Skeleton height={8} width={220} radius="sm" />
    </li>
  );
}

/** Charts draw no more lines; more eyes at once would open nothing. */
const MAX_OPENED = 100;

function Runs(props: LevelProps) {
  const { project, state, model, within } = props;
  const [limit, setLimit] = useState(PAGE);
  const facts = model.columns.filter(isNumericColumn).slice(0, 6);
  const request: TableRequest = {
    ...question(state),
    within: [...within],
    columns: facts.map(toApiColumn),
    limit,
  };
  const { data } = useQuery({
    queryKey: [...runKeys.table(project, request), "group"],
    queryFn: ({ signal }) => searchRuns(project, request, signal),
    placeholderData: keepPreviousData,
  });
  if (data === undefined) return <Waiting />;
  const total = data.total;
  return (
    <>
      {data.rows.map((row) => {
        const slot = model.slots.get(row.key);
        return (
          <li key={row.key} className={styles.run}>
            <button
              type="button"
              className={styles.eye}
              aria-pressed={slot !== undefined}
              aria-label={`Draw ${row.name}`}
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
            >
              {row.name}
            </Link>
            {facts.map((column, i) => {
              const value = row.values[i];
              return typeof value === "number" || typeof value === "string" ? (
                <span key={columnId(column)} className={`${styles.fact} num`}>
                  <span className="quiet">{columnTitle(column).title}</span> {formatCell(column, value)}
                </span>
              ) : null;
            })}
          </li>
        );
      })}
      {total > limit && (
        <li>
          <button
            type="button"
            className={styles.more}
            disabled={limit >= 1000}
            onClick={() => setLimit(Math.min(1000, limit * 4))}
          >
            {formatCount(limit)} of {formatCount(total)} runs
            {limit < 1000 ? ": show more" : "; add a condition to see others"}
          </button>
        </li>
      )}
    </>
  );
}
