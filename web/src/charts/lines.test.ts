import { describe, expect, it } from "vitest";
import { type Line, lowerBound, nearestIndex, xExtent, yExtent } from "./lines";
import { makeScale, ticks, tickText } from "./scale";

const line = (values: number[], options: Partial<Line> = {}): Line => ({
  id: "1 loss",
  runs: [1],
  name: "run",
  path: "loss",
  slot: 0,
  dash: 0,
  mark: null,
  unplaced: 0,
  x: Float64Array.from(values, (_, index) => index),
  mean: Float64Array.from(values),
  min: Float64Array.from(values, (value) => value - 1),
  max: Float64Array.from(values, (value) => value + 1),
  count: Uint32Array.from(values, () => 1),
  odd: [],
  total: values.length,
  raw: true,
  ...options,
});

describe("lines", () => {
  it("finds places in sorted arrays", () => {
    const x = Float64Array.of(0, 2, 4);
    expect([-1, 0, 1, 2, 5].map((value) => lowerBound(x, value))).toEqual([0, 0, 1, 1, 3]);
    expect([-9, 0.9, 1.1, 3, 99].map((value) => nearestIndex(x, value))).toEqual([0, 0, 1, 1, 2]);
    expect(nearestIndex(new Float64Array(), 1)).toBe(-1);
  });
  it("spans all lines", () => {
    expect(xExtent([])).toBeNull();
    expect(xExtent([line([1, 2, 3]), line([])])).toEqual([0, 2]);
  });
  it("keeps every spike of the band in view, unless outliers are clipped", () => {
    const values = Array.from({ length: 200 }, (_, index) => Math.sin(index));
    const spiky = line(values, { max: Float64Array.from(values, (v, i) => (i === 50 ? 500 : v)) });
    const options = { log: false, clip: false, band: true, raw: false };
    const open = yExtent([spiky], [spiky.mean], [0, 199], options);
    expect(open?.[1]).toBeGreaterThanOrEqual(500);
    const clipped = yExtent([spiky], [spiky.mean], [0, 199], { ...options, clip: true });
    expect(clipped?.[1]).toBeLessThan(2);
  });
  it("has no range without finite values", () => {
    const nothing = line([Number.NaN], {
      min: Float64Array.of(Number.NaN),
      max: Float64Array.of(Number.NaN),
    });
    expect(
      yExtent([nothing], [nothing.mean], [0, 1], { log: false, clip: false, band: true, raw: false }),
    ).toBeNull();
    const negative = line([-5]);
    expect(
      yExtent([negative], [negative.mean], [0, 1], { log: true, clip: false, band: true, raw: false }),
    ).toBeNull();
  });
});

describe("scales", () => {
  it("maps there and back", () => {
    for (const log of [false, true]) {
      const scale = makeScale([0.01, 100], [300, 10], log);
      for (const value of [0.01, 0.5, 100]) expect(scale.toValue(scale.toPixel(value))).toBeCloseTo(value, 9);
    }
  });
  it("has round ticks inside the domain", () => {
    expect(ticks(makeScale([0, 10], [0, 1]), 5)).toEqual([0, 2, 4, 6, 8, 10]);
    expect(ticks(makeScale([0.001, 1000], [0, 1], true), 6)).toEqual([0.001, 0.01, 0.1, 1, 10, 100, 1000]);
  });
  it("prints as many digits as needed", () => {
    expect([
      tickText(0.25, 0.05),
      tickText(1_500_000, 500_000),
      tickText(20_000, 5000),
      tickText(-0.00001, 0.00001),
    ]).toEqual(["0.25", "1.5M", "20k", "−1e-5"]);
  });
});
