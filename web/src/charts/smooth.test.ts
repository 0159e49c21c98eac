import { describe, expect, it } from "vitest";
import { type SmoothKind, smooth } from "./smooth";

const KINDS: readonly SmoothKind[] = ["ema", "gaussian", "average"];
const places = (count: number, stride: number) => Float64Array.from({ length: count }, (_, i) => i * stride);

describe.each(KINDS)("smoothing: %s", (kind) => {
  it("is the same for a curve logged twice as often", () => {
    const [sparse, dense] = [places(100, 2), places(200, 1)];
    const rise = (x: number) => (x < 100 ? 0 : 1);
    const a = smooth(kind, sparse, sparse.map(rise), 20);
    const b = smooth(kind, dense, dense.map(rise), 20);
    for (const at of [30, 48, 52, 60, 90]) expect(a[at]).toBeCloseTo(b[at * 2] as number, 1);
  });
  it("leaves a constant as it is and lies between least and greatest", () => {
    const x = Float64Array.from({ length: 300 }, (_, i) => i ** 1.5);
    for (const value of smooth(kind, x, new Float64Array(300).fill(7), 50)) expect(value).toBeCloseTo(7, 9);
    const noisy = Float64Array.from(x, (_, i) => Math.sin(i * 12.9898) * 3);
    for (const value of smooth(kind, x, noisy, 80)) expect(Math.abs(value)).toBeLessThanOrEqual(3);
  });
  it("keeps what is not finite where it is", () => {
    const out = smooth(
      kind,
      places(6, 1),
      Float64Array.of(1, Number.NaN, 1, Number.POSITIVE_INFINITY, 1, 1),
      1,
    );
    expect([...out]).toEqual([
      1,
      Number.NaN,
      expect.closeTo(1),
      Number.POSITIVE_INFINITY,
      expect.closeTo(1),
      expect.closeTo(1),
    ]);
  });
  it("does nothing without a length, and with a single value", () => {
    const values = Float64Array.of(3, 1, 2);
    expect(smooth(kind, places(3, 1), values, 0)).toBe(values);
    expect([...smooth(kind, places(1, 1), Float64Array.of(5), 9)]).toEqual([5]);
  });
});

describe("the exponential average", () => {
  it("forgets half after a half-life", () => {
    const x = places(2001, 1);
    const out = smooth(
      "ema",
      x,
      x.map((at) => (at < 1000 ? 0 : 1)),
      50,
    );
    expect(out[999 + 50]).toBeCloseTo(0.5, 2);
    expect(out[999 + 100]).toBeCloseTo(0.75, 2);
  });
});

describe("the moving average", () => {
  it("forgets a spike wholly", () => {
    const values = Float64Array.from({ length: 400 }, (_, i) => (i === 20 ? 1e20 : 0.1));
    expect(smooth("average", places(400, 1), values, 5)[200]).toBeCloseTo(0.1, 12);
  });
});

describe("the Gaussian", () => {
  it("is all but the same when it is too wide to weigh every point", () => {
    const x = places(2000, 1);
    const values = x.map((at) => Math.sin(at / 70) + Math.sin(at * 12.9898) * 0.5);
    const quick = smooth("gaussian", x, values, 60);
    for (const at of [400, 777, 1000, 1500]) {
      let [sum, weights] = [0, 0];
      for (const here of x) {
        const weight = Math.exp(-0.5 * ((here - at) / 60) ** 2);
        sum += weight * (values[here] as number);
        weights += weight;
      }
      expect(Math.abs((quick[at] as number) - sum / weights)).toBeLessThan(0.02);
    }
  });
});
