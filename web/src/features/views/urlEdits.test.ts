import { beforeEach, expect, it } from "vitest";
import { UndoStack } from "@/ui/undo";
import type { Search } from "@/urlSearch";
import { UrlEdits } from "./urlEdits";

let stack: UndoStack;
let edits: UrlEdits;
let shown: Search;
let clock: number;

beforeEach(() => {
  stack = new UndoStack();
  shown = {};
  clock = 0;
  edits = new UrlEdits(stack, (search) => go(search), shown);
});

function go(search: Search, later = 5000): void {
  clock += later;
  shown = search;
  edits.seen(search, clock);
}

it("undoes and redoes in order", () => {
  go({ q: "a" });
  go({ q: "a", sort: "x" });
  stack.undo();
  expect(shown).toEqual({ q: "a" });
  stack.undo();
  expect(shown).toEqual({});
  stack.undo();
  expect(shown).toEqual({});
  stack.redo();
  stack.redo();
  expect(shown).toEqual({ q: "a", sort: "x" });
  expect(stack.next).toBeUndefined();
});

it("fast changes of the same keys are one edit", () => {
  go({ q: "a" });
  go({ q: "ab" }, 100);
  go({ q: "abc" }, 100);
  go({ q: "abc", n: "3" }, 100);
  stack.undo();
  expect(shown).toEqual({ q: "abc" });
  stack.undo();
  expect(shown).toEqual({});
});

it("the browser's Back is an undo, and Forward a redo", () => {
  go({ q: "a" });
  go({ q: "b" });
  go({ q: "a" });
  expect(stack.next).toBeDefined();
  go({ q: "b" });
  expect(stack.next).toBeUndefined();
  stack.undo();
  expect(shown).toEqual({ q: "a" });
});

it("a new edit ends what could be redone", () => {
  go({ q: "a" });
  stack.undo();
  go({ q: "b" });
  expect(stack.next).toBeUndefined();
});

it("switching a tab, and saving, is no edit", () => {
  go({ q: "a", view: "x.1" });
  go({ q: "a", view: "x.1", tab: "charts" });
  go({ q: "a", view: "x.2", tab: "charts" });
  stack.undo();
  expect(shown).toEqual({});
});

it("edits that lie elsewhere keep their place", () => {
  const said: string[] = [];
  go({ q: "a" });
  stack.push({ source: "board", undo: () => said.push("undone"), redo: () => said.push("redone") });
  go({ q: "b" });
  stack.undo();
  stack.undo();
  expect([shown, said]).toEqual([{ q: "a" }, ["undone"]]);
  stack.forget("board");
  stack.undo();
  expect(shown).toEqual({});
});
