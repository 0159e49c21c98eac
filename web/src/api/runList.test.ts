import { expect, it } from "vitest";
import { runList } from "./runList";

it("names neighbours together", () => {
  expect(runList([])).toBe("");
  expect(runList([9, 3, 1, 2, 2, 7])).toBe("1-3,7,9");
});
