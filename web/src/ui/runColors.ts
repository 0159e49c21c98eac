/** Colours of drawn runs. Neighbours in the palette differ in hue and lightness, for colour-blind readers too; tokens.css holds the values. */

export const RUN_COLOR_COUNT = 12;

/** CSS colour of palette slot `index`; follows the colour scheme by itself. */
export const runColorVar = (index: number): string => `var(--run-${index % RUN_COLOR_COUNT})`;

/** The palette's values at this moment, for a canvas. Ask again when the colour scheme changes. */
export function runColorValues(): string[] {
  const style = getComputedStyle(document.documentElement);
  return Array.from({ length: RUN_COLOR_COUNT }, (_, i) => style.getPropertyValue(`--run-${i}`).trim());
}

/** A run's own slot: runs made one after another get different ones. */
export const preferredSlot = (key: number): number =>
  Number(BigInt(Math.trunc(key)) % BigInt(RUN_COLOR_COUNT));

/**
 * Slots for the drawn runs. A run keeps its slot of `previous`; a new one gets its own colour, or the next that fewest runs use,
 * so that up to twelve lines never share a colour. Given the same keys, any order gives the same answer.
 */
export function assignSlots(
  keys: readonly number[],
  previous: ReadonlyMap<number, number> = new Map(),
): Map<number, number> {
  const slots = new Map<number, number>();
  const used = new Array<number>(RUN_COLOR_COUNT).fill(0);
  const take = (key: number, slot: number) => {
    slots.set(key, slot);
    used[slot] = (used[slot] ?? 0) + 1;
  };
  for (const key of keys) {
    const slot = previous.get(key);
    if (slot !== undefined) take(key, slot);
  }
  for (const key of [...keys].sort((a, b) => a - b)) {
    if (slots.has(key)) continue;
    const fewest = Math.min(...used);
    let slot = preferredSlot(key);
    while ((used[slot] ?? 0) > fewest) slot = (slot + 5) % RUN_COLOR_COUNT;
    take(key, slot);
  }
  return slots;
}
