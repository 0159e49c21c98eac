/** Completions for the place of the caret: attributes with their types, operators by type, values that occur. */
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { attributeNamesQuery, attributeValuesQuery } from "@/api/runs";
import type { AttributeName, ProjectRef, TypeLabel } from "@/api/types";
import { formatCount, formatMeasurement } from "@/ui/format";
import type { Place } from "./complete";
import { OPERATOR_WORDS, operatorsOf, pathText, takesList, valueText } from "./condition";
import { quote } from "./nql";

export type Suggestion = {
  readonly id: string;
  readonly label: string;
  readonly detail: string;
  readonly insert: string;
};

export type Suggestions = {
  readonly list: readonly Suggestion[];
  /** Something to know that cannot be chosen. */
  readonly note: string | null;
  readonly busy: boolean;
};

const SHOWN = 30;
const ASKED = 200;

export const escapeRegex = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");

/** Those first whose last part begins like what was typed, then the shallow ones. */
function ranked(names: readonly AttributeName[], typed: string): readonly AttributeName[] {
  const low = typed.toLowerCase();
  const score = ({ path }: AttributeName) => {
    const text = path.toLowerCase();
    const leaf = text.slice(text.lastIndexOf("/") + 1);
    return (leaf.startsWith(low) ? 4 : 0) + (text.startsWith(low) ? 2 : 0) - path.split("/").length * 0.5;
  };
  // Until the answer comes, the one for fewer letters stands in its place.
  return names
    .filter(({ path }) => has(path, typed))
    .sort((a, b) => score(b) - score(a) || (a.path < b.path ? -1 : 1));
}

/** The types of an attribute, those it is most likely asked by first; none if the project has no such attribute. */
export function useTypes(project: ProjectRef, path: string | null): readonly TypeLabel[] | null {
  const { data } = useQuery({
    ...attributeNamesQuery(project, { regex: `^${escapeRegex(path ?? "")}$`, limit: 20 }),
    enabled: path !== null && path !== "",
    retry: false,
  });
  return useMemo(() => data?.attributes.map((each) => each.type) ?? null, [data]);
}

/** Attributes whose path has `typed` in it. */
export function useAttributeNames(
  project: ProjectRef,
  typed: string,
  options: { readonly types?: readonly TypeLabel[]; readonly enabled: boolean },
) {
  const { data, isFetching } = useQuery({
    ...attributeNamesQuery(project, {
      limit: ASKED,
      ...(typed ? { regex: `(?i)${escapeRegex(typed)}` } : {}),
      ...(options.types ? { types: options.types } : {}),
    }),
    enabled: options.enabled,
    placeholderData: keepPreviousData,
    retry: false,
  });
  const names = useMemo(() => ranked(data?.attributes ?? [], typed), [data, typed]);
  return { names, total: data?.total ?? 0, busy: isFetching };
}

export function useAttributeValues(
  project: ProjectRef,
  known: { readonly path: string; readonly type?: TypeLabel } | null,
  search: string,
) {
  const { data, isFetching } = useQuery({
    ...attributeValuesQuery(project, {
      path: known?.path ?? "",
      ...(known?.type ? { type: known.type } : {}),
      search,
    }),
    enabled: known !== null && known.path !== "",
    retry: false,
  });
  const state = known?.path === "sys/state";
  const found = useMemo(() => {
    if (data === undefined || !state) return data;
    // Runs come into these states and leave them by themselves: a condition may wait for them.
    const more = COMPUTED_STATES.filter(
      (each) => has(each, search) && !data.values.some(({ value }) => value === each),
    ).map((value) => ({ type: "run_state" as const, value, runs: 0 }));
    return { ...data, values: [...data.values, ...more] };
  }, [data, state, search]);
  return { found: known === null ? undefined : found, busy: isFetching };
}

const COMPUTED_STATES = ["running", "stale", "idle"];

const none: Suggestions = { list: [], note: null, busy: false };

/** What fits at `place`; nothing while it is null. */
export function useSuggestions(project: ProjectRef, place: Place | null): Suggestions {
  const expected = place?.expected ?? null;
  const typed = place?.typed ?? "";
  const [asked] = useDebouncedValue(typed, 100);
  const knownPath = expected?.kind === "operator" || expected?.kind === "value" ? expected.known.path : null;
  const types = useTypes(project, knownPath);
  const unknown = expected?.kind === "operator" && types !== null && types.length === 0;
  const wantsName =
    (expected?.kind === "attribute" && (typed !== "" || expected.aggregate !== null)) ||
    (unknown && typed !== "") ||
    (expected?.kind === "joiner" && typed !== "");
  const names = useAttributeNames(project, asked, {
    ...(expected?.kind === "attribute" && expected.aggregate !== null ? { types: ["float_series"] } : {}),
    enabled: wantsName,
  });
  const type = expected?.kind === "value" ? (expected.known.type ?? types?.[0]) : undefined;
  const wantsValue = expected?.kind === "value" && !expected.pattern && type !== "datetime";
  const values = useAttributeValues(
    project,
    wantsValue && types !== null ? { path: expected.known.path, ...(type ? { type } : {}) } : null,
    asked,
  );

  return useMemo((): Suggestions => {
    if (expected === null) return none;
    const keywords = (words: readonly (readonly [string, string])[]): readonly Suggestion[] =>
      words
        .filter(([text]) => text.startsWith(typed.toUpperCase()))
        .map(([text, detail]) => ({ id: text, label: text, detail, insert: text }));
    const attributes = (): readonly Suggestion[] => {
      const fitting = ranked(names.names, typed);
      const paths = fitting.map((each) => each.path);
      return fitting.slice(0, SHOWN).map(({ path, type: of }) => {
        const several = paths.filter((each) => each === path).length > 1;
        const insert = several ? `${pathText(path)}:${of}` : pathText(path);
        return { id: `${path}\n${of}`, label: path, detail: of.replace("_", " "), insert };
      });
    };
    const cut = (total: number): string | null =>
      total > SHOWN ? `${formatCount(SHOWN)} of ${formatCount(total)} shown; type to narrow` : null;
    if (wantsName) {
      const list = attributes();
      const more = expected.kind === "joiner" || expected.kind === "operator" ? JOINERS : NOT;
      return {
        list: [
          ...keywords(expected.kind === "attribute" && expected.aggregate !== null ? [] : more),
          ...list,
        ],
        note: cut(names.total),
        busy: names.busy,
      };
    }
    if (expected.kind === "joiner") return { list: keywords(JOINERS), note: null, busy: false };
    if (expected.kind === "operator") {
      if (types === null || types.length === 0) return none;
      const asking = expected.known.type ?? types[0];
      const operators = operatorsOf(asking).filter((each) => each.startsWith(typed.toUpperCase()));
      return {
        list: operators.map((each) => ({
          id: each,
          label: each,
          detail: OPERATOR_WORDS[each],
          insert: takesList(each) ? `${each} (` : each,
        })),
        note: types.length > 1 ? `${expected.known.path}: ${types.join(", ").replaceAll("_", " ")}` : null,
        busy: false,
      };
    }
    if (expected.kind !== "value") return none;
    const found = values.found;
    const range =
      found && found.low !== null && found.high !== null
        ? `from ${formatMeasurement(found.low)} to ${formatMeasurement(found.high)}`
        : null;
    return {
      list: (found?.values ?? [])
        .filter(({ value }) => has(String(value), typed))
        .slice(0, SHOWN)
        .map(({ value, runs, type: of }) => {
          const text = String(value);
          return {
            id: text,
            label: text === "" ? '""' : text,
            detail: `${formatCount(runs)} ${runs === 1 ? "run" : "runs"}`,
            insert: of === "string" || of === "string_set" ? quoted(text) : valueText(text),
          };
        }),
      note: type === "datetime" ? "ISO 8601, such as 2026-11-23T12:00" : (range ?? cut(found?.total ?? 0)),
      busy: values.busy,
    };
  }, [
    expected,
    typed,
    wantsName,
    names.names,
    names.total,
    names.busy,
    types,
    type,
    values.found,
    values.busy,
  ]);
}

const has = (text: string, part: string): boolean => text.toLowerCase().includes(part.toLowerCase());

const JOINERS: readonly (readonly [string, string])[] = [
  ["AND", "both hold"],
  ["OR", "one of them holds"],
];
const NOT: readonly (readonly [string, string])[] = [["NOT", "what follows does not hold"]];

/** Texts are quoted where a word might be taken for something else. */
const quoted = (text: string): string => (/^[A-Za-z_]\w*$/.test(text) ? valueText(text) : quote(text));
