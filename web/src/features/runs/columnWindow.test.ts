import { expect, test } from "vitest";
import { columnsWithin } from "./columnWindow";

test("columns within the window, and the widths of the others", () => {
  const widths = [100, 50, 200, 100, 100];
  expect(columnsWithin(widths, 0, 1000)).toEqual({ first: 0, end: 5, beforePx: 0, afterPx: 0 });
  expect(columnsWithin(widths, 100, 151)).toEqual({ first: 1, end: 3, beforePx: 100, afterPx: 200 });
  expect(columnsWithin(widths, -500, 10)).toEqual({ first: 0, end: 1, beforePx: 0, afterPx: 450 });
  expect(columnsWithin(widths, 549, 560)).toEqual({ first: 4, end: 5, beforePx: 450, afterPx: 0 });
  expect(columnsWithin(widths, 9000, 9100)).toEqual({ first: 5, end: 5, beforePx: 550, afterPx: 0 });
  expect(columnsWithin([], 0, 100)).toEqual({ first: 0, end: 0, beforePx: 0, afterPx: 0 });
});
