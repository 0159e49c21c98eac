/** The project page in its address: what a colleague sees through a link. Both ways are tested. */
import type { Search, SearchCodec } from "@/urlSearch";
import {
  decodeColumns,
  decodeSort,
  encodeColumn,
  encodeColumns,
  escapePath,
  splitAt,
  unescapePath,
} from "./columnCodec";
import type { ColumnSpec } from "./columns";
import { type ProjectTab, tabOf } from "./tabs";

export type SortSpec = ColumnSpec & { readonly direction: "asc" | "desc" };

export type ProjectState = {
  readonly tab: ProjectTab;
  /** As typed: NQL, or plain words that search names (see `toNql`). */
  readonly query: string;
  /** Only the newest run of each experiment. */
  readonly heads: boolean;
  /** The runs in the trash instead of those outside. */
  readonly trashed: boolean;
  /** null = chosen automatically from what the project has. */
  readonly columns: readonly ColumnSpec[] | null;
  /** null = newest first. */
  readonly sort: SortSpec | null;
  /** The first n runs of the table are drawn; 0 = none. */
  readonly autoCount: number;
  /** Keys of runs drawn besides. */
  readonly shown: readonly number[];
  /** Keys of runs not drawn although they are among the first n. */
  readonly hidden: readonly number[];
  /** The newest n that match are drawn, whatever the order of the table. */
  readonly latest: boolean;
  /** Only drawn runs are listed. */
  readonly only: boolean;
  /** Keys of runs that come first whatever the order. */
  readonly pinned: readonly number[];
  /** The key of the run that others are compared with. */
  readonly baseline: number | null;
  /** What runs are grouped by, outermost first. */
  readonly groupBy: readonly ColumnSpec[];
  /** The groups that are open: the values of each and of those around it (`groupPath`). */
  readonly openGroups: readonly string[];
  /** Charts draw the average of each group. */
  readonly averaged: boolean;
};

export const DEFAULT_AUTO_COUNT = 5;
/** As many lines as a chart draws. */
export const MAX_AUTO_COUNT = 1000;

export const DEFAULT_STATE: ProjectState = {
  tab: "runs",
  query: "",
  heads: false,
  trashed: false,
  columns: null,
  sort: null,
  autoCount: DEFAULT_AUTO_COUNT,
  shown: [],
  hidden: [],
  latest: false,
  only: false,
  pinned: [],
  baseline: null,
  groupBy: [],
  openGroups: [],
  averaged: false,
};

/** Which runs a request is about, beside its query. */
export const whichRuns = (state: Pick<ProjectState, "heads" | "trashed">) => ({
  ...(state.heads ? { experiments: true } : {}),
  ...(state.trashed ? { trashed: true } : {}),
});

export const MAX_PINNED = 20;
const MAX_OPEN_GROUPS = 100;

/** A group's name in the address: the values that its runs share, outermost first. */
export const groupPath = (values: readonly unknown[]): string =>
  JSON.stringify(values.map((value) => value ?? null));

/** Run keys, in base 36 to keep links short. */
const encodeKeys = (keys: readonly number[]): string | undefined =>
  keys.length > 0 ? keys.map((key) => key.toString(36)).join(",") : undefined;

const decodeKeys = (text: string | undefined): readonly number[] =>
  (text ?? "")
    .split(",")
    .filter(Boolean)
    .map((key) => Number.parseInt(key, 36))
    .filter(Number.isSafeInteger);

function decodeCount(text: string | undefined): number {
  const count = text === undefined || text === "" ? Number.NaN : Number(text);
  return Number.isInteger(count) && count >= 0 ? Math.min(count, MAX_AUTO_COUNT) : DEFAULT_AUTO_COUNT;
}

export const projectCodec: SearchCodec<ProjectState> = {
  decode: (search: Search) => ({
    tab: tabOf(search.tab),
    query: search.q ?? "",
    heads: search.heads === "1",
    trashed: search.trash === "1",
    columns: decodeColumns(search.cols),
    sort: search.sort ? decodeSort(search.sort) : null,
    autoCount: decodeCount(search.n),
    shown: decodeKeys(search.on),
    hidden: decodeKeys(search.off),
    latest: search.auto === "latest",
    only: search.only === "1",
    pinned: decodeKeys(search.pin).slice(0, MAX_PINNED),
    baseline: decodeKeys(search.base)[0] ?? null,
    groupBy: decodeColumns(search.group) ?? [],
    openGroups: search.open ? splitAt(search.open, ",").map(unescapePath).slice(0, MAX_OPEN_GROUPS) : [],
    averaged: search.avg === "1",
  }),
  encode: (state) => ({
    tab: state.tab === "runs" ? undefined : state.tab,
    q: state.query || undefined,
    heads: state.heads ? "1" : undefined,
    trash: state.trashed ? "1" : undefined,
    cols: encodeColumns(state.columns),
    sort: state.sort ? `${encodeColumn(state.sort)}:${state.sort.direction}` : undefined,
    n: state.autoCount === DEFAULT_AUTO_COUNT ? undefined : String(state.autoCount),
    on: encodeKeys(state.shown),
    off: encodeKeys(state.hidden),
    auto: state.latest ? "latest" : undefined,
    only: state.only ? "1" : undefined,
    pin: encodeKeys(state.pinned),
    base: state.baseline === null ? undefined : state.baseline.toString(36),
    group: state.groupBy.length > 0 ? encodeColumns(state.groupBy) : undefined,
    open: state.openGroups.map(escapePath).join() || undefined,
    avg: state.averaged ? "1" : undefined,
  }),
};
