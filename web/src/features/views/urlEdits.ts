/** Changes of the address as edits that can be undone. */

import type { Edit, UndoStack } from "@/ui/undo";
import type { Search } from "@/urlSearch";
import { type State, sameState, stateOf } from "./viewState";

/** Changes of the same keys that follow this fast are one edit: a slider, a word being typed. */
const TOGETHER_MS = 1000;

type UrlEdit = Edit & { readonly before: Search; readonly after: Search; readonly at: number };

const isUrlEdit = (edit: Edit | undefined): edit is UrlEdit => edit?.source === "address";

/** What one undoes: the state and which view it came from, under a name that no key of an address has. Not where one is. */
const scene = (search: Search): State => ({
  ...stateOf(search),
  "of view": search.view?.split(".")[0] ?? "",
});

const changedKeys = (a: State, b: State): string =>
  [...new Set([...Object.keys(a), ...Object.keys(b)])]
    .filter((key) => a[key] !== b[key])
    .sort()
    .join();

/** Turns what the address was, one after the other, into edits on `stack`; `go` shows an earlier one. */
export class UrlEdits {
  private readonly stack: UndoStack;
  private readonly go: (search: Search) => void;
  private current: Search;

  constructor(stack: UndoStack, go: (search: Search) => void, first: Search) {
    this.stack = stack;
    this.go = go;
    this.current = first;
  }

  /** The address is now `search`; `now` in ms. */
  seen(search: Search, now: number): void {
    const before = this.current;
    this.current = search;
    const [old, young] = [scene(before), scene(search)];
    if (sameState(old, young)) return;
    const { last, next } = this.stack;
    // The browser's Back and Forward are an undo and a redo.
    if (isUrlEdit(last) && sameState(scene(last.before), young) && sameState(scene(last.after), old)) {
      this.stack.stepBack();
      return;
    }
    if (isUrlEdit(next) && sameState(scene(next.after), young) && sameState(scene(next.before), old)) {
      this.stack.stepForward();
      return;
    }
    const together =
      isUrlEdit(last) &&
      now - last.at < TOGETHER_MS &&
      sameState(scene(last.after), old) &&
      changedKeys(scene(last.before), scene(last.after)) === changedKeys(old, young);
    if (together) this.stack.replaceLast(this.edit(last.before, search, now));
    else this.stack.push(this.edit(before, search, now));
  }

  private edit(before: Search, after: Search, at: number): UrlEdit {
    return {
      source: "address",
      before,
      after,
      at,
      undo: () => this.show(before),
      redo: () => this.show(after),
    };
  }

  /** Noted first, so that the change is not taken for a new edit when it is seen. */
  private show(search: Search): void {
    this.current = search;
    this.go(search);
  }
}
