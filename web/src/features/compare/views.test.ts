import { describe, expect, it } from "vitest";
import type { Parameter, RunColumns } from "@/api/types";
import { makeAxis } from "@/charts/axis";
import { groupBoxes } from "./importance/groups";
import { stepIndex, strided, strides } from "./media/steps";
import { clamped, zoomedAt } from "./media/useSharedZoom";
import { brushOf } from "./parallel/BrushStrip";
import { tableFrom, wantsLog } from "./shared/chartTable";

describe("the server's columns", () => {
  const found: RunColumns = {
    runs: [1, 2],
    ids: ["A-1", "A-2"],
    names: ["a", "b"],
    total: 9,
    columns: [
      { kind: "number", numbers: ["NaN", "-Infinity"], codes: [], levels: [] },
      { kind: "category", numbers: [], codes: [0, -1], levels: ["10", "9"] },
      { kind: "time", numbers: [1.7e12, null], codes: [], levels: [] },
    ],
  };
  it("become those of charts, categories in people's order", () => {
    const table = tableFrom(found);
    expect(table.columns).toEqual([
      { kind: "number", values: Float64Array.from([Number.NaN, Number.NEGATIVE_INFINITY]) },
      { kind: "category", levels: ["9", "10"], codes: Int32Array.from([1, -1]) },
      { kind: "time", values: Float64Array.from([1.7e12, Number.NaN]) },
    ]);
    expect(table.total).toBe(9);
  });
  it("ask for a log axis when they span powers of ten", () => {
    const wants = (...values: number[]) => wantsLog({ kind: "number", values: Float64Array.from(values) });
    expect([wants(1e-4, 0.1), wants(1, 50), wants(0, 1e4), wants(), wants(Number.NaN)]).toEqual([
      true,
      false,
      false,
      false,
      false,
    ]);
  });
});

describe("ranges on axes", () => {
  it("are open at the ends of an axis", () => {
    const axis = makeAxis({ kind: "number", values: Float64Array.from([0, 10]) });
    expect(brushOf(axis, [0.5, 1.02])).toEqual({ kind: "range", low: 5, high: Number.POSITIVE_INFINITY });
    const flipped = makeAxis(axis.column, { flip: true });
    expect(brushOf(flipped, [0.5, 1])).toEqual({ kind: "range", low: Number.NEGATIVE_INFINITY, high: 5 });
  });
  it("keep whole categories", () => {
    const axis = makeAxis({ kind: "category", levels: ["a", "b", "c"], codes: Int32Array.from([0]) });
    expect(brushOf(axis, [0.4, 1])).toEqual({ kind: "levels", levels: ["b", "c"] });
    expect(brushOf(axis, [0, 1])).toBeNull();
  });
});

describe("groups of a parameter", () => {
  const parameter = {
    groups: [
      { label: "a", low: null, high: null, runs: 3, quartiles: [1, 2, 3] },
      { label: null, low: 0.1, high: 0.5, runs: 2, quartiles: [3, 4, 5] },
      { label: "", low: null, high: null, runs: 1, quartiles: null },
    ],
  } as unknown as Parameter;
  it("share one range", () => {
    const { boxes, range } = groupBoxes(parameter);
    expect(range).toEqual([1, 5]);
    expect(boxes.map((box) => [box.label, box.low, box.middle, box.high])).toEqual([
      ["a", 0, 0.25, 0.5],
      ["0.1 – 0.5", 0.5, 0.75, 1],
      ["(empty)", null, null, null],
    ]);
  });
});

describe("steps of media", () => {
  it("snap to the last one that is not later", () => {
    const steps = [0, 10, 20];
    expect([null, 5, 10, 99, -1].map((step) => stepIndex(steps, step))).toEqual([2, 0, 1, 2, 0]);
    expect(stepIndex([], null)).toBe(-1);
  });
  it("are strided from the last", () => {
    expect(strided([1, 2, 3, 4, 5], 2, 10)).toEqual([1, 3, 5]);
    expect(strided([1, 2, 3, 4], 2, 1)).toEqual([4]);
    expect(strides(12)).toEqual([1, 2, 5, 10]);
  });
});

describe("the shared zoom", () => {
  it("leaves the point under the pointer where it is", () => {
    const near = zoomedAt({ scale: 1, x: 0, y: 0 }, 2, [0.25, 0.5]);
    expect(near).toEqual({ scale: 2, x: -0.25, y: -0.5 });
    expect(zoomedAt(near, 0.1, [0.9, 0.9])).toEqual({ scale: 1, x: 0, y: 0 });
  });
  it("never shows what is beside a picture", () => {
    expect(clamped({ scale: 2, x: 0.5, y: -3 })).toEqual({ scale: 2, x: 0, y: -1 });
  });
});
