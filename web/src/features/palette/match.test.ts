import { expect, test } from "vitest";
import { fitting, scoreOf } from "./match";

test("every word must be there; beginnings count more", () => {
  expect(scoreOf("team/vision", "vis team")).toBeGreaterThan(0);
  expect(scoreOf("team/vision", "vision x")).toBe(0);
  expect(scoreOf("vision", "vis")).toBeGreaterThan(scoreOf("team/vision", "vis"));
  expect(scoreOf("team/vision", "vis")).toBeGreaterThan(scoreOf("television", "vis"));
  expect(fitting(["television", "team/vision", "vision", "other"], (text) => text, "vis", 2)).toEqual([
    "vision",
    "team/vision",
  ]);
  expect(fitting(["b", "a"], (text) => text, " ", 5)).toEqual(["b", "a"]);
});
