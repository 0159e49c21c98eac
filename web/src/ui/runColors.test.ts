import { expect, it } from "vitest";
import { assignSlots, RUN_COLOR_COUNT } from "./runColors";

it("up to twelve runs never share a colour", () => {
  const keys = [0, 12, 24, 36, 48, 1, 2, 13, 600, 7, 19, 31];
  expect(new Set(assignSlots(keys).values()).size).toBe(RUN_COLOR_COUNT);
});

it("a run keeps its colour while others come and go", () => {
  const first = assignSlots([5, 17]);
  const second = assignSlots([17, 29, 5], first);
  expect(second.get(5)).toBe(first.get(5));
  expect(second.get(17)).toBe(first.get(17));
});

it("the order of the runs does not matter", () => {
  expect(assignSlots([3, 15, 27])).toEqual(assignSlots([27, 3, 15]));
});
