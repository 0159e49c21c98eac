/** How well a text fits what was typed: every word must be in it. */

/** 0 = not at all; more is better: at the beginning, at the beginning of a word, anywhere. */
export function scoreOf(text: string, typed: string): number {
  const low = text.toLowerCase();
  let score = 1;
  for (const word of typed.toLowerCase().split(/\s+/).filter(Boolean)) {
    const at = low.indexOf(word);
    if (at < 0) return 0;
    score += at === 0 ? 3 : /[\s/_.-]/.test(low.charAt(at - 1)) ? 2 : 1;
  }
  return score;
}

/** Those that fit, the best first, otherwise in their order. */
export function fitting<T>(
  things: readonly T[],
  textOf: (thing: T) => string,
  typed: string,
  limit: number,
): readonly T[] {
  return things
    .map((thing) => ({ thing, score: scoreOf(textOf(thing), typed) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .slice(0, limit)
    .map(({ thing }) => thing);
}
