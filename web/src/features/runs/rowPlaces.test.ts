import { describe, expect, it } from "vitest";
import { RowPlaces } from "./rowPlaces";

const geometry = { rows: 1_000, rowPx: 30, viewPx: 600 };

describe("places of rows", () => {
  it("tell of every row that comes in, and of coarse steps only now and then", () => {
    const places = new RowPlaces();
    let told = 0;
    places.put({ physicalTop: 0, virtualTop: 0 }, geometry);
    places.subscribe(() => {
      told += 1;
    });
    const coarse = new Set([places.coarse()]);
    for (let top = 0; top < 6_000; top += 30) {
      places.put({ physicalTop: top, virtualTop: top }, geometry);
      coarse.add(places.coarse());
    }
    expect(told).toBe(199);
    expect(coarse.size).toBeLessThan(12);
    expect(places.shown()).toEqual({ first: 193, end: 225, firstShown: 199, endShown: 219, shiftPx: 0 });
    expect(places.coarse()).toEqual({ range: { first: 150, end: 250 }, atTop: false });
  });

  it("say nothing where nothing changes", () => {
    const places = new RowPlaces();
    places.put({ physicalTop: 0, virtualTop: 0 }, geometry);
    const before = places.shown();
    places.subscribe(() => expect.unreachable());
    places.put({ physicalTop: 0, virtualTop: 0 }, { ...geometry });
    expect(places.shown()).toBe(before);
  });
});
