/** Sections of charts: in which order, which are open, and where each stands in one long list of rows. */
import type { Sectioning } from "./urlState";

export type Section = { readonly name: string; readonly metrics: number };

/** A row of the list: a section's heading, or charts number `first` to `first + columns - 1` of it. */
export type Row =
  | { readonly kind: "heading"; readonly section: Section; readonly open: boolean }
  | { readonly kind: "charts"; readonly section: Section; readonly first: number };

export const isSystem = (section: string): boolean => section === "system" || section.startsWith("system/");

/** Sections that were put first come first, in their order; the others stay as the server has them. */
export function arranged(sections: readonly Section[], order: readonly string[]): Section[] {
  const place = new Map(order.map((name, index) => [name, index]));
  const at = (section: Section) => place.get(section.name) ?? order.length;
  return [...sections].sort((a, b) => at(a) - at(b));
}

/** Whether a section is open: as somebody chose; else all are but the machine's, unless one looks for something. */
export function isOpen(section: string, state: Sectioning, options: { readonly all: boolean }): boolean {
  if (state.open.includes(section)) return true;
  if (state.shut.includes(section)) return false;
  return options.all || !isSystem(section);
}

export function withOpen(state: Sectioning, section: string, open: boolean): Sectioning {
  const others = (names: readonly string[]) => names.filter((name) => name !== section);
  return {
    ...state,
    open: open ? [...others(state.open), section] : others(state.open),
    shut: open ? others(state.shut) : [...others(state.shut), section],
  };
}

/** The order after `section` was moved by `by` places among all `sections`, which stand as `order` says now. */
export function moved(
  sections: readonly Section[],
  order: readonly string[],
  section: string,
  by: number,
): string[] {
  const names = sections.map((each) => each.name);
  const from = names.indexOf(section);
  const to = Math.min(names.length - 1, Math.max(0, from + by));
  if (from < 0 || from === to) return [...order];
  names.splice(to, 0, ...names.splice(from, 1));
  // Only as many names as it takes: those behind the last moved one stand as they would anyway.
  return names.slice(0, Math.max(from, to, order.length - 1) + 1);
}

/** All rows, top to bottom. */
export function rowsOf(
  sections: readonly Section[],
  columns: number,
  open: (section: string) => boolean,
): Row[] {
  const rows: Row[] = [];
  for (const section of sections) {
    const isOpenNow = open(section.name);
    rows.push({ kind: "heading", section, open: isOpenNow });
    if (!isOpenNow) continue;
    for (let first = 0; first < section.metrics; first += columns)
      rows.push({ kind: "charts", section, first });
  }
  return rows;
}

export const rowKey = (row: Row): string =>
  row.kind === "heading" ? `h ${row.section.name}` : `c ${row.first} ${row.section.name}`;
