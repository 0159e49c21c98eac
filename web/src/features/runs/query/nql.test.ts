import { expect, it } from "vitest";
import { isNql, positionToIndex } from "./nql";

it("conditions wait for Enter, words do not", () => {
  expect(isNql("swift /v[0-9]/")).toBe(false);
  expect(isNql("params/lr > 1")).toBe(true);
  expect(isNql("tags IN (a)")).toBe(true);
});

it("positions count characters, not UTF-16 units", () => {
  expect(positionToIndex("😀 = x", 2)).toBe(3);
  expect(positionToIndex("abc", 9)).toBe(3);
});
