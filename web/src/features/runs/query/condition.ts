/** One condition of a query as its parts, and as text. The server alone decides what it means. */
import type { AggregateName, TypeLabel } from "@/api/types";
import { quote } from "./nql";

export type Operator =
  | "="
  | "!="
  | "<"
  | "<="
  | ">"
  | ">="
  | "IN"
  | "NOT IN"
  | "CONTAINS"
  | "NOT CONTAINS"
  | "ICONTAINS"
  | "NOT ICONTAINS"
  | "MATCHES"
  | "NOT MATCHES"
  | "EXISTS"
  | "NOT EXISTS";

/** An attribute compared with values. */
export type Condition = {
  readonly kind: "condition";
  readonly path: string;
  readonly type?: TypeLabel;
  readonly aggregate?: AggregateName;
  readonly operator: Operator;
  /** None with EXISTS, several with IN, otherwise one. */
  readonly values: readonly string[];
};

/** What a run's name or id has in it: a part of it, or a regular expression found in it. */
export type NameTerm = {
  readonly kind: "name";
  readonly text: string;
  readonly regex: boolean;
  readonly ignoreCase: boolean;
};

/** What stands in parentheses, with the parentheses. */
export type GroupTerm = { readonly kind: "group"; readonly text: string };

export type Content = Condition | NameTerm | GroupTerm;

const ORDER: readonly Operator[] = ["=", "!=", "<", "<=", ">", ">="];
const EXISTENCE: readonly Operator[] = ["EXISTS", "NOT EXISTS"];
const LISTS: readonly Operator[] = ["IN", "NOT IN"];
const TEXT: readonly Operator[] = [
  "=",
  "!=",
  "CONTAINS",
  "NOT CONTAINS",
  "ICONTAINS",
  "NOT ICONTAINS",
  "MATCHES",
  "NOT MATCHES",
  ...LISTS,
  ...EXISTENCE,
];
const NUMBER: readonly Operator[] = [...ORDER, ...LISTS, ...EXISTENCE];

const OPERATORS: Readonly<Partial<Record<TypeLabel, readonly Operator[]>>> = {
  float: NUMBER,
  int: NUMBER,
  float_series: NUMBER,
  datetime: [...ORDER, ...EXISTENCE],
  string: TEXT,
  string_series: TEXT,
  run_state: ["=", "!=", ...LISTS],
  bool: ["=", "!=", ...EXISTENCE],
  string_set: ["CONTAINS", "NOT CONTAINS", ...EXISTENCE],
};

/** What an attribute of a type can be asked. Without a type everything; the server refuses what does not fit. */
export const operatorsOf = (type: TypeLabel | undefined): readonly Operator[] =>
  type === undefined
    ? [...ORDER, "CONTAINS", "NOT CONTAINS", "MATCHES", "NOT MATCHES", ...LISTS, ...EXISTENCE]
    : (OPERATORS[type] ?? EXISTENCE);

export const OPERATOR_WORDS: Readonly<Record<Operator, string>> = {
  "=": "is",
  "!=": "is not",
  "<": "less than",
  "<=": "at most",
  ">": "greater than",
  ">=": "at least",
  IN: "is one of",
  "NOT IN": "is none of",
  CONTAINS: "contains",
  "NOT CONTAINS": "does not contain",
  ICONTAINS: "contains, in any case",
  "NOT ICONTAINS": "does not contain, in any case",
  MATCHES: "matches the regular expression",
  "NOT MATCHES": "does not match",
  EXISTS: "exists",
  "NOT EXISTS": "does not exist",
};

export const takesValue = (operator: Operator): boolean => !EXISTENCE.includes(operator);
export const takesList = (operator: Operator): boolean => LISTS.includes(operator);

const KEYWORD =
  /^(and|or|not|exists|matches|i?contains|in|last|first|min|max|average|variance|count|last_step|mean|avg|var)$/i;

/** A path as a query spells it: in backticks where it would be read otherwise. */
export const pathText = (path: string): string =>
  /^[^\s()`"'=!<>:/][^\s()`"'=!<>:]*$/.test(path) && !KEYWORD.test(path) ? path : `\`${path}\``;

/** Numbers and short words stand as they are; everything else in quotes. */
export const valueText = (value: string): string =>
  /^(-?\d[\w.+-]*|[A-Za-z_][\w.-]*)$/.test(value) && !KEYWORD.test(value) ? value : quote(value);

export function attributeText(attribute: Pick<Condition, "path" | "type" | "aggregate">): string {
  const path = pathText(attribute.path);
  if (attribute.aggregate !== undefined) return `${attribute.aggregate}(${path})`;
  return attribute.type === undefined ? path : `${path}:${attribute.type}`;
}

export function contentText(content: Content): string {
  if (content.kind === "group") return content.text;
  if (content.kind === "name") {
    if (content.regex)
      return `/${content.text.replace(/(?<!\\)((?:\\\\)*)\//g, "$1\\/")}/${content.ignoreCase ? "i" : ""}`;
    return /^[\p{L}\p{N}_.-]+$/u.test(content.text) && !KEYWORD.test(content.text)
      ? content.text
      : quote(content.text);
  }
  const { operator, values } = content;
  const head = `${attributeText(content)} ${operator}`;
  if (!takesValue(operator)) return head;
  if (takesList(operator)) return `${head} (${values.map(quote).join(", ")})`;
  const [value = ""] = values;
  return operator.endsWith("MATCHES") ? `${head} ${quote(value)}` : `${head} ${valueText(value)}`;
}
