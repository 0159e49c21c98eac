/** Scrolling through more rows than a browser can lay out. Firefox stops at 17.9 million pixels: the spacer is capped and the bar's travel mapped. */

export const MAX_SPACER_PX = 8_000_000;

export type ScrollGeometry = {
  readonly rows: number;
  readonly rowPx: number;
  /** Visible height of the rows. */
  readonly viewPx: number;
};

export type ScrollState = {
  /** Where the browser's scroll bar is. */
  readonly physicalTop: number;
  /** Where the table is: pixels from the first row's top. */
  readonly virtualTop: number;
};

const virtualHeight = (g: ScrollGeometry): number => g.rows * g.rowPx;
export const spacerHeight = (g: ScrollGeometry): number => Math.min(virtualHeight(g), MAX_SPACER_PX);
const virtualTravel = (g: ScrollGeometry): number => Math.max(0, virtualHeight(g) - g.viewPx);
const physicalTravel = (g: ScrollGeometry): number => Math.max(0, spacerHeight(g) - g.viewPx);
export const isMapped = (g: ScrollGeometry): boolean => virtualHeight(g) > MAX_SPACER_PX;

const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));

/** Physical position that stands for `virtualTop`. */
export function physicalFor(virtualTop: number, g: ScrollGeometry): number {
  const travel = virtualTravel(g);
  return travel === 0 ? 0 : (virtualTop / travel) * physicalTravel(g);
}

/** After the browser scrolled to `physicalTop`: small moves go pixel by pixel, a drag of the bar goes in proportion. */
export function scrolled(before: ScrollState, physicalTop: number, g: ScrollGeometry): ScrollState {
  if (!isMapped(g)) return { physicalTop, virtualTop: physicalTop };
  const move = physicalTop - before.physicalTop;
  const travel = physicalTravel(g);
  if (physicalTop <= 0) return { physicalTop, virtualTop: 0 };
  if (physicalTop >= travel - 1) return { physicalTop, virtualTop: virtualTravel(g) };
  const virtualTop =
    Math.abs(move) <= 2 * g.viewPx ? before.virtualTop + move : (physicalTop / travel) * virtualTravel(g);
  return { physicalTop, virtualTop: clamp(virtualTop, 0, virtualTravel(g)) };
}

/** Virtual position that shows row `index` whole, moving as little as possible. */
export function topShowing(index: number, virtualTop: number, g: ScrollGeometry): number {
  const top = index * g.rowPx;
  if (top < virtualTop) return clamp(top, 0, virtualTravel(g));
  if (top + g.rowPx > virtualTop + g.viewPx) return clamp(top + g.rowPx - g.viewPx, 0, virtualTravel(g));
  return virtualTop;
}

/** Rows rendered beside those that are seen, on each side. */
export const OVERSCAN = 6;

/** Rows to render: [first, end). */
export function visibleRows(
  virtualTop: number,
  g: ScrollGeometry,
  overscan = OVERSCAN,
): { readonly first: number; readonly end: number } {
  const first = clamp(Math.floor(virtualTop / g.rowPx) - overscan, 0, g.rows);
  const end = clamp(Math.ceil((virtualTop + g.viewPx) / g.rowPx) + overscan, first, g.rows);
  return { first, end };
}
