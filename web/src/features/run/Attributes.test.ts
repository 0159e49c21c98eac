import { describe, expect, it } from "vitest";
import type { RunAttribute } from "@/api/types";
import { rowsOf } from "./Attributes";

const attribute = (path: string): RunAttribute => ({ path, type: "float", value: 1, summary: null });
const tree = (paths: string[], closed: string[] = []) =>
  rowsOf(paths.map(attribute), new Set(closed)).map((row) =>
    row.kind === "folder"
      ? `${"-".repeat(row.depth)}${row.name}/${row.count}`
      : `${"-".repeat(row.depth)}${row.name}`,
  );

describe("the tree of attributes", () => {
  const paths = ["a/b/c", "a/b/d", "a/e", "f"];
  it("opens every folder once", () => expect(tree(paths)).toEqual(["a/3", "-b/2", "--c", "--d", "-e", "f"]));
  it("hides what is below a closed folder", () => {
    expect(tree(paths, ["a/b"])).toEqual(["a/3", "-b/2", "-e", "f"]);
    expect(tree(paths, ["a"])).toEqual(["a/3", "f"]);
  });
});
