import { describe, expect, it } from "vitest";
import { type GroupBand, groupMeans } from "./groupMeans";
// Written and checked by tests/browser/test_group_means.py, with numpy.
import numpy from "./groupMeans.expected.json";
import type { Line } from "./lines";
import { studentT975 } from "./studentT";
import { testLine } from "./testLine";

const MEMBERS = numpy.members.map(({ x, values }, index) =>
  testLine(values, { id: String(index), runs: [index], x: Float64Array.from(x) }),
);
const mean = (band: GroupBand, members: readonly Line[] = MEMBERS): Line => {
  const group = { id: "g", label: "adam", slot: 3 };
  const [line] = groupMeans(members, () => group, { logX: false, band });
  if (line === undefined) throw new Error("no line");
  return line;
};
const column = (values: ArrayLike<number>, wanted: readonly (number | null)[]) => {
  expect(values.length).toBe(wanted.length);
  wanted.forEach((value, i) => {
    if (value === null) expect(values[i]).toBeNaN();
    else expect(values[i]).toBeCloseTo(value, 6);
  });
};

describe("the mean of a group", () => {
  it("is numpy's, wherever a member has a point", () => {
    const line = mean("range");
    column(line.x, numpy.expected.x);
    column(line.count, numpy.expected.count);
    column(line.mean, numpy.expected.mean);
    column(line.min, numpy.expected.min);
    column(line.max, numpy.expected.max);
    expect(line.group?.low).toBe(line.min);
  });
  it.each(["std", "sem", "ci95"] as const)("has a band of numpy's %s", (band) => {
    const line = mean(band);
    const { low, high } = line.group ?? { low: [], high: [] };
    column(
      Array.from(high, (value, i) => value - (line.mean[i] as number)),
      numpy.expected[band],
    );
    column(
      Array.from(low, (value, i) => (line.mean[i] as number) - value),
      numpy.expected[band],
    );
  });
  it("loses nothing to large values", () => {
    const far = [1e9, 1e9 + 1, 1e9 + 2].map((value, i) => testLine([value], { id: String(i), runs: [i] }));
    const { high } = mean("std", far).group ?? { high: [] };
    expect(high[0]).toBeCloseTo(1e9 + 2, 6);
  });
  it("leaves out what is not finite, and marks it", () => {
    const odd = testLine([1, Number.NaN], { odd: [{ index: 1, nan: 1, posInf: 0, negInf: 0 }] });
    const line = mean("std", [testLine([3, 3]), odd]);
    expect([...line.mean]).toEqual([2, 3]);
    expect([...line.count]).toEqual([2, 1]);
    expect(line.odd).toEqual([{ index: 1, nan: 1, posInf: 0, negInf: 0 }]);
  });
  it("is taken at even places where there are too many", () => {
    const line = (start: number) =>
      testLine(
        Array.from({ length: 3000 }, () => 1),
        { x: Float64Array.from({ length: 3000 }, (_, i) => start + i) },
      );
    const found = mean("none", [line(0), line(0.5)]);
    expect(found.x.length).toBe(1000);
    expect(found.mean[500]).toBe(1);
    expect(found.group?.low.every(Number.isNaN)).toBe(true);
  });
});

describe("Student's t", () => {
  // Of any table.
  it.each([
    [1, 12.7062],
    [4, 2.77645],
    [10, 2.22814],
    [11, 2.20099],
    [30, 2.04227],
    [120, 1.97993],
    [1e6, 1.95997],
  ])("has its 97.5 %% point with %d degrees of freedom", (freedom, wanted) =>
    expect(studentT975(freedom)).toBeCloseTo(wanted, 4),
  );
  it("has none without any", () => expect(studentT975(0)).toBeNaN());
});
