import { describe, expect, it, vi } from "vitest";
import { inPortions, outcomeText, PORTION } from "./bulkWork";

const keys = Array.from({ length: PORTION * 2 + 1 }, (_, number) => number + 1);

describe("work in portions", () => {
  it("takes every run once and adds up what became of them", async () => {
    const change = vi.fn(async (portion: readonly number[]) => ({
      changed: portion.filter((key) => key !== 3),
      refused: portion.includes(3) ? [{ key: 3, id: "A-3", reason: "It is not in the trash." }] : [],
      freed_bytes: portion.length,
    }));
    const progress = vi.fn();
    const outcome = await inPortions(keys, change, progress);
    expect(change).toHaveBeenCalledTimes(3);
    expect(outcome.changed).toEqual(keys.filter((key) => key !== 3));
    expect(outcome.freedBytes).toBe(keys.length);
    expect(progress.mock.calls.map(([done]) => done)).toEqual([PORTION, 2 * PORTION, keys.length]);
    expect(outcomeText(outcome, "deleted")).toBe(
      "1,000 runs were deleted; 1 stayed as they were. It is not in the trash.",
    );
  });

  it("stops between two portions and tells what was done", async () => {
    let stopped = false;
    const outcome = await inPortions(
      keys,
      async (portion) => {
        stopped = true;
        return { changed: [...portion], refused: [], freed_bytes: 0 };
      },
      () => {},
      () => stopped,
    );
    expect(outcome).toMatchObject({ stopped: true, changed: keys.slice(0, PORTION) });
  });
});
