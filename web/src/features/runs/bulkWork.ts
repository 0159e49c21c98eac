/** Works through many runs in portions, so that progress shows and the reader can stop in between. */
import type { BulkResult } from "@/api/bulk";

export const PORTION = 500;

export type BulkOutcome = {
  readonly changed: readonly number[];
  readonly refused: readonly { readonly key: number; readonly id: string; readonly reason: string }[];
  readonly freedBytes: number;
  /** Whether it was stopped before its end. */
  readonly stopped: boolean;
};

/**
 * `keys` newest first: forks come before their parents. `progress` is told how many are done.
 * What a portion changed stays changed when a later one fails; the failure is thrown with what was done until then.
 */
export async function inPortions(
  keys: readonly number[],
  change: (portion: readonly number[]) => Promise<BulkResult>,
  progress: (done: number) => void,
  isStopped: () => boolean = () => false,
): Promise<BulkOutcome> {
  const changed: number[] = [];
  const refused: BulkResult["refused"] = [];
  let freedBytes = 0;
  for (let start = 0; start < keys.length; start += PORTION) {
    if (isStopped()) return { changed, refused, freedBytes, stopped: true };
    const result = await change(keys.slice(start, start + PORTION));
    changed.push(...result.changed);
    refused.push(...result.refused);
    freedBytes += result.freed_bytes ?? 0;
    progress(Math.min(keys.length, start + PORTION));
  }
  return { changed, refused, freedBytes, stopped: false };
}

/** "12 runs were moved to the trash; 2 stayed as they were: …" */
export function outcomeText(outcome: BulkOutcome, done: string): string {
  const count = outcome.changed.length;
  const text = `${count.toLocaleString("en")} ${count === 1 ? "run was" : "runs were"} ${done}`;
  const first = outcome.refused[0];
  if (first === undefined) return `${text}.`;
  const stayed = outcome.refused.length.toLocaleString("en");
  return `${text}; ${stayed} stayed as they were. ${first.reason}`;
}
