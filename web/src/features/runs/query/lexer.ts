/** Tokens of NQL with their places, as the server's `query/lexer.py` makes them. */

export type TokenKind =
  | "open"
  | "close"
  | "colon"
  | "operator"
  | "quoted"
  | "path"
  | "regex"
  | "word"
  | "end";

export type Token = {
  readonly kind: TokenKind;
  /** Without quotes and escapes; of a regular expression as it is written. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
};

const PATTERN =
  /\s*(?:(?<open>\()|(?<close>\))|(?<colon>:)|(?<operator>==|!=|>=|<=|=|>|<)|"(?<double>(?:[^"\\]|\\.)*)"|'(?<single>(?:[^'\\]|\\.)*)'|`(?<path>[^`]*)`|(?<regex>\/(?:[^/\\\n]|\\.)+\/i?(?=[\s)]|$))|(?<word>[^\s()`"'=!<>:]+))/suy;

const QUOTED: ReadonlySet<string> = new Set(["double", "single"]);
const MARKED: ReadonlySet<string> = new Set(["double", "single", "path"]);

/** All tokens with one at the end of the text; null for what has a character or a quote that begins no token. */
export function tokenize(text: string): readonly Token[] | null {
  const { tokens, rest } = scan(text);
  if (rest < text.trimEnd().length) return null;
  return [...tokens, { kind: "end", text: "", start: text.length, end: text.length }];
}

/** Tokens up to where they end; `rest` is what follows, such as a quote that is still open. */
export function scan(text: string): { readonly tokens: readonly Token[]; readonly rest: number } {
  const found: Token[] = [];
  const end = text.trimEnd().length;
  let at = 0;
  while (at < end) {
    PATTERN.lastIndex = at;
    const match = PATTERN.exec(text);
    const group = Object.entries(match?.groups ?? {}).find(([, value]) => value !== undefined);
    if (match === null || group === undefined) break;
    const [name, value] = group as [string, string];
    at = PATTERN.lastIndex;
    found.push({
      kind: (QUOTED.has(name) ? "quoted" : name) as TokenKind,
      text: QUOTED.has(name) ? value.replace(/\\(.)/gs, "$1") : value,
      start: at - value.length - (MARKED.has(name) ? 2 : 0),
      end: at,
    });
  }
  return { tokens: found, rest: at };
}
