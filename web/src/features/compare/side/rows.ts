/** Which line of the table shows which row: sections have a heading, and can be closed. */
import type { ComparedSection, SectionName } from "@/api/types";

export type TableLine =
  | { readonly kind: "section"; readonly section: ComparedSection; readonly open: boolean }
  | { readonly kind: "row"; readonly position: number };

export type TableLines = {
  readonly count: number;
  readonly at: (line: number) => TableLine | undefined;
  /** The line of a row; null while its section is closed. */
  readonly lineOf: (position: number) => number | null;
  /** The section of a row. */
  readonly sectionOf: (position: number) => SectionName | undefined;
};

type Part = {
  readonly section: ComparedSection;
  readonly open: boolean;
  readonly line: number;
  readonly first: number;
  readonly rows: number;
};

/**
 * Lines for sections in the server's order. Rows are counted through all sections, open or not, as the server pages them;
 * `differingOnly` says that rows which are the same everywhere are not among them.
 */
export function tableLines(
  sections: readonly ComparedSection[],
  differingOnly: boolean,
  closed: readonly SectionName[],
): TableLines {
  const parts: Part[] = [];
  let line = 0;
  let first = 0;
  for (const section of sections) {
    const rows = differingOnly ? section.differing : section.total;
    if (rows === 0) continue;
    const open = !closed.includes(section.name);
    parts.push({ section, open, line, first, rows });
    line += 1 + (open ? rows : 0);
    first += rows;
  }
  const holding = (position: number) =>
    parts.find((part) => position >= part.first && position < part.first + part.rows);
  return {
    count: line,
    at: (wanted) => {
      const part = parts.findLast((each) => each.line <= wanted);
      if (part === undefined || wanted >= line) return undefined;
      return wanted === part.line
        ? { kind: "section", section: part.section, open: part.open }
        : { kind: "row", position: part.first + wanted - part.line - 1 };
    },
    lineOf: (position) => {
      const part = holding(position);
      return part?.open ? part.line + 1 + position - part.first : null;
    },
    sectionOf: (position) => holding(position)?.section.name,
  };
}

/** The position after (or before) `from` among ascending `positions`, beginning anew at the end; null without any. */
export function neighbour(positions: readonly number[], from: number, step: 1 | -1): number | null {
  if (positions.length === 0) return null;
  const found =
    step === 1
      ? positions.find((position) => position > from)
      : positions.findLast((position) => position < from);
  return found ?? positions.at(step === 1 ? 0 : -1) ?? null;
}
