import { expect, test } from "vitest";
import { type Condition, type Content, contentText } from "./condition";
import { appendTerm, removeTerm, replaceTerm, setJoiner, termsOf } from "./terms";

const contents = (text: string): readonly Content[] | undefined => termsOf(text)?.map((term) => term.content);
const name = (text: string, regex = false, ignoreCase = false): Content => ({
  kind: "name",
  text,
  regex,
  ignoreCase,
});

test("words, quoted words and expressions look for names", () => {
  expect(contents('swift NOT "old run" OR /^falcon-[0-9]+$/ /a\\/b/i')).toEqual([
    name("swift"),
    name("old run"),
    name("^falcon-[0-9]+$", true),
    name("a/b", true, true),
  ]);
  const terms = termsOf('swift NOT "old run" OR /x/');
  expect(terms?.map((term) => term.joiner)).toEqual([null, "AND", "OR"]);
  expect(terms?.map((term) => term.negated)).toEqual([false, true, false]);
});

test("conditions of every kind", () => {
  const all: readonly (readonly [string, Omit<Condition, "kind">])[] = [
    ["params/lr < 0.01", { path: "params/lr", operator: "<", values: ["0.01"] }],
    ["params/lr == '1e-3'", { path: "params/lr", operator: "=", values: ["1e-3"] }],
    [
      "last(train/loss) <= 0.5",
      { path: "train/loss", type: "float_series", aggregate: "last", operator: "<=", values: ["0.5"] },
    ],
    [
      '`my path`:string NOT MATCHES "^res\\"net"',
      { path: "my path", type: "string", operator: "NOT MATCHES", values: ['^res"net'] },
    ],
    [
      "sys/state IN (finished, running)",
      { path: "sys/state", operator: "IN", values: ["finished", "running"] },
    ],
    ['a NOT IN ("x, y", "z")', { path: "a", operator: "NOT IN", values: ["x, y", "z"] }],
    [
      "sys/tags:stringSet CONTAINS best",
      { path: "sys/tags", type: "string_set", operator: "CONTAINS", values: ["best"] },
    ],
    ["params/x not exists", { path: "params/x", operator: "NOT EXISTS", values: [] }],
    ["not == 1", { path: "not", operator: "=", values: ["1"] }],
    ["name MATCHES /a b/i", { path: "name", operator: "MATCHES", values: ["(?i)a b"] }],
  ];
  for (const [text, condition] of all)
    expect(contents(text), text).toEqual([{ kind: "condition", ...condition }]);
});

test("parentheses are one term, and nothing around a single one", () => {
  expect(termsOf("(a = 1 OR b = 2) AND c")?.map((term) => term.content.kind)).toEqual(["group", "name"]);
  const [only] = termsOf("NOT (params/dropout EXISTS)") ?? [];
  expect(only?.negated).toBe(true);
  expect(only?.content).toMatchObject({ kind: "condition", path: "params/dropout" });
});

test("what is not understood has no terms", () => {
  for (const text of [
    "a =",
    'a = "b',
    "(a = 1",
    "a = 1 b",
    "AND",
    "a = 1 AND",
    "! a",
    "a:nothing = 1",
    "a IN ()",
  ])
    expect(termsOf(text), text).toBeNull();
  expect(termsOf("  ")).toEqual([]);
});

test("terms are what their text says they are", () => {
  const all: readonly Content[] = [
    { kind: "condition", path: "a b/c:d", type: "string", operator: "=", values: ['say "hi" \\ there'] },
    { kind: "condition", path: "not", operator: "EXISTS", values: [] },
    {
      kind: "condition",
      path: "loss",
      type: "float_series",
      aggregate: "min",
      operator: "<",
      values: ["-1.5e-3"],
    },
    { kind: "condition", path: "x", operator: "IN", values: ["and", "b c", ""] },
    { kind: "condition", path: "x", operator: "MATCHES", values: ["^a/b$"] },
    { kind: "condition", path: "x", operator: "=", values: ["2026-11-26T10:00:00+01:00"] },
    { kind: "condition", path: "größe/λ", operator: "=", values: ["å 漢字"] },
    name("two words"),
    name("or"),
    name("größe"),
    name("a/b\\d", true, true),
  ];
  for (const content of all) expect(contents(contentText(content)), contentText(content)).toEqual([content]);
});

test("one term is changed and the others keep their text", () => {
  const text = "a  =  1 AND `b`:int > 2 OR swift";
  const terms = termsOf(text) ?? [];
  expect(removeTerm(text, terms, 0)).toBe("`b`:int > 2 OR swift");
  expect(removeTerm(text, terms, 2)).toBe("a  =  1 AND `b`:int > 2");
  expect(setJoiner(text, terms, 2, "AND")).toBe("a  =  1 AND `b`:int > 2 AND swift");
  expect(replaceTerm(text, terms, 2, { negated: true, content: name("eagle") })).toBe(
    "a  =  1 AND `b`:int > 2 OR NOT eagle",
  );
  expect(appendTerm(text, terms, { negated: false, content: name("x") })).toBe(`(${text}) AND x`);
  expect(appendTerm("a = 1", termsOf("a = 1"), { negated: false, content: name("x") })).toBe("a = 1 AND x");
  expect(appendTerm("", [], { negated: true, content: name("x") })).toBe("NOT x");
});
