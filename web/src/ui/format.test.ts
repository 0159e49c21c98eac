import { describe, expect, it } from "vitest";
import { formatBytes, formatDuration, formatMeasurement, formatNumber, formatRelative } from "./format";

describe("formatNumber", () => {
  it.each([
    [0, "0"],
    [1, "1"],
    [-3, "−3"],
    [0.1 + 0.2, "0.3"],
    [0.987654321, "0.98765"],
    [12345.678, "12,346"],
    [1234567, "1,234,567"],
    [0.00001234, "1.234e−5"],
    [1.5e12, "1.5e12"],
    [Number.NaN, "NaN"],
    ["NaN", "NaN"],
    ["Infinity", "∞"],
    ["-Infinity", "−∞"],
    ["9007199254740993", "9007199254740993"],
    [null, ""],
  ])("%s reads %s", (value, text) => expect(formatNumber(value)).toBe(text));
});

describe("formatDuration", () => {
  it.each([
    [0.25, "250 ms"],
    [5.04, "5 s"],
    [59.9, "59 s"],
    [185, "3 m 05 s"],
    [8040, "2 h 14 m"],
    [273_600, "3 d 4 h"],
  ])("%s s reads %s", (seconds, text) => expect(formatDuration(seconds)).toBe(text));
});

it("sizes use decimal units", () => {
  expect([0, 999, 1000, 15_300, 999_999, 2_400_000_000].map(formatBytes)).toEqual([
    "0 B",
    "999 B",
    "1.0 kB",
    "15 kB",
    "1.0 MB",
    "2.4 GB",
  ]);
});

it("times near and far", () => {
  const now = new Date(2026, 10, 23, 12, 0, 0);
  const ago = (seconds: number) => formatRelative(new Date(now.getTime() - seconds * 1000), now);
  expect([5, 120, 7200, 90_000, 4 * 86_400, 30 * 86_400].map(ago)).toEqual([
    "just now",
    "2 min ago",
    "2 h ago",
    "yesterday",
    "4 days ago",
    "24 Oct",
  ]);
});

it("measurements stand in line", () => {
  expect([0.69106, 1.4, 123.45678, 12345.6, 0.00001234, "NaN", 0].map(formatMeasurement)).toEqual([
    "0.6911",
    "1.4000",
    "123.4568",
    "12,350",
    "1.23e−5",
    "NaN",
    "0",
  ]);
});
