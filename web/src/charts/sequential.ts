/** Colours for a number: a sequence whose lightness only rises, so that every eye can order it. tokens.css holds the stops. */
import { makeAxis, type PlotAxis } from "./axis";
import type { ChartColumn } from "./runTable";

const STOPS = 6;
export const SHADES = 48;

/** The sequence at this moment, dark to light (in the dark scheme, too). Ask again when the colour scheme changes. */
export function sequentialColors(style: CSSStyleDeclaration): string[] {
  const stops = Array.from({ length: STOPS }, (_, i) => rgb(style.getPropertyValue(`--seq-${i}`).trim()));
  return Array.from({ length: SHADES }, (_, shade) => {
    const place = (shade / (SHADES - 1)) * (STOPS - 1);
    const index = Math.min(STOPS - 2, Math.floor(place));
    const [from, to] = [stops[index] ?? [0, 0, 0], stops[index + 1] ?? [0, 0, 0]];
    const mixed = from.map((part, i) => Math.round(part + ((to[i] ?? 0) - part) * (place - index)));
    return `rgb(${mixed.join(" ")})`;
  });
}

function rgb(hex: string): number[] {
  return [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) || 0);
}

/** CSS gradient of the whole sequence. */
export const SEQUENTIAL_GRADIENT = `linear-gradient(90deg, ${Array.from({ length: STOPS }, (_, i) => `var(--seq-${i})`).join(", ")})`;

export type Shading = {
  /** Of each run: a shade of the sequence, or a place in the palette of categories; -1 for none. */
  readonly shades: Int16Array;
  readonly axis: PlotAxis;
};

/**
 * Which colour each run gets. The middle 96 % of the numbers share the sequence, so that one diverged run does not make all others
 * look alike; what lies outside gets the colour of its end.
 */
export function shadesOf(column: ChartColumn, log: boolean): Shading {
  if (column.kind === "category") {
    const axis = makeAxis(column);
    return { shades: Int16Array.from(column.codes), axis };
  }
  const usable = Array.from(column.values).filter((value) => Number.isFinite(value) && (!log || value > 0));
  usable.sort((a, b) => a - b);
  const cut = usable.length > 20 ? Math.floor(usable.length * 0.02) : 0;
  const [low, high] = [usable[cut] ?? 0, usable[usable.length - 1 - cut] ?? 1];
  const values = column.values.map((value) =>
    Number.isNaN(value) ? value : Math.min(high, Math.max(low, value)),
  );
  const axis = makeAxis({ ...column, values }, { log });
  const shades = Int16Array.from(axis.at, (at) => (Number.isNaN(at) ? -1 : Math.round(at * (SHADES - 1))));
  return { shades, axis };
}
