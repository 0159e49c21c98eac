import { describe, expect, it } from "vitest";
import { markerOf, markerText, opened, sameState, standing, stateOf, withState } from "./viewState";

const saved = { q: "loss < 1", cols: "a,b" };
const of = (search: Record<string, string>) => {
  const marker = markerOf(search);
  if (marker === null) throw new Error("no marker");
  return standing(search, marker, saved);
};

describe("state and address", () => {
  it("a view keeps everything but where one is", () => {
    const search = { tab: "charts", view: "x.1", board: "b", q: "a", "c.x": "time", sort: "" };
    expect(stateOf(search)).toEqual({ q: "a", "c.x": "time" });
    expect(withState(search, saved, undefined)).toEqual({ tab: "charts", board: "b", ...saved });
  });

  it("the order of keys does not matter", () => {
    expect(sameState({ a: "1", b: "2" }, { b: "2", a: "1" })).toBe(true);
    expect(markerText("x", { a: "1", b: "2" })).toBe(markerText("x", { b: "2", a: "1" }));
  });

  it("a short link is the view with what the link says on top", () => {
    expect(opened({ view: "x", q: "other", tab: "charts" }, "x", saved)).toEqual({
      view: markerText("x", saved),
      tab: "charts",
      cols: "a,b",
      q: "other",
    });
  });

  it("markers", () => {
    expect(markerOf({})).toBeNull();
    expect(markerOf({ view: "all" })).toBeNull();
    expect(markerOf({ view: "abc" })).toEqual({ id: "abc", print: null });
    expect(markerOf({ view: "abc.1x" })).toEqual({ id: "abc", print: "1x" });
  });
});

describe("standing", () => {
  const marker = markerText("x", saved);
  const older = { q: "older" };

  it("tells a reader's changes from those of others", () => {
    expect(of({ view: marker, ...saved })).toBe("saved");
    expect(of({ view: marker, ...saved, q: "mine" })).toBe("edited");
    expect(of({ view: marker })).toBe("edited");
    expect(of({ view: markerText("x", older), ...older })).toBe("behind");
    expect(of({ view: markerText("x", older), q: "mine" })).toBe("apart");
    expect(of({ view: markerText("x", older), ...saved })).toBe("saved");
  });
});
