import { expect, it } from "vitest";
import { ansi } from "./ansi";

it("leaves plain text alone", () => expect(ansi("plain <b>")).toEqual([{ text: "plain <b>" }]));
it("knows colours and drops the rest", () => {
  const parts = ansi("\u001b[1;31merror\u001b[0m at \u001b[2Kline\u001b[92m 5");
  expect(parts.map((part) => [part.text, part.color, part.bold])).toEqual([
    ["error", "red", true],
    [" at ", undefined, false],
    ["line", undefined, false],
    [" 5", "green", false],
  ]);
});
