import { describe, expect, test } from "vitest";
import type { TraceSpan } from "@/api/types";
import { extentOf, rowsOf } from "./spanTree";

const span = (id: string, parent: string | null, start: number, duration: number | null): TraceSpan => ({
  id,
  parent_id: parent,
  name: id,
  type: "UNKNOWN",
  status: "OK",
  message: "",
  start_ms: start,
  duration_ms: duration,
  model: null,
  usage: {},
  attributes: {},
  events: [],
});

const shown = (spans: readonly TraceSpan[], closed: readonly string[] = []) =>
  rowsOf(spans, new Set(closed)).map((row) => `${"-".repeat(row.depth)}${row.span.id}`);

describe("the tree of spans", () => {
  const spans = [span("c", "a", 6, 2), span("a", null, 0, 10), span("d", "b", 2, 1), span("b", "a", 1, 4)];

  test("children follow their parent by start", () => {
    expect(shown(spans)).toEqual(["a", "-b", "--d", "-c"]);
    expect(shown(spans, ["b"])).toEqual(["a", "-b", "-c"]);
    expect(shown(spans, ["a"])).toEqual(["a"]);
  });

  test("bars are shares of the whole, and a span that runs reaches its end", () => {
    const rows = rowsOf([span("a", null, 0, 10), span("b", "a", 5, null)]);
    expect(rows.map(({ left, width, below }) => [left, width, below])).toEqual([
      [0, 1, 1],
      [0.5, 0.5, 0],
    ]);
    expect(extentOf([])).toBe(0);
  });

  test("orphans and cycles are shown all the same", () => {
    expect(shown([span("x", "gone", 3, 1), span("y", "z", 0, 1), span("z", "y", 1, 1)])).toEqual([
      "x",
      "y",
      "-z",
    ]);
  });

  test("a chain of many spans", () => {
    const chain = Array.from({ length: 20_000 }, (_, n) => span(`s${n}`, n > 0 ? `s${n - 1}` : null, n, 1));
    expect(rowsOf(chain).at(-1)?.depth).toBe(19_999);
  });
});
