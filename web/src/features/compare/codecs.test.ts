import { describe, expect, it } from "vitest";
import type { SearchCodec } from "@/urlSearch";
import { importanceCodec } from "./importance/urlState";
import { type MediaState, mediaCodec, togglePick } from "./media/urlState";
import { moved, type ParallelState, parallelCodec, plainAxis } from "./parallel/urlState";
import { type ScatterState, scatterCodec } from "./scatter/urlState";
import { type CompareState, compareCodec } from "./urlState";

const clean = <T>(codec: SearchCodec<T>, state: T) =>
  Object.fromEntries(
    Object.entries(codec.encode(state)).filter(([, value]) => value !== undefined),
  ) as Record<string, string>;

const there = <T>(codec: SearchCodec<T>, state: T) =>
  expect(codec.decode(clean(codec, state))).toEqual(state);

const loss = { path: "val/loss, a:b", type: "float_series", aggregate: "min" } as const;

describe("views of the compare tab in the address", () => {
  it("leave defaults out", () => {
    for (const codec of [compareCodec, parallelCodec, scatterCodec, importanceCodec, mediaCodec])
      expect(clean(codec as SearchCodec<unknown>, codec.decode({}))).toEqual({});
  });
  it("come back as they went", () => {
    const shared: CompareState = { view: "media", scope: "drawn", metric: loss };
    there(compareCodec, shared);
    const parallel: ParallelState = {
      color: "run",
      axes: [
        plainAxis({ path: "params/lr" }),
        {
          column: loss,
          log: true,
          flip: true,
          brush: { kind: "range", low: -1.5e-7, high: Number.POSITIVE_INFINITY },
        },
        {
          column: { path: "opt" },
          log: false,
          flip: false,
          brush: { kind: "levels", levels: ["a,b", "c:d\\", "l=x"] },
        },
        { column: { path: "tags", type: "string_set" }, log: null, flip: false, brush: { kind: "missing" } },
      ],
    };
    there(parallelCodec, parallel);
    const scatter: ScatterState = {
      x: { path: "params/lr" },
      y: loss,
      color: { path: "opt", type: "string" },
      size: null,
      logX: true,
      logY: false,
      front: ["low", "high"],
    };
    there(scatterCodec, scatter);
    there(importanceCodec, { find: "^params/(lr|wd)$" });
    const media: MediaState = {
      path: "samples/a b",
      layout: "grid",
      step: 12.5,
      every: 5,
      size: 300,
      crisp: true,
      picks: [
        { run: 123456, step: -3 },
        { run: 7, step: null },
      ],
    };
    there(mediaCodec, media);
  });
  it("take anything", () => {
    expect(compareCodec.decode({ "cmp.view": "oracle", "cmp.runs": "?" })).toEqual(compareCodec.decode({}));
    expect(parallelCodec.decode({ "par.axes": "lr:r=5~1:r=~:log:nonsense" }).axes).toEqual([
      { ...plainAxis({ path: "lr" }), log: true, brush: { kind: "range", low: -Infinity, high: Infinity } },
    ]);
    expect(scatterCodec.decode({ "sca.front": "low,best", "sca.logx": "maybe" })).toEqual(
      scatterCodec.decode({}),
    );
    expect(
      mediaCodec.decode({ "med.size": "9e9", "med.every": "-4", "med.step": "x", "med.pair": "!,@" }),
    ).toEqual({
      ...mediaCodec.decode({}),
      size: 640,
      every: 1,
    });
  });
});

it("axes move", () => {
  const axes = ["a", "b", "c"].map((path) => plainAxis({ path }));
  expect(moved(axes, 0, 2).map((axis) => axis.column.path)).toEqual(["b", "c", "a"]);
  expect(moved(axes, 2, -5).map((axis) => axis.column.path)).toEqual(["c", "a", "b"]);
});

it("a third pick replaces the second, and the same one goes", () => {
  const [a, b, c] = [1, 2, 3].map((run) => ({ run, step: null }));
  const two = [a, b, c].reduce(
    (picks, pick) => togglePick(picks, pick as never),
    [] as ReturnType<typeof togglePick>,
  );
  expect(two).toEqual([a, c]);
  expect(togglePick(two, { run: 1, step: null })).toEqual([c]);
});
