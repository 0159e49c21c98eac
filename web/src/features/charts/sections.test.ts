import { describe, expect, it } from "vitest";
import { arranged, isOpen, moved, rowsOf, type Section, withOpen } from "./sections";

const sections: Section[] = ["", "test", "train", "system/box"].map((name, index) => ({
  name,
  metrics: index + 2,
}));
const untouched = { open: [], shut: [], order: [] };

describe("sections", () => {
  it("come in the chosen order, the others behind", () => {
    expect(arranged(sections, ["train", "gone"]).map((each) => each.name)).toEqual([
      "train",
      "",
      "test",
      "system/box",
    ]);
  });
  it("move", () => {
    const order = moved(sections, [], "train", -1);
    expect(order).toEqual(["", "train", "test"]);
    const now = arranged(sections, order);
    expect(moved(now, order, "", -1)).toEqual(order);
    expect(moved(now, order, "train", -9)).toEqual(["train", "", "test"]);
    expect(moved(now, order, "train", 9)).toEqual(["", "test", "system/box", "train"]);
  });
  it("are open but for the machine's", () => {
    expect(isOpen("train", untouched, { all: false })).toBe(true);
    expect(isOpen("system/box", untouched, { all: false })).toBe(false);
    expect(isOpen("system/box", untouched, { all: true })).toBe(true);
    const shut = withOpen(untouched, "train", false);
    expect(isOpen("train", shut, { all: true })).toBe(false);
    expect(withOpen(shut, "train", true)).toEqual({ open: ["train"], shut: [], order: [] });
  });
  it("become rows", () => {
    const rows = rowsOf(sections, 3, (name) => name !== "test");
    expect(rows.map((row) => (row.kind === "heading" ? `h ${row.section.name}` : row.first))).toEqual([
      "h ",
      0,
      "h test",
      "h train",
      0,
      3,
      "h system/box",
      0,
      3,
    ]);
  });
});
