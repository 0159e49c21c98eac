import { describe, expect, it } from "vitest";
import { deltaOf, formatCell, heatOf } from "./columnFormat";
import { pinnedFirst } from "./columns";

const loss = { path: "val/loss", type: "float_series" } as const;

describe("numbers of a column", () => {
  it("are written as the reader wants", () => {
    expect(formatCell(loss, 0.123456)).toBe("0.1235");
    expect(formatCell({ ...loss, format: { kind: "fixed", digits: 2 } }, -1234.5)).toBe("−1,234.50");
    expect(formatCell({ ...loss, format: { kind: "significant", digits: 3 } }, 0.00123456)).toBe("0.00123");
    expect(formatCell({ ...loss, format: { kind: "scientific", digits: 1 } }, 12345)).toBe("1.2e+4");
    expect(formatCell({ ...loss, format: { kind: "percent", digits: 1 } }, 0.9312)).toBe("93.1 %");
    expect(formatCell({ ...loss, format: { kind: "percent", digits: 1 } }, "NaN")).toBe("NaN");
  });

  it("are compared with the baseline in the column's direction", () => {
    expect(deltaOf(loss, 0.5, 0.75)).toEqual({ text: "−0.2500", verdict: "better" });
    expect(deltaOf({ ...loss, better: "higher" }, 0.5, 0.75)?.verdict).toBe("worse");
    expect(deltaOf({ ...loss, path: "x" }, 1, 0.5)).toEqual({ text: "+0.5000", verdict: "neutral" });
    expect(deltaOf(loss, 1, 1)?.verdict).toBe("same");
    expect(deltaOf(loss, "NaN", 1)).toBeNull();
    expect(deltaOf(loss, 1, undefined)).toBeNull();
  });

  it("are coloured by their place in the column", () => {
    expect(heatOf(5, { min: 0, max: 10 })).toBe(0.5);
    expect(heatOf(1e-3, { min: 1e-5, max: 1e-1 })).toBeCloseTo(0.5);
    expect(heatOf(1, { min: 1, max: 1 })).toBeNull();
    expect(heatOf("NaN", { min: 0, max: 1 })).toBeNull();
  });
});

it("pinned columns come first", () => {
  expect(pinnedFirst([{ path: "a" }, { path: "b", pinned: true }, { path: "c" }]).map((c) => c.path)).toEqual(
    ["b", "a", "c"],
  );
});
