import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { layout } from "./frame";
import { makeView, type ViewOptions } from "./prepare";
import { testLine } from "./testLine";
import { pinched, Taps } from "./touch";
import { boxOf } from "./view";

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
const view = makeView([testLine([1, 2, 3, 4, 5])], OPTIONS);
const frame = layout(view, 400, 200);
const at = (x: number): readonly [number, number] => [frame.x.toPixel(x), 100];

describe("two fingers", () => {
  it("keep what lies under each", () => {
    // From 1 and 3 to where 0.5 and 3.5 are now: as wide again and a half.
    const range = pinched(frame, [at(1), at(3)], [at(0.5), at(3.5)]);
    expect(range?.[0]).toBeCloseTo(2 / 3);
    expect(range?.[1]).toBeCloseTo(10 / 3);
    const moved = pinched(frame, [at(1), at(3)], [at(2), at(4)]);
    expect(moved?.[0]).toBeCloseTo(-1);
    expect(moved?.[1]).toBeCloseTo(3);
  });
  it("say nothing above each other or crossed", () => {
    expect(pinched(frame, [at(1), at(1.01)], [at(1), at(3)])).toBeNull();
    expect(pinched(frame, [at(1), at(3)], [at(3), at(1)])).toBeNull();
  });
});

it("a finger's box leaves y as it is", () => {
  expect(boxOf({ from: at(1), to: [at(3)[0], 20], frame, flat: true })).toEqual({ x: [1, 3] });
});

describe("taps", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());
  const taps = () => {
    const told: string[] = [];
    return {
      told,
      taps: new Taps(
        ([x]) => told.push(`tap ${x}`),
        () => told.push("double"),
      ),
    };
  };
  it("are told when no second came", () => {
    const { told, taps: fingers } = taps();
    fingers.tap([5, 5]);
    expect(told).toEqual([]);
    vi.advanceTimersByTime(400);
    fingers.tap([9, 5]);
    vi.advanceTimersByTime(400);
    expect(told).toEqual(["tap 5", "tap 9"]);
  });
  it("are one double tap where they are near", () => {
    const { told, taps: fingers } = taps();
    fingers.tap([5, 5]);
    vi.advanceTimersByTime(100);
    fingers.tap([9, 5]);
    vi.advanceTimersByTime(400);
    expect(told).toEqual(["double"]);
  });
});
