import { expect, test } from "vitest";
import { completed, placeAt } from "./complete";

/** The place at `|`. */
function at(marked: string) {
  const caret = marked.indexOf("|");
  return placeAt(marked.replace("|", ""), caret);
}

test("an attribute, its operator, its value, what joins", () => {
  expect(at("par|")).toMatchObject({
    expected: { kind: "attribute", aggregate: null },
    typed: "par",
    from: 0,
    to: 3,
  });
  expect(at("params/l|r < 1")).toMatchObject({ expected: { kind: "attribute" }, from: 0, to: 9 });
  expect(at("params/lr |")).toMatchObject({
    expected: { kind: "operator", known: { path: "params/lr" } },
    typed: "",
  });
  expect(at("params/lr:int |")).toMatchObject({ expected: { kind: "operator", known: { type: "int" } } });
  expect(at("params/lr CON|")).toMatchObject({ expected: { kind: "operator" }, typed: "CON" });
  expect(at("params/lr = |")).toMatchObject({ expected: { kind: "value", known: { path: "params/lr" } } });
  expect(at("params/lr =|")).toMatchObject({ expected: { kind: "value" }, from: 11, to: 11 });
  expect(at('opt = "ad|am"')).toMatchObject({ expected: { kind: "value" }, typed: "ad", from: 6 });
  expect(at('opt = "ad|"')).toMatchObject({ from: 6, to: 10 });
  expect(at("a = 1 |")).toMatchObject({ expected: { kind: "joiner" } });
  expect(at("a = 1 AND |")).toMatchObject({ expected: { kind: "attribute" } });
  expect(at("a = 1 AND NOT (b|")).toMatchObject({ expected: { kind: "attribute" }, typed: "b" });
});

test("aggregates, lists, quoted paths", () => {
  expect(at("max(tr|")).toMatchObject({ expected: { kind: "attribute", aggregate: "max" }, typed: "tr" });
  expect(at("max(train/loss) |")).toMatchObject({
    expected: { kind: "operator", known: { path: "train/loss", type: "float_series" } },
  });
  expect(at("sys/state IN (|")).toMatchObject({ expected: { kind: "value", known: { path: "sys/state" } } });
  expect(at('o IN ("adam", s|')).toMatchObject({ expected: { kind: "value" }, typed: "s" });
  expect(at('o IN ("adam") |')).toMatchObject({ expected: { kind: "joiner" } });
  expect(at("`my pa|")).toMatchObject({ expected: { kind: "attribute" }, typed: "my pa", from: 0 });
  expect(at("sys/tags MATCHES |")).toMatchObject({ expected: { kind: "value", pattern: true } });
});

test("words that look for names may be followed by anything", () => {
  expect(at("swift par|")).toMatchObject({
    expected: { kind: "operator", known: { path: "swift" } },
    typed: "par",
  });
  expect(at('"swift" par|')).toMatchObject({ expected: { kind: "joiner" }, typed: "par" });
});

test("nothing is proposed where nothing begins", () => {
  for (const text of ['o = "adam"|', "(a = 1)|", "a = !|", "o IN |", '"swi|'])
    expect(at(text), text).toBeNull();
});

test("a completion is put in with one space behind it", () => {
  expect(completed("par", { from: 0, to: 3 }, "params/lr")).toEqual({ text: "params/lr ", caret: 10 });
  expect(completed("par < 1", { from: 0, to: 3 }, "params/lr")).toEqual({ text: "params/lr < 1", caret: 10 });
  expect(completed("max(par)", { from: 4, to: 7 }, "loss")).toEqual({ text: "max(loss)", caret: 8 });
});
