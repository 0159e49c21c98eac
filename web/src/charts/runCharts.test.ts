import { describe, expect, it } from "vitest";
import { BEYOND, makeAxis, placeOf, textAt, valueAt } from "./axis";
import { passing } from "./brush";
import { drawParallel, nearestLine, parallelFrame } from "./parallel/draw";
import type { ChartColumn } from "./runTable";
import { nearestPoint, paretoFront, pointsOf, radiiOf, scatterFrame, WHOLE } from "./scatter/frame";
import { SHADES, shadesOf } from "./sequential";

const numbers = (...values: number[]): ChartColumn => ({ kind: "number", values: Float64Array.from(values) });
const words = (levels: string[], ...codes: number[]): ChartColumn => ({
  kind: "category",
  levels,
  codes: Int32Array.from(codes),
});
const close = (found: ArrayLike<number>, wanted: number[]) =>
  wanted.forEach((value, i) => {
    if (Number.isNaN(value)) expect(found[i]).toBeNaN();
    else expect(found[i]).toBeCloseTo(value, 5);
  });

describe("axes", () => {
  it("place numbers, infinities beyond the ends, and nothing for NaN", () => {
    const axis = makeAxis(numbers(0, 5, 10, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY));
    close(axis.at, [0, 0.5, 1, Number.NaN, 1 + BEYOND, -BEYOND]);
    expect([axis.missing, axis.domain]).toEqual([1, [0, 10]]);
    expect(axis.ticks.map((tick) => tick.text)).toEqual(expect.arrayContaining(["0", "10", "∞", "−∞"]));
  });
  it("on a log scale have no place for what is not positive", () => {
    const axis = makeAxis(numbers(0.01, 1, 100, 0, -1), { log: true });
    close(axis.at, [0, 0.5, 1, Number.NaN, Number.NaN]);
    expect(valueAt(axis, 0.25)).toBeCloseTo(0.1);
    expect(placeOf(axis, 10)).toBeCloseTo(0.75);
  });
  it("can stand upside down", () => {
    const axis = makeAxis(numbers(0, 10), { flip: true });
    close(axis.at, [1, 0]);
    expect([valueAt(axis, 0.2), placeOf(axis, 8)]).toEqual([8, 0.2]);
  });
  it("spread categories evenly, and put a single number in the middle", () => {
    close(makeAxis(words(["a", "b"], 0, 1, -1)).at, [0.25, 0.75, Number.NaN]);
    close(makeAxis(numbers(3, 3)).at, [0.5, 0.5]);
    expect(makeAxis(numbers(Number.NaN)).missing).toBe(1);
  });
  it("tell values as text", () => {
    expect([textAt(numbers(1e-5), 0), textAt(numbers(Number.NaN), 0), textAt(words(["a"], -1), 0)]).toEqual([
      "1e−5",
      "–",
      "–",
    ]);
  });
});

describe("brushes", () => {
  const columns = [numbers(1, 2, Number.NaN, Number.POSITIVE_INFINITY), words(["x", "y"], 0, 1, 1, -1)];
  const passed = (...brushes: Parameters<typeof passing>[2]) => Array.from(passing(4, columns, brushes).mask);
  it("all have to be passed", () => {
    expect(passed(null, null)).toEqual([1, 1, 1, 1]);
    expect(passed({ kind: "range", low: 1.5, high: Number.POSITIVE_INFINITY }, null)).toEqual([0, 1, 0, 1]);
    expect(passed({ kind: "missing" }, { kind: "levels", levels: ["y"] })).toEqual([0, 0, 1, 0]);
    expect(passed(null, { kind: "missing" })).toEqual([0, 0, 0, 1]);
    expect(passing(4, columns, [null, { kind: "levels", levels: ["gone"] }]).count).toBe(0);
  });
});

describe("parallel coordinates", () => {
  const axes = [numbers(0, 1, 2), numbers(2, 1, Number.NaN)].map((column) => makeAxis(column));
  const scene = { axes, count: 3, mask: Uint8Array.from([1, 1, 1]), colors: ["r", "g", "b"], hovered: 1 };
  const frame = parallelFrame(2, 400, 300);
  it("find the line under the pointer, in the track of missing values, too", () => {
    const [left, right] = frame.x as [number, number];
    expect(nearestLine(scene, frame, left, frame.bottom)).toBe(0);
    expect(nearestLine(scene, frame, right - 1, frame.missingY)).toBe(2);
    expect(nearestLine(scene, frame, (left + right) / 2, frame.top)).toBe(-1);
    expect(nearestLine({ ...scene, axes: [] }, parallelFrame(0, 400, 300), 10, 10)).toBe(-1);
  });
  it("are painted with any number of axes", () => {
    const calls: string[] = [];
    const context = new Proxy({} as CanvasRenderingContext2D, {
      get: (_, name) =>
        name === "measureText"
          ? (text: string) => ({ width: 6 * text.length })
          : (..._args: unknown[]) => calls.push(String(name)),
      set: () => true,
    });
    const palette = { quiet: "", axis: "", ink: "", surface: "", font: "" };
    for (const some of [[], axes.slice(0, 1), axes])
      drawParallel(context, { ...scene, axes: some }, parallelFrame(some.length, 400, 300), palette);
    expect(calls.filter((name) => name === "stroke").length).toBeGreaterThan(8);
  });
});

describe("scatter charts", () => {
  it("place, size and find runs", () => {
    const [x, y] = [makeAxis(numbers(0, 10, Number.NaN)), makeAxis(numbers(0, 10, 5))];
    const frame = scatterFrame(500, 300, WHOLE);
    const { px, py } = pointsOf(x, y, [1, 2, 3], frame);
    expect(px[0]).toBeLessThan(px[1] as number);
    expect(py[0]).toBeGreaterThan(py[1] as number);
    const radius = radiiOf(makeAxis(numbers(0, 100, 50)), 3);
    expect(radius[1]).toBeGreaterThan(radius[0] as number);
    expect(nearestPoint(px, py, radius, px[1] as number, (py[1] as number) + 3)).toBe(1);
    expect(nearestPoint(px, py, radius, 250, 150)).toBe(-1);
    expect(frame.atX(frame.xOf(0.3))).toBeCloseTo(0.3);
    const zoomed = scatterFrame(500, 300, { x: [0.5, 1], y: [0, 1] });
    expect(zoomed.xOf(0.5)).toBeCloseTo(frame.xOf(0));
  });
  it("spread runs of a category, each always alike", () => {
    const axis = makeAxis(words(["a", "b"], 0, 0));
    const frame = scatterFrame(500, 300, WHOLE);
    const once = pointsOf(axis, axis, [7, 8], frame);
    expect(once.px[0]).not.toBe(once.px[1]);
    expect(pointsOf(axis, axis, [7, 8], frame)).toEqual(once);
  });
  it("find the front that nobody beats", () => {
    const [x, y] = [
      Float32Array.from([1, 2, 3, 2, 4, 1, Number.NaN]),
      Float32Array.from([5, 3, 4, 3, 1, 5, 0]),
    ];
    expect(paretoFront(x, y, "low", "low")).toEqual([0, 5, 1, 3, 4]);
    expect(paretoFront(x, y, "high", "high")).toEqual([4, 2, 0, 5]);
    expect(paretoFront(new Float32Array(), new Float32Array(), "low", "low")).toEqual([]);
  });
});

describe("shades", () => {
  it("are shared by the middle of the numbers, so that an outlier takes no room", () => {
    const values = [...Array.from({ length: 100 }, (_, i) => i), 1e9, Number.NaN];
    const { shades } = shadesOf(numbers(...values), false);
    expect(shades[0]).toBe(0);
    expect(shades[50]).toBeGreaterThan(SHADES / 3);
    expect([shades[100], shades[101]]).toEqual([SHADES - 1, -1]);
  });
  it("of categories are places in the palette", () => {
    expect(Array.from(shadesOf(words(["a", "b"], 1, -1), false).shades)).toEqual([1, -1]);
  });
});
