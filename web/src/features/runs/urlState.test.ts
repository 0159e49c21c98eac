import { describe, expect, it } from "vitest";
import { parseSearch, stringifySearch } from "@/urlSearch";
import { DEFAULT_STATE, type ProjectState, projectCodec } from "./urlState";

const through = (state: ProjectState): ProjectState =>
  projectCodec.decode(parseSearch(stringifySearch(projectCodec.encode(state))));

describe("the project page's address", () => {
  it("is empty for the default page", () => {
    expect(stringifySearch(projectCodec.encode(DEFAULT_STATE))).toBe("");
    expect(projectCodec.decode({})).toEqual(DEFAULT_STATE);
  });

  it("keeps everything both ways", () => {
    const state: ProjectState = {
      tab: "charts",
      heads: true,
      trashed: true,
      query: '`metrics/val/loss`:float_series < 0.3 AND sys/tags CONTAINS "a&b=c, d"',
      columns: [
        { path: "params/lr", type: "float" },
        { path: "metrics/acc", type: "float_series", aggregate: "max" },
        { path: "odd, path: with\\marks & ünïcode", type: "string" },
        { path: "untyped" },
        {
          path: "loss",
          type: "float_series",
          atStep: 1.5,
          pinned: true,
          title: "Loss, mine: 1",
          format: { kind: "percent", digits: 2 },
          better: "lower",
          heat: true,
          sparkline: true,
        },
      ],
      sort: { path: "metrics/a:b,c", type: "float_series", aggregate: "min", direction: "asc" },
      autoCount: 12,
      shown: [1, 42, 2 ** 53 - 1],
      hidden: [7],
      latest: true,
      only: true,
      pinned: [3, 9],
      baseline: 12,
      groupBy: [{ path: "params/optimizer", type: "string" }],
      openGroups: ['["adam"]', '["a, b:c",0.1,null,["x","y"]]'],
      averaged: true,
    };
    expect(through(state)).toEqual(state);
  });

  it("tells no columns from automatic ones, and no drawn runs from five", () => {
    expect(through({ ...DEFAULT_STATE, columns: [], autoCount: 0 })).toEqual({
      ...DEFAULT_STATE,
      columns: [],
      autoCount: 0,
    });
  });

  it("stays readable", () => {
    const text = stringifySearch(
      projectCodec.encode({
        ...DEFAULT_STATE,
        columns: [{ path: "params/lr" }, { path: "metrics/loss", type: "float_series", aggregate: "min" }],
        sort: { path: "metrics/loss", direction: "asc" },
      }),
    );
    expect(text).toBe("?cols=params/lr,metrics/loss:float_series:min&sort=metrics/loss:asc");
  });

  it.each([
    [{ tab: "nonsense", n: "-3", on: "!!,zz", sort: "", cols: "" }],
    [{ n: "1e99", off: ",,,", sort: ":::", cols: ",:,\\" }],
  ])("never fails on a broken link %#", (search) => {
    expect(() => projectCodec.decode(search)).not.toThrow();
  });
});
