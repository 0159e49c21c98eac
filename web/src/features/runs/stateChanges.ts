/** What the page's controls do to its state: pure functions. */
import { type ColumnSpec, columnId, groupKey } from "./columns";
import { MAX_PINNED, type ProjectState } from "./urlState";

export type SetProjectState = (
  change: (state: ProjectState) => ProjectState,
  options?: { readonly push?: boolean },
) => void;

/** The query with one more condition; one that is there already is not added again. */
export function joined(query: string, condition: string): string {
  const before = query.trim();
  if (before === "" || before === condition) return condition;
  if (before.includes(condition)) return before;
  return `${/\bOR\b/i.test(before) ? `(${before})` : before} AND ${condition}`;
}

/** Replaces or removes a column; a sort by it goes with it. */
export function changeColumn(
  state: ProjectState,
  columns: readonly ColumnSpec[],
  column: ColumnSpec,
  next: ColumnSpec | null,
): ProjectState {
  const sorted = state.sort !== null && columnId(state.sort) === columnId(column);
  return {
    ...state,
    columns: columns.flatMap((each) => (each === column ? (next === null ? [] : [next]) : [each])),
    sort:
      !sorted || state.sort === null
        ? state.sort
        : next === null
          ? null
          : { ...next, direction: state.sort.direction },
  };
}

/** Puts a run on top of the table, or lets it go; the oldest pin gives way where there are too many. */
export const togglePinned = (state: ProjectState, key: number): ProjectState => ({
  ...state,
  pinned: state.pinned.includes(key)
    ? state.pinned.filter((each) => each !== key)
    : [...state.pinned, key].slice(-MAX_PINNED),
});

/** Compares every run with this one, or with none. */
export const toggleBaseline = (state: ProjectState, key: number): ProjectState => ({
  ...state,
  baseline: state.baseline === key ? null : key,
});

/** Moves a column one place; its pinned neighbours stay at the left. */
export function moveColumn(
  columns: readonly ColumnSpec[],
  column: ColumnSpec,
  by: -1 | 1,
): readonly ColumnSpec[] {
  const index = columns.indexOf(column);
  const other = columns[index + by];
  if (index < 0 || other === undefined || Boolean(other.pinned) !== Boolean(column.pinned)) return columns;
  return columns.map((each, i) => (i === index ? other : i === index + by ? column : each));
}

/** Puts a column before another, or at the end; it is pinned where its new neighbours are. */
export function placeColumn(
  columns: readonly ColumnSpec[],
  column: ColumnSpec,
  before: ColumnSpec | null,
): readonly ColumnSpec[] {
  if (before === column) return columns;
  const rest = columns.filter((each) => each !== column);
  const index = before === null ? rest.length : rest.indexOf(before);
  const { pinned: _, ...plain } = column;
  const moved = before?.pinned ? { ...column, pinned: true } : plain;
  return [...rest.slice(0, index), moved, ...rest.slice(index)];
}

/** Groups by a column besides the others, or no longer. */
export function toggleGroupBy(state: ProjectState, column: ColumnSpec): ProjectState {
  const key = groupKey(column);
  const others = state.groupBy.filter((each) => columnId(each) !== columnId(key));
  return {
    ...state,
    groupBy: others.length < state.groupBy.length ? others : [...state.groupBy, key],
    openGroups: [],
  };
}

/** Opens or closes a group of that path, and closes those in it with it. */
export const toggleGroup = (state: ProjectState, path: string): ProjectState => ({
  ...state,
  openGroups: state.openGroups.includes(path)
    ? state.openGroups.filter((each) => each !== path && !each.startsWith(`${path.slice(0, -1)},`))
    : [...state.openGroups, path],
});
