import { expect, it } from "vitest";
import { positionToIndex, toNql } from "./nql";

it("NQL goes through untouched", () => {
  expect(toNql('params/lr > 0.1 AND sys/state = "running"')).toBe(
    'params/lr > 0.1 AND sys/state = "running"',
  );
  expect(toNql("a EXISTS")).toBe("a EXISTS");
});

it("words search names and ids", () => {
  expect(toNql("swift.7")).toBe(
    '(`sys/name`:string MATCHES "(?i)swift\\\\.7" OR `sys/id`:string MATCHES "(?i)swift\\\\.7")',
  );
  expect(toNql(" a  b ").match(/ AND /g)).toHaveLength(1);
  expect(toNql("  ")).toBe("  ");
});

it("positions count characters, not UTF-16 units", () => {
  expect(positionToIndex("😀 = x", 2)).toBe(3);
  expect(positionToIndex("abc", 9)).toBe(3);
});
