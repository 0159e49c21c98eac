/**
 * What the table shows while the server's answers change beneath it. Values are always the newest; the *order* changes only when
 * the reader is not holding the view (scrolled, pointing at a row, or sorted by something that moves).
 */
import type { Row, Table } from "@/api/types";

export const PAGE_SIZE = 100;
/** Pages remembered besides the visible ones; beyond, the oldest are asked for again. */
const MAX_PAGES = 60;

export type LivePages = {
  /** Identity of query, columns and sort. */
  readonly request: string;
  readonly total: number;
  readonly length: number;
  readonly pages: ReadonlyMap<number, readonly Row[]>;
  /** The server's order or number of runs differs from what is shown. */
  readonly drift: { readonly added: number; readonly reordered: boolean } | null;
};

export type Answers = ReadonlyMap<number, Table>;

const sameKeys = (a: readonly Row[], b: readonly Row[]): boolean =>
  a.length === b.length && a.every((row, i) => row.key === b[i]?.key);

/** The next thing to show. `hold`: keep the order of `before`. */
export function mergePages(
  before: LivePages | null,
  request: string,
  answers: Answers,
  hold: boolean,
): LivePages | null {
  const newest = [...answers.values()].at(-1);
  if (newest === undefined) return before;
  if (before === null || before.request !== request || !hold) {
    const keep = before !== null && before.request === request && before.total === newest.total;
    const pages = new Map<number, readonly Row[]>(keep ? before.pages : []);
    for (const [index, table] of answers) {
      pages.delete(index);
      pages.set(index, table.rows);
    }
    return { request, total: newest.total, length: newest.length, pages: trim(pages), drift: null };
  }
  const fresh = new Map<number, Row>();
  for (const table of answers.values()) for (const row of table.rows) fresh.set(row.key, row);
  let changed = false;
  let reordered = false;
  const pages = new Map(before.pages);
  for (const [index, rows] of before.pages) {
    if (!rows.some((row) => fresh.has(row.key) && fresh.get(row.key) !== row)) continue;
    changed = true;
    pages.set(
      index,
      rows.map((row) => fresh.get(row.key) ?? row),
    );
  }
  for (const [index, table] of answers) {
    const shown = before.pages.get(index);
    if (shown === undefined) {
      changed = true;
      pages.set(index, table.rows);
    } else if (!sameKeys(shown, table.rows)) {
      reordered = true;
    }
  }
  const added = Math.max(0, newest.total - before.total);
  const drift = reordered || newest.total !== before.total ? { added, reordered } : null;
  const sameDrift = drift?.added === before.drift?.added && drift?.reordered === before.drift?.reordered;
  if (!changed && sameDrift) return before;
  return { request, total: before.total, length: before.length, pages: trim(pages), drift };
}

function trim(pages: Map<number, readonly Row[]>): Map<number, readonly Row[]> {
  for (const index of pages.keys()) {
    if (pages.size <= MAX_PAGES) break;
    // The first page decides which runs are drawn.
    if (index !== 0) pages.delete(index);
  }
  return pages;
}

export const rowAt = (live: LivePages, index: number): Row | undefined =>
  live.pages.get(Math.floor(index / PAGE_SIZE))?.[index % PAGE_SIZE];
