import { describe, expect, it } from "vitest";
import { type ChartSettings, chartCodec } from "./urlState";

const clean = (state: ChartSettings) =>
  Object.fromEntries(
    Object.entries(chartCodec.encode(state)).filter(([, value]) => value !== undefined),
  ) as Record<string, string>;

describe("chart settings in the address", () => {
  it("leaves defaults out", () => expect(clean(chartCodec.decode({}))).toEqual({}));
  it("comes back as it went", () => {
    const state: ChartSettings = {
      axis: "time",
      logX: true,
      logY: true,
      smooth: "gaussian",
      amount: 0.35,
      clip: true,
      inherited: false,
      filter: "train/.*loss",
    };
    expect(chartCodec.decode(clean(state))).toEqual(state);
  });
  it("takes anything", () => {
    const odd = chartCodec.decode({ "c.x": "sideways", "c.smooth": "much", "c.kind": "magic" });
    expect(odd).toEqual(chartCodec.decode({}));
  });
});
