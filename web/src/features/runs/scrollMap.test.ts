import { describe, expect, it } from "vitest";
import {
  MAX_SPACER_PX,
  physicalFor,
  type ScrollGeometry,
  scrolled,
  spacerHeight,
  topShowing,
  visibleRows,
} from "./scrollMap";

const million: ScrollGeometry = { rows: 1_000_000, rowPx: 34, viewPx: 800 };
const hundred: ScrollGeometry = { rows: 100, rowPx: 34, viewPx: 800 };

describe("a short table", () => {
  it("scrolls as the browser does", () => {
    expect(spacerHeight(hundred)).toBe(3400);
    expect(scrolled({ physicalTop: 0, virtualTop: 0 }, 123, hundred)).toEqual({
      physicalTop: 123,
      virtualTop: 123,
    });
    expect(visibleRows(0, hundred, 0)).toEqual({ first: 0, end: 24 });
  });
});

describe("a million rows", () => {
  it("keep the spacer below every browser's limit", () => expect(spacerHeight(million)).toBe(MAX_SPACER_PX));

  it("move pixel by pixel under the wheel", () => {
    const start = { physicalTop: 4_000_000, virtualTop: 17_000_000 };
    expect(scrolled(start, 4_000_100, million).virtualTop).toBe(17_000_100);
  });

  it("reach both ends with the bar", () => {
    const middle = { physicalTop: 4_000_000, virtualTop: 17_000_000 };
    const end = scrolled(middle, MAX_SPACER_PX - 800, million);
    expect(visibleRows(end.virtualTop, million, 0).end).toBe(1_000_000);
    expect(scrolled(end, 0, million).virtualTop).toBe(0);
  });

  it("every row can be reached and is shown whole", () => {
    for (const index of [0, 1, 499_999, 999_999]) {
      const top = topShowing(index, 5_000_000, million);
      expect(top).toBeLessThanOrEqual(index * 34);
      expect(top + 800).toBeGreaterThanOrEqual(index * 34 + 34);
    }
  });

  it("after idling the bar agrees with the table", () => {
    const physical = physicalFor(17_000_100, million);
    const again = scrolled({ physicalTop: 0, virtualTop: 0 }, physical, million);
    expect(again.virtualTop).toBeCloseTo(17_000_100, 3);
  });
});
