/** A query as the row of its terms, each with the place it has in the text: what chips show and change. */
import type { AggregateName, TypeLabel } from "@/api/types";
import { AGGREGATES, TYPES } from "../columns";
import { type Condition, type Content, contentText, type NameTerm, type Operator } from "./condition";
import { type Token, tokenize } from "./lexer";

export type Joiner = "AND" | "OR";

export type Term = {
  readonly start: number;
  readonly end: number;
  /** What stands between this term and the one before; null before the first. Words may follow each other without one, meaning AND. */
  readonly joiner: Joiner | null;
  readonly negated: boolean;
  readonly content: Content;
};

const VERBS: ReadonlySet<string> = new Set(["exists", "matches", "contains", "icontains"]);
const KEYWORDS: ReadonlySet<string> = new Set([...VERBS, "and", "or", "not"]);
const OTHER_AGGREGATES: Readonly<Record<string, AggregateName>> = {
  mean: "average",
  avg: "average",
  var: "variance",
};
const NAME_FOLLOWS: ReadonlySet<string> = new Set(["word", "quoted", "regex", "path", "open"]);

const word = (token: Token): string => (token.kind === "word" ? token.text.toLowerCase() : "");

function aggregateOf(token: Token): AggregateName | undefined {
  const text = word(token);
  return AGGREGATES.find((each) => each === text) ?? OTHER_AGGREGATES[text];
}

function typeOf(token: Token): TypeLabel | undefined {
  const plain = (text: string) => text.toLowerCase().replaceAll("_", "");
  return TYPES.find((each) => plain(each) === plain(token.text));
}

class Reader {
  private at = 0;
  private readonly tokens: readonly Token[];
  private readonly text: string;

  constructor(tokens: readonly Token[], text: string) {
    this.tokens = tokens;
    this.text = text;
  }

  peek(ahead = 0): Token {
    return this.tokens[Math.min(this.at + ahead, this.tokens.length - 1)] as Token;
  }

  next(): Token {
    const token = this.peek();
    if (token.kind !== "end") this.at += 1;
    return token;
  }

  terms(): readonly Term[] | null {
    const terms: Term[] = [];
    let joiner: Joiner | null = null;
    for (;;) {
      const { start } = this.peek();
      let negated = false;
      while (word(this.peek()) === "not" && !["operator", "colon"].includes(this.peek(1).kind)) {
        negated = !negated;
        this.next();
      }
      const name = this.isName();
      const content = this.peek().kind === "open" ? this.group() : name ? this.name() : this.condition();
      if (content === null) return null;
      const { end } = this.tokens[this.at - 1] as Token;
      terms.push({ start, end, joiner, ...unwrapped(negated, content) });
      const after = this.peek();
      if (after.kind === "end") return terms;
      if (word(after) === "and" || word(after) === "or") {
        joiner = word(after) === "or" ? "OR" : "AND";
        this.next();
      } else if (name && NAME_FOLLOWS.has(after.kind)) joiner = "AND";
      else return null;
    }
  }

  private group(): Content | null {
    const { start } = this.next();
    for (let depth = 1; depth > 0; ) {
      const token = this.next();
      if (token.kind === "end") return null;
      depth += token.kind === "open" ? 1 : token.kind === "close" ? -1 : 0;
      if (depth === 0) return { kind: "group", text: this.text.slice(start, token.end) };
    }
    return null;
  }

  private isName(): boolean {
    const here = this.peek();
    const after = this.peek(1);
    if (here.kind === "quoted" || here.kind === "regex") return after.kind !== "operator";
    if (here.kind !== "word" || KEYWORDS.has(word(here))) return false;
    if (after.kind === "operator" || after.kind === "colon") return false;
    if (after.kind === "open") return aggregateOf(here) === undefined;
    const negated = word(after) === "not";
    const verb = negated ? this.peek(2) : after;
    const behind = negated ? this.peek(3) : this.peek(2);
    const text = word(verb);
    return !VERBS.has(text) && !(text === "in" && (verb.text === "IN" || behind.kind === "open"));
  }

  private name(): NameTerm | null {
    const token = this.next();
    if (token.kind !== "regex") {
      if (token.kind === "word" && token.text.startsWith("/")) return null;
      return { kind: "name", text: token.text, regex: false, ignoreCase: false };
    }
    const ignoreCase = token.text.endsWith("i");
    const text = token.text.slice(1, ignoreCase ? -2 : -1).replaceAll("\\/", "/");
    return { kind: "name", text, regex: true, ignoreCase };
  }

  private condition(): Condition | null {
    const attribute = this.attribute();
    if (attribute === null) return null;
    const first = this.next();
    const negated = word(first) === "not";
    const verb = negated ? this.next() : first;
    const operator = `${negated ? "NOT " : ""}${verb.text.toUpperCase()}`;
    const made = (name: string, values: readonly string[]): Condition => ({
      kind: "condition",
      ...attribute,
      operator: name as Operator,
      values,
    });
    if (verb.kind === "operator" && !negated) {
      const value = this.value();
      return value === null ? null : made(verb.text === "==" ? "=" : verb.text, [value]);
    }
    if (word(verb) === "exists") return made(operator, []);
    if (word(verb) === "in") {
      const values = this.list();
      return values === null ? null : made(operator, values);
    }
    if (!VERBS.has(word(verb))) return null;
    const value = this.value(word(verb) === "matches");
    return value === null ? null : made(operator, [value]);
  }

  private attribute(): Pick<Condition, "path" | "type" | "aggregate"> | null {
    const here = this.next();
    const aggregate = aggregateOf(here);
    if (aggregate !== undefined && this.peek().kind === "open") {
      this.next();
      const inner = this.path(this.next());
      return inner === null || this.next().kind !== "close"
        ? null
        : { path: inner.path, type: "float_series", aggregate };
    }
    return this.path(here);
  }

  private path(here: Token): Pick<Condition, "path" | "type"> | null {
    if (here.kind !== "path" && here.kind !== "word") return null;
    if (this.peek().kind !== "colon") return { path: here.text };
    this.next();
    const type = typeOf(this.next());
    return type === undefined ? null : { path: here.text, type };
  }

  private value(pattern = false): string | null {
    const token = this.next();
    if (token.kind === "regex" && pattern) {
      const ignoreCase = token.text.endsWith("i");
      const text = token.text.slice(1, ignoreCase ? -2 : -1).replaceAll("\\/", "/");
      return ignoreCase ? `(?i)${text}` : text;
    }
    return token.kind === "quoted" || token.kind === "word" || token.kind === "regex" ? token.text : null;
  }

  private list(): readonly string[] | null {
    if (this.next().kind !== "open") return null;
    const values: string[] = [];
    for (;;) {
      const token = this.next();
      if (token.kind === "close") return values.length > 0 ? values : null;
      if (token.kind === "quoted") values.push(token.text);
      else if (token.kind === "word") values.push(...token.text.split(",").filter(Boolean));
      else return null;
    }
  }
}

/** Parentheses around a single term say nothing more than the term. */
function unwrapped(negated: boolean, content: Content): Pick<Term, "negated" | "content"> {
  if (content.kind !== "group") return { negated, content };
  const inner = termsOf(content.text.slice(1, -1));
  const only = inner?.length === 1 ? inner[0] : undefined;
  if (only === undefined) return { negated, content };
  return { negated: negated !== only.negated, content: only.content };
}

/** The terms of a query; null for one that is not (yet) understood, empty for an empty one. */
export function termsOf(text: string): readonly Term[] | null {
  if (text.trim() === "") return [];
  const tokens = tokenize(text);
  return tokens === null ? null : new Reader(tokens, text).terms();
}

const termText = (term: Pick<Term, "negated" | "content">): string =>
  `${term.negated ? "NOT " : ""}${contentText(term.content)}`;

const writtenOut = (text: string, term: Term): string => text.slice(term.start, term.end);

/** The query with its terms joined anew; terms that are not in `changed` keep their text. */
function rebuilt(
  text: string,
  terms: readonly Term[],
  changed: (term: Term, index: number) => { readonly joiner?: Joiner; readonly text?: string } | null,
): string {
  let result = "";
  terms.forEach((term, index) => {
    const change = changed(term, index);
    if (change === null) return;
    const joiner = change.joiner ?? term.joiner ?? "AND";
    result += `${result === "" ? "" : ` ${joiner} `}${change.text ?? writtenOut(text, term)}`;
  });
  return result;
}

/** The query with another term in the place of one. */
export const replaceTerm = (
  text: string,
  terms: readonly Term[],
  index: number,
  next: Pick<Term, "negated" | "content">,
): string => rebuilt(text, terms, (_, at) => (at === index ? { text: termText(next) } : {}));

export const removeTerm = (text: string, terms: readonly Term[], index: number): string =>
  rebuilt(text, terms, (_, at) => (at === index ? null : {}));

export const setJoiner = (text: string, terms: readonly Term[], index: number, joiner: Joiner): string =>
  rebuilt(text, terms, (_, at) => (at === index ? { joiner } : {}));

/** The query and one more term that must hold too. */
export function appendTerm(
  text: string,
  terms: readonly Term[] | null,
  next: Pick<Term, "negated" | "content">,
): string {
  const before = text.trim();
  if (before === "") return termText(next);
  const loose = terms === null || terms.some((term) => term.joiner === "OR");
  return `${loose ? `(${before})` : before} AND ${termText(next)}`;
}
