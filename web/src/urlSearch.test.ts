import { expect, it } from "vitest";
import { parseSearch, stringifySearch } from "./urlSearch";

it("any text survives the address both ways", () => {
  const search = {
    q: 'a.b:float > 0.5 AND "x&y=1" MATCHES "^(ü|+)$"',
    cols: "params/lr,metrics/acc:max",
    "a b": "50%25",
  };
  expect(parseSearch(stringifySearch(search))).toEqual(search);
});

it("paths stay readable", () => {
  expect(stringifySearch({ cols: "params/lr,acc:max" })).toBe("?cols=params/lr,acc:max");
});

it("empty values leave the address", () => {
  expect(stringifySearch({ a: "", b: undefined, c: null })).toBe("");
});
