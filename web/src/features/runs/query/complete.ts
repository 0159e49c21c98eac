/** What may be written where the caret stands. */
import type { AggregateName, TypeLabel } from "@/api/types";
import { AGGREGATES, TYPES } from "../columns";
import { scan, type Token } from "./lexer";

export type Known = { readonly path: string; readonly type?: TypeLabel };

export type Expected =
  | { readonly kind: "attribute"; readonly aggregate: AggregateName | null }
  /** `known`: the attribute before the caret, or a word that looks for names. */
  | { readonly kind: "operator"; readonly known: Known }
  | { readonly kind: "value"; readonly known: Known; readonly pattern: boolean }
  | { readonly kind: "joiner" };

export type Place = {
  readonly expected: Expected;
  /** What has been typed of it. */
  readonly typed: string;
  /** What a completion replaces. */
  readonly from: number;
  readonly to: number;
};

type State = Expected | { readonly kind: "list"; readonly known: Known };

const TERM: Expected = { kind: "attribute", aggregate: null };
const JOINER: Expected = { kind: "joiner" };
const WORD_REST = /^[^\s()`"'=!<>:]*/;
const VALUE_WORDS: ReadonlySet<string> = new Set(["matches", "contains", "icontains"]);

/** What is expected after these tokens. */
function after(tokens: readonly Token[]): { readonly state: State; readonly inList: boolean } {
  let state: State = TERM;
  let inList = false;
  tokens.forEach((token, index) => {
    const text = token.kind === "word" ? token.text.toLowerCase() : "";
    const candidate: Expected = { kind: "operator", known: { path: token.text } };
    switch (state.kind) {
      case "attribute": {
        const aggregate = AGGREGATES.find((each) => each === text);
        if (aggregate !== undefined && tokens[index + 1]?.kind === "open")
          state = { kind: "attribute", aggregate };
        else if (text === "not" || token.kind === "open") return;
        else if (token.kind === "quoted" || token.kind === "regex") state = JOINER;
        else if (state.aggregate !== null)
          state = { kind: "operator", known: { path: token.text, type: "float_series" } };
        else state = candidate;
        return;
      }
      case "operator": {
        const { known } = state;
        const before = tokens[index - 1];
        if (token.kind === "operator") state = { kind: "value", known, pattern: false };
        else if (before?.kind === "colon") {
          const type = TYPES.find((each) => each.replaceAll("_", "") === text.replaceAll("_", ""));
          state = { kind: "operator", known: { path: known.path, ...(type ? { type } : {}) } };
        } else if (token.kind === "colon" || token.kind === "close" || text === "not") return;
        else if (VALUE_WORDS.has(text)) state = { kind: "value", known, pattern: text === "matches" };
        else if (text === "in") state = { kind: "list", known };
        else if (text === "exists") state = JOINER;
        else if (text === "and" || text === "or" || token.kind === "open") state = TERM;
        else state = token.kind === "word" || token.kind === "path" ? candidate : JOINER;
        return;
      }
      case "list":
        inList = token.kind === "open";
        state = { kind: "value", known: state.known, pattern: false };
        return;
      case "value":
        if (!inList) state = JOINER;
        else if (token.kind === "close") {
          inList = false;
          state = JOINER;
        }
        return;
      case "joiner":
        if (text === "and" || text === "or") state = TERM;
        else if (token.kind === "word" || token.kind === "path") state = candidate;
    }
  });
  return { state, inList };
}

/** What is expected at `caret`; null where nothing can be proposed. */
export function placeAt(text: string, caret: number): Place | null {
  const head = text.slice(0, caret);
  const { tokens, rest } = scan(head);
  const open = head.slice(rest).trimStart();
  const mark = open.charAt(0);
  if (open !== "" && !`"'\``.includes(mark)) return null;
  const last = tokens.at(-1);
  const unfinished = open === "" && last !== undefined && last.end === caret && last.kind === "word";
  const { state, inList } = after(unfinished ? tokens.slice(0, -1) : tokens);
  if (state.kind === "list") return null;
  if (open !== "") {
    if (mark === "`" ? state.kind === "value" : state.kind !== "value") return null;
    const expected: Expected = mark === "`" && state.kind !== "attribute" ? TERM : state;
    return {
      expected,
      typed: open.slice(1).replace(/\\(.)/g, "$1"),
      from: caret - open.length,
      to: text.charAt(caret) === mark ? caret + 1 : caret,
    };
  }
  if (unfinished) {
    const to = caret + (text.slice(caret).match(WORD_REST)?.[0].length ?? 0);
    return { expected: state, typed: last.text, from: last.start, to };
  }
  // Right behind a finished token nothing begins; behind ( or an operator something may.
  const closed = last !== undefined && last.end === caret && !["open", "operator"].includes(last.kind);
  if (closed || (inList && last?.kind === "quoted" && last.end === caret)) return null;
  return { expected: state, typed: "", from: caret, to: caret };
}

/** The text with a completion, and the caret behind it. */
export function completed(
  text: string,
  place: Pick<Place, "from" | "to">,
  insert: string,
): { readonly text: string; readonly caret: number } {
  const rest = text.slice(place.to);
  const gap = /^[\s)]/.test(rest) ? "" : " ";
  const before = text.slice(0, place.from) + insert + gap;
  return {
    text: before + rest,
    caret: gap === "" && rest.startsWith(" ") ? before.length + 1 : before.length,
  };
}
