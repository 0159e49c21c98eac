import { describe, expect, it } from "vitest";
import { parseSearch, stringifySearch } from "@/urlSearch";
import { addedId, familyId, metricId, readAdded } from "./added";
import { applied, DEFAULTS, isOverridden, overridden, settingsOf } from "./settings";
import { type ChartsState, chartCodec } from "./urlState";
import { withAdded } from "./useCharts";

const throughAddress = (state: ChartsState): ChartsState =>
  chartCodec.decode(parseSearch(stringifySearch(chartCodec.encode(state)).slice(1)));

const EVERYTHING: ChartsState = {
  settings: {
    axis: "metric",
    xMetric: "a:b,c/é",
    logX: true,
    logY: true,
    smooth: "gaussian",
    amount: 0.35,
    raw: false,
    band: false,
    groupBand: "ci95",
    clip: true,
    inherited: false,
    yMin: -0.5,
    yMax: 1e-9,
  },
  sectioning: { open: ["system/box", ""], shut: ["train, old"], order: ["val", "", "a:b\\c"] },
  filter: "train/.*loss",
  size: "large",
  sync: true,
  hideEmpty: false,
  zoom: [-3, 1.5e6],
  full: metricId("train/loss"),
  added: [
    { kind: "metrics", paths: ["train/loss", "val:loss,x"] },
    { kind: "metrics", paths: ["train/loss"], title: "Loss: a, b" },
    { kind: "pattern", regex: "loss", title: "t" },
    { kind: "pattern", regex: "(train|val)/(.+),\\d{1,3}:x" },
  ],
  overrides: {
    [metricId("train/a,b:c")]: { logY: false, yMax: null, zoomX: [1, 2], zoomY: [-1, 0.5] },
    "r:(.+)/loss:train": { axis: "time", smooth: "average", amount: 0, inherited: true },
  },
};

describe("charts in the address", () => {
  it("leave defaults out", () => expect(stringifySearch(chartCodec.encode(chartCodec.decode({})))).toBe(""));
  it("come back as they went", () => expect(throughAddress(EVERYTHING)).toEqual(EVERYTHING));
  it("take anything", () => {
    const odd = chartCodec.decode({
      "c.x": "sideways",
      "c.smooth": "much",
      "c.kind": "magic",
      "c.ymin": "",
      "c.zoom": "5~1",
      "c.add": "m:,r:,x:y,\\,mt:only,rt:,mx:a:b,t:a",
      "c.set": "a:b~c,:x~time,,p\\",
      "c.size": "9",
    });
    expect(odd).toEqual(chartCodec.decode({}));
  });
});

describe("added charts", () => {
  it("are named by their text", () => {
    for (const chart of EVERYTHING.added) expect(readAdded(addedId(chart))).toEqual(chart);
    expect(familyId({ kind: "pattern", regex: "(.+)/loss" }, ["a:b"])).toBe("r:(.+)/loss:a\\:b");
  });
});

describe("an added chart that is edited", () => {
  const pattern = { kind: "pattern", regex: "(.+)/loss" } as const;
  const before = { ...EVERYTHING, added: [pattern, ...EVERYTHING.added] };
  it("stands where it stood, with its own settings and those of its family", () => {
    const titled = { ...pattern, title: "Losses" };
    const after = withAdded(before, titled, { logY: false }, pattern);
    expect(after.added).toEqual([titled, ...EVERYTHING.added]);
    expect(after.overrides).toEqual({
      [metricId("train/a,b:c")]: EVERYTHING.overrides[metricId("train/a,b:c")],
      "rt:Losses:(.+)/loss:train": EVERYTHING.overrides["r:(.+)/loss:train"],
      "rt:Losses:(.+)/loss": { logY: false },
    });
  });
  it("leaves what another pattern captured", () => {
    const after = withAdded(before, { kind: "pattern", regex: "acc" }, undefined, pattern);
    expect(Object.keys(after.overrides)).toEqual([metricId("train/a,b:c")]);
  });
  it("gives way to nothing, and takes the place of its like", () => {
    const [first] = EVERYTHING.added;
    if (first === undefined) throw new Error("no chart");
    expect(withAdded(EVERYTHING, first, undefined, null).added).toEqual(EVERYTHING.added);
    expect(withAdded(EVERYTHING, pattern, undefined, null).added).toEqual([...EVERYTHING.added, pattern]);
  });
  it("lays what is set for a pattern beneath what each of its charts has", () => {
    const overrides = { a: { logY: true, clip: true, zoomX: [1, 2] as const }, b: { logY: false } };
    const found = settingsOf(DEFAULTS, overrides, { id: "b", base: "a" });
    expect(found).toEqual({ ...DEFAULTS, clip: true });
  });
});

describe("overrides", () => {
  it("hold only what differs", () => {
    const first = overridden(DEFAULTS, undefined, { logY: true, axis: "step" });
    expect(first).toEqual({ logY: true });
    expect(applied(DEFAULTS, first).logY).toBe(true);
    expect(overridden(DEFAULTS, first, { logY: false })).toBeUndefined();
    expect(isOverridden({ zoomX: [0, 1] })).toBe(false);
    expect(isOverridden(first)).toBe(true);
  });
});
