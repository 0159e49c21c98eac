import { describe, expect, it } from "vitest";
import type { Row, Table } from "@/api/types";
import { mergePages, PAGE_SIZE, rowAt } from "./livePages";

const row = (key: number, value = 0): Row => ({
  key,
  id: `R-${key}`,
  custom_run_id: String(key),
  name: `run ${key}`,
  state: "running",
  values: [value],
});
const table = (rows: Row[], total = rows.length): Table => ({
  rows,
  total,
  length: total,
  next_cursor: null,
});
const answers = (...tables: Table[]) => new Map(tables.map((each, i) => [i, each]));

describe("while the reader holds the view", () => {
  const before = mergePages(null, "q", answers(table([row(2), row(1)])), false);

  it("values change in place", () => {
    const after = mergePages(before, "q", answers(table([row(2, 5), row(1)])), true);
    expect(after && rowAt(after, 0)?.values).toEqual([5]);
    expect(after?.drift).toBeNull();
  });

  it("new runs wait, and are counted", () => {
    const after = mergePages(before, "q", answers(table([row(3), row(2, 9), row(1)])), true);
    expect(after && [rowAt(after, 0)?.key, rowAt(after, 1)?.key]).toEqual([2, 1]);
    expect(after && rowAt(after, 0)?.values).toEqual([9]);
    expect(after?.total).toBe(2);
    expect(after?.drift).toEqual({ added: 1, reordered: true });
  });

  it("a new order waits", () => {
    const after = mergePages(before, "q", answers(table([row(1), row(2)])), true);
    expect(after && rowAt(after, 0)?.key).toBe(2);
    expect(after?.drift).toEqual({ added: 0, reordered: true });
  });

  it("letting go shows the new order", () => {
    const held = mergePages(before, "q", answers(table([row(3), row(2), row(1)])), true);
    const after = mergePages(held, "q", answers(table([row(3), row(2), row(1)])), false);
    expect(after && rowAt(after, 0)?.key).toBe(3);
    expect(after?.drift).toBeNull();
  });

  it("the same answer changes nothing at all", () => {
    const same = answers(table([...(before?.pages.get(0) ?? [])]));
    expect(mergePages(before, "q", same, true)).toBe(before);
  });
});

it("another question starts afresh, even while held", () => {
  const before = mergePages(null, "q", answers(table([row(1)])), false);
  const after = mergePages(before, "other", answers(table([row(7)])), true);
  expect(after && rowAt(after, 0)?.key).toBe(7);
});

it("until an answer arrives the old rows stay", () => {
  const before = mergePages(null, "q", answers(table([row(1)])), false);
  expect(mergePages(before, "other", new Map(), false)).toBe(before);
});

it("pages far apart are found by row number", () => {
  const far = new Map([[7000, table([row(5)], 1_000_000)]]);
  const live = mergePages(null, "q", far, false);
  expect(live && rowAt(live, 7000 * PAGE_SIZE)?.key).toBe(5);
  expect(live && rowAt(live, 3)).toBeUndefined();
});
