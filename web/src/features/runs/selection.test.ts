import { expect, it } from "vitest";
import { drawFirst, drawNothing, drawnKeys, toggleEye } from "./selection";

const none = { autoCount: 3, shown: [], hidden: [] } as const;
const first = [9, 8, 7, 6, 5];

it("the first n are drawn and follow the order", () => {
  expect(drawnKeys(none, first)).toEqual([9, 8, 7]);
  expect(drawnKeys(none, [1, 2, 3, 4])).toEqual([1, 2, 3]);
});

it("an eye closed by hand stays closed, one opened stays open", () => {
  const state = toggleEye(toggleEye({ ...none }, 8, first), 5, first);
  expect(drawnKeys(state, first)).toEqual([9, 7, 5]);
  expect(drawnKeys(toggleEye(toggleEye(state, 8, first), 5, first), first)).toEqual([9, 8, 7]);
});

it("a run both picked and automatic closes with one click", () => {
  const state = { ...none, shown: [9] };
  expect(drawnKeys(toggleEye(state, 9, first), first)).toEqual([8, 7]);
});

it("all and nothing", () => {
  expect(drawnKeys(drawNothing({ ...none, shown: [5] }), first)).toEqual([]);
  expect(drawnKeys(drawFirst({ ...none, hidden: [9] }, 1), first)).toEqual([9]);
});
