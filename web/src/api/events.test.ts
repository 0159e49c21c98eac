import { expect, it } from "vitest";
import { streamAddress } from "./events";

it("one stream covers whatever a page listens to", () => {
  expect(streamAddress([])).toBeNull();
  expect(streamAddress(["b/x y", "a/ż&", "b/x y"])).toBe(
    "/api/v1/events?project=a%2F%C5%BC%26&project=b%2Fx+y",
  );
  expect(streamAddress(["a/b", null])).toBe("/api/v1/events");
});
