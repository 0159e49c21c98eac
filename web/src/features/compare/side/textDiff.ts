/** Two texts, line by line: what was taken away, what came, and a little of what stayed around it. */
import { diffWordsWithSpace, structuredPatch } from "diff";

export type DiffPart = { readonly text: string; readonly changed: boolean };

export type DiffLine =
  | { readonly kind: "gap"; readonly before: number; readonly after: number }
  | {
      readonly kind: "context" | "removed" | "added";
      readonly before: number | null;
      readonly after: number | null;
      readonly parts: readonly DiffPart[];
    };

export type TextDiff = {
  readonly lines: readonly DiffLine[];
  readonly removed: number;
  readonly added: number;
};

const CONTEXT = 3;
const LONGEST_MS = 2000;
/** Longer lines are marked as a whole. */
const MAX_WORDS_LINE = 1000;

/** The difference of two texts; null when they are too different, and too long, to be compared in a few seconds. */
export function textDiff(before: string, after: string): TextDiff | null {
  const patch = structuredPatch("a", "b", before, after, undefined, undefined, {
    context: CONTEXT,
    timeout: LONGEST_MS,
  });
  if (patch === undefined) return null;
  const lines: DiffLine[] = [];
  let [removed, added] = [0, 0];
  for (const hunk of patch.hunks) {
    lines.push({ kind: "gap", before: hunk.oldStart, after: hunk.newStart });
    let [old, fresh] = [hunk.oldStart, hunk.newStart];
    const texts = hunk.lines.filter((line) => !line.startsWith("\\"));
    for (let i = 0; i < texts.length; ) {
      const kind = texts[i]?.[0];
      if (kind === " ") {
        lines.push({ kind: "context", before: old++, after: fresh++, parts: whole(texts[i++] as string) });
        continue;
      }
      const gone: string[] = [];
      const come: string[] = [];
      while (texts[i]?.startsWith("-")) gone.push((texts[i++] as string).slice(1));
      while (texts[i]?.startsWith("+")) come.push((texts[i++] as string).slice(1));
      const pairs = gone.map((text, at) => words(text, come[at]));
      gone.forEach((_, at) => {
        lines.push({ kind: "removed", before: old++, after: null, parts: pairs[at]?.[0] ?? [] });
      });
      come.forEach((text, at) => {
        const parts = pairs[at]?.[1] ?? [{ text, changed: false }];
        lines.push({ kind: "added", before: null, after: fresh++, parts });
      });
      removed += gone.length;
      added += come.length;
    }
  }
  return { lines, removed, added };
}

const whole = (line: string): DiffPart[] => [{ text: line.slice(1), changed: false }];

/** Which words of a line were replaced, in the old line and the new one. */
function words(before: string, after: string | undefined): readonly [DiffPart[], DiffPart[]] {
  if (after === undefined || before.length > MAX_WORDS_LINE || after.length > MAX_WORDS_LINE)
    return [[{ text: before, changed: false }], [{ text: after ?? "", changed: false }]];
  const changes = diffWordsWithSpace(before, after);
  const side = (drop: "added" | "removed") =>
    changes
      .filter((change) => !change[drop])
      .map((change) => ({ text: change.value, changed: change.added || change.removed }));
  return [side("added"), side("removed")];
}
