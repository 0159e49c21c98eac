/** Where a table is scrolled to, outside React: a frame of scrolling concerns its rows alone, not the page around them. */
import { type ScrollGeometry, type ScrollState, visibleRows } from "./scrollMap";

export type ShownRows = {
  /** To render: [first, end). */
  readonly first: number;
  readonly end: number;
  /** Without the rows rendered above and below what is seen. */
  readonly firstShown: number;
  readonly endShown: number;
  /** What a row's own place, in rows, is short of its place inside the spacer: a long table's bar does not reach as far as its rows. */
  readonly shiftPx: number;
};

export type CoarsePlace = {
  readonly range: { readonly first: number; readonly end: number };
  readonly atTop: boolean;
};

/** Divides the size of a page of rows, so that rounding asks for no page more. */
const COARSE_ROWS = 50;

export class RowPlaces {
  position: ScrollState = { physicalTop: 0, virtualTop: 0 };
  geometry: ScrollGeometry = { rows: 0, rowPx: 1, viewPx: 0 };
  private rows: ShownRows = { first: 0, end: 0, firstShown: 0, endShown: 0, shiftPx: 0 };
  private place: CoarsePlace = { range: { first: 0, end: 0 }, atTop: true };
  private readonly listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly shown = (): ShownRows => this.rows;
  readonly coarse = (): CoarsePlace => this.place;

  put(position: ScrollState, geometry: ScrollGeometry): void {
    this.position = position;
    this.geometry = geometry;
    const { first, end } = visibleRows(position.virtualTop, geometry);
    const seen = visibleRows(position.virtualTop, geometry, 0);
    const rows: ShownRows = {
      first,
      end,
      firstShown: seen.first,
      endShown: seen.end,
      shiftPx: position.physicalTop - position.virtualTop,
    };
    const range = {
      first: Math.floor(first / COARSE_ROWS) * COARSE_ROWS,
      end: Math.min(geometry.rows, Math.ceil(end / COARSE_ROWS) * COARSE_ROWS),
    };
    const atTop = position.virtualTop < geometry.rowPx / 2;
    const before = this.place;
    if (range.first !== before.range.first || range.end !== before.range.end || atTop !== before.atTop)
      this.place = { range, atTop };
    else if (same(rows, this.rows)) return;
    if (!same(rows, this.rows)) this.rows = rows;
    for (const listener of this.listeners) listener();
  }
}

const same = (a: ShownRows, b: ShownRows): boolean =>
  a.first === b.first &&
  a.end === b.end &&
  a.firstShown === b.firstShown &&
  a.endShown === b.endShown &&
  a.shiftPx === b.shiftPx;
