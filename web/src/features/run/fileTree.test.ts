import { describe, expect, it } from "vitest";
import { foldersAbove, treeRows } from "./fileTree";

const files = [
  { path: "b.txt", size: 1 },
  { path: "model/data/weights.bin", size: 10 },
  { path: "model/MLmodel", size: 2 },
  { path: "a//odd", size: 3 },
];

describe("a tree of files", () => {
  it("has folders first, with what they hold", () => {
    const rows = treeRows(files, () => true).map((row) =>
      row.kind === "file"
        ? `${" ".repeat(row.depth)}${row.name}`
        : `${" ".repeat(row.depth)}${row.name}/ ${row.count} ${row.size}`,
    );
    expect(rows).toEqual([
      "a/ 1 3",
      " / 1 3",
      "  odd",
      "model/ 2 12",
      " data/ 1 10",
      "  weights.bin",
      " MLmodel",
      "b.txt",
    ]);
  });

  it("hides what closed folders hold", () => {
    const rows = treeRows(files, (folder) => folder === "model");
    expect(rows.map((row) => row.name)).toEqual(["a", "model", "data", "MLmodel", "b.txt"]);
  });

  it("knows the folders above a file", () => {
    expect(foldersAbove("model/data/weights.bin")).toEqual(["model", "model/data"]);
    expect(foldersAbove("b.txt")).toEqual([]);
  });
});
