/** Where the keyboard was: a dialog gives the focus back to what opened it, also when that was an entry of a menu that is gone. */

const LENGTH = 12;
const trail: WeakRef<HTMLElement>[] = [];

if (typeof document !== "undefined")
  document.addEventListener("focusin", ({ target }) => {
    if (!(target instanceof HTMLElement)) return;
    trail.push(new WeakRef(target));
    if (trail.length > LENGTH) trail.shift();
  });

const passing = (element: HTMLElement): boolean =>
  element.closest('[role="menu"], [role="dialog"], [role="listbox"]') !== null;
const there = (element: HTMLElement): boolean => element.isConnected && element.checkVisibility();

/** What had the focus before a dialog that is opening, the newest first; empty when nothing had. */
export function focusedBefore(): readonly WeakRef<HTMLElement>[] {
  const before = [...trail].reverse();
  const last = before[0]?.deref();
  // Somebody clicked elsewhere since: the focus was given up.
  const givenUp = last !== undefined && there(last) && document.activeElement !== last;
  return givenUp ? [] : before;
}

/** Gives the focus to the newest of *before* that is still on the page, unless something has it already. */
export function giveBack(before: readonly WeakRef<HTMLElement>[]): void {
  const active = document.activeElement;
  if (active !== null && active !== document.body && there(active as HTMLElement)) return;
  const found = before
    .map((each) => each.deref())
    .find((element) => element !== undefined && there(element) && !passing(element));
  found?.focus({ preventScroll: true });
}
