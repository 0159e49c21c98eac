import { describe, expect, it } from "vitest";
import { makeScale } from "./scale";
import { durationText, timeTicks } from "./timeTicks";

const of = (low: number, high: number, wanted = 5, offset = 0) =>
  timeTicks(makeScale([low, high], [0, 1]), wanted, offset);

describe("ticks of time", () => {
  it("are whole minutes, hours, days", () => {
    expect(of(0, 3000)).toEqual([0, 600, 1200, 1800, 2400, 3000]);
    expect(of(100, 40_000, 4).map((each) => each / 3600)).toEqual([3, 6, 9]);
    expect(of(0, 10 * 86_400, 5).every((each) => each % (2 * 86_400) === 0)).toBe(true);
  });
  it("stand on the reader's hours", () => {
    expect(of(0, 86_400, 4, 1800).every((each) => (each + 1800) % 21_600 === 0)).toBe(true);
  });
  it("are those of numbers where there is nothing better", () => {
    expect(of(0, 1)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    expect(of(0, 1e11).length).toBeGreaterThan(2);
    expect(timeTicks(makeScale([1, 1000], [0, 1], true), 4)).toEqual([1, 10, 100, 1000]);
  });
  it("are named with what matters", () => {
    const texts = [
      durationText(0, 10),
      durationText(45, 15),
      durationText(150, 30),
      durationText(5400, 1800),
      durationText(108_000, 21_600),
      durationText(172_800, 86_400),
      durationText(-60, 60),
    ];
    expect(texts).toEqual(["0", "45s", "2m30s", "1h30m", "1d 6h", "2d", "−1m"]);
  });
});
