import { describe, expect, it } from "vitest";
import type { ComparedRow, ComparedSection } from "@/api/types";
import { toCsv, toMarkdown } from "./copy";
import { changeOf, deltaOf, deltaText, verdict } from "./delta";
import { neighbour, tableLines } from "./rows";
import { textDiff } from "./textDiff";
import { directed, type SideState, sideCodec } from "./urlState";

const clean = (state: SideState) =>
  Object.fromEntries(
    Object.entries(sideCodec.encode(state)).filter(([, value]) => value !== undefined),
  ) as Record<string, string>;

const row = (values: ComparedRow["values"], more: Partial<ComparedRow> = {}): ComparedRow => ({
  section: "config",
  path: "p",
  differs: true,
  runs: values.length,
  values,
  type: "float",
  ...more,
});

describe("the side-by-side table in the address", () => {
  it("leaves defaults out", () => expect(clean(sideCodec.decode({}))).toEqual({}));
  it("comes back as it went", () => {
    const state: SideState = {
      reference: 1234567,
      differing: true,
      deltas: false,
      find: "^val/.*, [a-z]",
      aggregates: ["last", "max", "average"],
      closed: ["metrics", "run"],
      up: ["val/accuracy", "a,b:c\\d"],
      down: ["val/loss"],
    };
    expect(sideCodec.decode(clean(state))).toEqual(state);
  });
  it("takes anything", () => {
    const odd = { "side.ref": "!", "side.of": "median", "side.closed": "attic", "side.diff": "yes" };
    expect(sideCodec.decode(odd)).toEqual(sideCodec.decode({}));
  });
  it("keeps one direction a path", () => {
    const up = directed(sideCodec.decode({}), "loss", "up");
    expect(directed(up, "loss", "down")).toMatchObject({ up: [], down: ["loss"] });
    expect(directed(up, "loss", null)).toMatchObject({ up: [], down: [] });
  });
});

describe("lines of the table", () => {
  const sections: ComparedSection[] = [
    { name: "columns", total: 2, differing: 1 },
    { name: "config", total: 3, differing: 0 },
    { name: "run", total: 1, differing: 1 },
  ];
  it("puts a heading before each section", () => {
    const lines = tableLines(sections, false, []);
    expect(lines.count).toBe(9);
    const kinds = Array.from({ length: 9 }, (_, line) => {
      const found = lines.at(line);
      return found?.kind === "row" ? found.position : found?.section.name;
    });
    expect(kinds).toEqual(["columns", 0, 1, "config", 2, 3, 4, "run", 5]);
    for (let position = 0; position < 6; position++)
      expect(lines.at(lines.lineOf(position) as number)).toEqual({ kind: "row", position });
    expect([lines.at(9), lines.lineOf(6), lines.sectionOf(4)]).toEqual([undefined, null, "config"]);
  });
  it("counts rows of closed sections without showing them", () => {
    const lines = tableLines(sections, false, ["config"]);
    expect([lines.count, lines.lineOf(2), lines.lineOf(5)]).toEqual([6, null, 5]);
  });
  it("leaves sections without differences out", () => {
    const lines = tableLines(sections, true, []);
    expect([lines.count, lines.sectionOf(1)]).toEqual([4, "run"]);
  });
  it("jumps around the end", () => {
    expect([neighbour([2, 5], 2, 1), neighbour([2, 5], 5, 1), neighbour([2, 5], 2, -1)]).toEqual([5, 2, 5]);
    expect(neighbour([], 0, 1)).toBeNull();
  });
});

describe("distances from the reference", () => {
  it("are absolute and relative", () => {
    expect(deltaText({ absolute: 0.02, relative: 0.045 })).toBe("+0.02 (+4.5%)");
    expect(deltaText(deltaOf(-3, -2) as NonNullable<ReturnType<typeof deltaOf>>)).toBe("−1 (−50.0%)");
    expect(deltaText({ absolute: 5, relative: null })).toBe("+5");
    expect(deltaText({ absolute: 1e-6, relative: 1e-5 })).toContain("(+0.00%)");
  });
  it("exist between finite numbers that differ", () => {
    for (const [a, b] of [
      ["NaN", 1],
      [1, 1],
      [null, 1],
      ["1", 2],
    ] as const)
      expect(deltaOf(a, b)).toBeNull();
  });
  it("are good or bad once a direction is known", () => {
    const delta = { absolute: -1, relative: null };
    expect([verdict(delta, null), verdict(delta, "down"), verdict(delta, "up")]).toEqual([
      null,
      "better",
      "worse",
    ]);
  });
  it("tell what happened to a value", () => {
    expect(changeOf(row([1, 2]), 1, 0)).toBe("changed");
    expect(changeOf(row([1, null]), 1, 0)).toBe("removed");
    expect(changeOf(row([null, 1]), 1, 0)).toBe("added");
    expect(changeOf(row([null, null]), 1, 0)).toBe("same");
    const file = (sha256: string, name: string) => ({ sha256, name, size: 1, mime: "text/plain" });
    expect(changeOf(row([file("a", "x"), file("a", "y")]), 1, 0)).toBe("same");
    const ends = [
      { count: 1, last_step: 0 },
      { count: 2, last_step: 0 },
    ];
    expect(changeOf(row([null, null], { points: ends }), 1, 0)).toBe("changed");
  });
});

describe("the table as text", () => {
  const rows = [
    row([0.1, "=cmd|x"], { path: "a|b" }),
    row([null, ["x", "y"]], { path: "loss", aggregate: "last_step" }),
    row([-3, 'say "hi",\nyou'], { section: "packages", path: "torch" }),
  ];
  const runs = [{ name: "one" }, { name: "two, three" }];
  it("is CSV that a spreadsheet does not run", () => {
    expect(toCsv(rows, runs, [1, 0])).toBe(
      'attribute,one,"two, three"\r\na|b,\'=cmd|x,0.1\r\nloss (last step),"x, y",\r\npackage torch,"say ""hi"",\nyou",-3\r\n',
    );
  });
  it("is Markdown", () => {
    expect(toMarkdown(rows.slice(0, 1), runs, [0, 1])).toBe(
      "| Attribute | one | two, three |\n| --- | --- | --- |\n| a\\|b | 0.1 | =cmd\\|x |\n",
    );
  });
});

describe("texts line by line", () => {
  it("marks the words that changed, with some lines around them", () => {
    const before = Array.from({ length: 20 }, (_, i) => `line ${i}`).join("\n");
    const found = textDiff(before, before.replace("line 9", "line nine"));
    expect(found).toMatchObject({ removed: 1, added: 1 });
    expect(found?.lines.map((line) => line.kind)).toEqual([
      "gap",
      ...Array(3).fill("context"),
      "removed",
      "added",
      ...Array(3).fill("context"),
    ]);
    const added = found?.lines.find((line) => line.kind === "added");
    expect(added).toMatchObject({
      before: null,
      after: 10,
      parts: [
        { text: "line ", changed: false },
        { text: "nine", changed: true },
      ],
    });
  });
  it("takes texts that are empty, or have no end of line", () => {
    expect(textDiff("", "a\nb")).toMatchObject({ removed: 0, added: 2 });
    expect(textDiff("a", "a\n")).toMatchObject({ removed: 1, added: 1 });
  });
});
