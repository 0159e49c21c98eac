import { describe, expect, it } from "vitest";
import { layout } from "./frame";
import { groupMeans } from "./groupMeans";
import { nearby } from "./nearest";
import { makeView, padded, type ViewOptions } from "./prepare";
import { testLine } from "./testLine";
import { boxOf, movedBy } from "./view";

const OPTIONS: ViewOptions = {
  logX: false,
  logY: false,
  smooth: "ema",
  amount: 0,
  raw: true,
  band: true,
  clip: false,
  yMin: null,
  yMax: null,
  zoomX: null,
  zoomY: null,
};
const count = (n: number, value: (i: number) => number) => Array.from({ length: n }, (_, i) => value(i));

describe("a view", () => {
  it("shows all points, with some room", () => {
    const view = makeView([testLine([1, 2, 3]), testLine([5])], OPTIONS);
    expect(view.x).toEqual([0, 2]);
    expect(view.y[0]).toBeLessThan(1);
    expect(view.y[1]).toBeGreaterThan(5);
  });
  it("begins at the first positive x on a log axis", () => {
    expect(makeView([testLine(count(9, (i) => i))], { ...OPTIONS, logX: true }).x).toEqual([1, 8]);
    const [low, high] = makeView([], { ...OPTIONS, logX: true, logY: true }).x;
    expect(low > 0 && high > low).toBe(true);
  });
  it("leaves values that a log axis cannot show out of its range", () => {
    const view = makeView([testLine([-4, 0, 1, 10])], { ...OPTIONS, logY: true });
    expect(view.y[0]).toBeGreaterThan(0.5);
    expect(view.y[1]).toBeLessThan(20);
  });
  it("clips outliers, unless the ends are named", () => {
    const spiky = testLine(count(500, (i) => (i === 99 ? 1e6 : Math.sin(i))));
    expect(makeView([spiky], OPTIONS).y[1]).toBeGreaterThan(1e6);
    expect(makeView([spiky], { ...OPTIONS, clip: true }).y[1]).toBeLessThan(2);
    expect(makeView([spiky], { ...OPTIONS, clip: true, yMin: -9, yMax: 9 }).y).toEqual([-9, 9]);
    const [low, high] = makeView([spiky], { ...OPTIONS, yMin: 5e6 }).y;
    expect(low).toBe(5e6);
    expect(high).toBeGreaterThan(low);
  });
  it("survives values that are not finite", () => {
    const odd = testLine([Number.NaN, Number.POSITIVE_INFINITY, 2, Number.NEGATIVE_INFINITY]);
    const view = makeView([odd], { ...OPTIONS, amount: 0.5 });
    expect(view.y.every(Number.isFinite)).toBe(true);
  });
  it("asks for more than it shows when it smooths", () => {
    expect(padded([10, 20], { logX: false, amount: 0 }, 1000, 4000)).toEqual({
      range: [10, 20],
      buckets: 1000,
    });
    const { range, buckets } = padded([10, 20], { logX: false, amount: 1 }, 1000, 4000);
    expect(range[0]).toBeLessThan(10);
    expect(range[1]).toBeGreaterThan(20);
    expect(buckets).toBeGreaterThan(1500);
    expect(padded([1, 100], { logX: true, amount: 1 }, 1000, 4000).range[0]).toBeGreaterThan(0);
  });
});

describe("the pointer", () => {
  const lines = [0, 10, 20].map((level) =>
    testLine(
      count(101, () => level),
      { id: String(level) },
    ),
  );
  const view = makeView(lines, OPTIONS);
  const frame = layout(view, 400, 300);
  it("finds the nearest lines first, and tells how many there are", () => {
    const found = nearby(view, frame, frame.x.toPixel(50), frame.y.toPixel(12), 2);
    expect(found.hits.map((hit) => hit.line.id)).toEqual(["10", "20"]);
    expect(found.total).toBe(3);
    expect(found.hits[0]?.x).toBe(50);
  });
  it("measures to the line, not to its points", () => {
    const far = testLine([0, 100], { x: Float64Array.of(0, 1000) });
    const steep = makeView([far], OPTIONS);
    const here = layout(steep, 400, 300);
    const found = nearby(steep, here, here.x.toPixel(400), here.y.toPixel(40), 5);
    expect(found.hits[0]?.distance).toBeLessThan(1);
  });
  it("draws boxes: flat ones leave an axis alone", () => {
    const wide = boxOf({ from: [100, 100], to: [200, 104], frame, flat: false });
    expect(wide.y).toBeUndefined();
    expect(wide.x?.[0]).toBeCloseTo(frame.x.toValue(100));
    const both = boxOf({ from: [200, 200], to: [100, 100], frame, flat: false });
    expect((both.x as [number, number])[0]).toBeLessThan((both.x as [number, number])[1]);
    expect((both.y as [number, number])[0]).toBeLessThan((both.y as [number, number])[1]);
    const moved = movedBy({ from: [100, 100], to: [150, 102], frame });
    expect(moved.y).toBeUndefined();
    expect(moved.x?.[0]).toBeLessThan(view.x[0]);
  });
});

describe("means of groups", () => {
  const group = { id: "g", label: "adam", slot: 3 };
  it("stand between their members", () => {
    const a = testLine([0, 2, 4], { id: "a", runs: [1] });
    const b = testLine([2, 4, Number.NaN], { id: "b", runs: [2] });
    const other = testLine([9], { id: "c", runs: [3] });
    const found = groupMeans([a, other, b], (line) => (line.id === "c" ? undefined : group), {
      logX: false,
      band: "range",
    });
    expect(found.map((line) => line.name)).toEqual(["adam", "run"]);
    const [mean] = found;
    expect(mean?.runs).toEqual([1, 2]);
    expect([...(mean?.mean ?? [])]).toEqual([1, 3, 4]);
    expect([...(mean?.min ?? [])]).toEqual([0, 2, 4]);
    expect([...(mean?.max ?? [])]).toEqual([2, 4, 4]);
  });
  it("meet at common places when members' points do not", () => {
    const a = testLine([0, 100], { id: "a", x: Float64Array.of(0, 100) });
    const b = testLine([0, 50, 100], { id: "b", x: Float64Array.of(0, 50, 100) });
    const [mean] = groupMeans([a, b], () => group, { logX: false, band: "range" });
    for (const [i, x] of [...(mean?.x ?? [])].entries()) expect(mean?.mean[i]).toBeCloseTo(x);
  });
});
