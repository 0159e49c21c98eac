import { expect, test } from "vitest";
import { columnText, columnTyped, proposed } from "./columnSpecs";

test("a column is typed as the API writes it", () => {
  const least = { path: "val/loss", type: "float_series", aggregate: "min" } as const;
  expect(columnTyped("min(val/loss)")).toEqual(least);
  expect(columnText(least)).toBe("min(val/loss)");
  expect(columnTyped("params/f(x)")).toEqual({ path: "params/f(x)" });
  expect(columnText({ path: "val/loss", aggregate: "last" })).toBe("val/loss");
});

test("inside a function its argument is proposed", () => {
  expect(proposed("params/l").search).toBe("params/l");
  const open = proposed("max(val/");
  expect(open.search).toBe("val/");
  expect(open.wrap("val/acc")).toBe("max(val/acc)");
});
