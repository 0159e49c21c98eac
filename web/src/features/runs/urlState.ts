/** The project page in its address: what a colleague sees through a link. Both ways are tested. */
import type { AggregateName, TypeLabel } from "@/api/types";
import type { Search, SearchCodec } from "@/urlSearch";
import { AGGREGATES, type ColumnSpec, TYPES } from "./columns";

export type SortSpec = ColumnSpec & { readonly direction: "asc" | "desc" };

export type ProjectTab = "runs" | "charts";

export type ProjectState = {
  readonly tab: ProjectTab;
  /** As typed: NQL, or plain words that search names (see `toNql`). */
  readonly query: string;
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
};

export const DEFAULT_AUTO_COUNT = 5;
export const MAX_AUTO_COUNT = 100;

export const DEFAULT_STATE: ProjectState = {
  tab: "runs",
  query: "",
  columns: null,
  sort: null,
  autoCount: DEFAULT_AUTO_COUNT,
  shown: [],
  hidden: [],
};

const escapePath = (path: string): string => path.replace(/[\\,:]/g, (mark) => `\\${mark}`);

/** Splits at `mark` where it is not escaped; escapes stay. */
function splitAt(text: string, mark: "," | ":"): string[] {
  const parts: string[] = [];
  let part = "";
  for (let i = 0; i < text.length; i += 1) {
    const char = text.charAt(i);
    if (char === "\\") {
      part += char + text.charAt(i + 1);
      i += 1;
    } else if (char === mark) {
      parts.push(part);
      part = "";
    } else {
      part += char;
    }
  }
  parts.push(part);
  return parts;
}

const unescapePath = (text: string): string => text.replace(/\\(.)/gs, "$1");

function encodeColumn(column: ColumnSpec): string {
  return [escapePath(column.path), column.type, column.aggregate].filter(Boolean).join(":");
}

function decodeColumn(text: string): (ColumnSpec & { readonly direction?: "asc" | "desc" }) | null {
  const [path, ...marks] = splitAt(text, ":");
  if (!path) return null;
  let column: ColumnSpec & { readonly direction?: "asc" | "desc" } = { path: unescapePath(path) };
  for (const mark of marks) {
    if ((TYPES as readonly string[]).includes(mark)) column = { ...column, type: mark as TypeLabel };
    else if ((AGGREGATES as readonly string[]).includes(mark))
      column = { ...column, aggregate: mark as AggregateName };
    else if (mark === "asc" || mark === "desc") column = { ...column, direction: mark };
  }
  return column;
}

function decodeSort(text: string): SortSpec | null {
  const column = decodeColumn(text);
  return column === null ? null : { ...column, direction: column.direction ?? "desc" };
}

function decodeColumns(text: string | undefined): readonly ColumnSpec[] | null {
  if (text === undefined) return null;
  if (text === "none") return [];
  return splitAt(text, ",")
    .map(decodeColumn)
    .filter((column) => column !== null)
    .map(({ path, type, aggregate }) => ({
      path,
      ...(type ? { type } : {}),
      ...(aggregate ? { aggregate } : {}),
    }));
}

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
    tab: search.tab === "charts" ? "charts" : "runs",
    query: search.q ?? "",
    columns: decodeColumns(search.cols),
    sort: search.sort ? decodeSort(search.sort) : null,
    autoCount: decodeCount(search.n),
    shown: decodeKeys(search.on),
    hidden: decodeKeys(search.off),
  }),
  encode: (state) => ({
    tab: state.tab === "runs" ? undefined : state.tab,
    q: state.query || undefined,
    cols:
      state.columns === null
        ? undefined
        : state.columns.length === 0
          ? "none"
          : state.columns.map(encodeColumn).join(","),
    sort: state.sort ? `${encodeColumn(state.sort)}:${state.sort.direction}` : undefined,
    n: state.autoCount === DEFAULT_AUTO_COUNT ? undefined : String(state.autoCount),
    on: encodeKeys(state.shown),
    off: encodeKeys(state.hidden),
  }),
};
