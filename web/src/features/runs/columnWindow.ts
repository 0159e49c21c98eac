/** Which columns to render of a table that is wider than its window. */
import { useEffect, useMemo, useState } from "react";

export type ColumnWindow = {
  readonly first: number;
  readonly end: number;
  /** Widths of what is left out on each side, in pixels. */
  readonly beforePx: number;
  readonly afterPx: number;
};

/** Fewer columns cost nothing and are all rendered. */
const FEW = 24;
const BESIDE_PX = 600;
/** Scrolling less than this renders nothing anew. */
const STEP_PX = 200;

/** The columns that overlap `fromPx` to `toPx`, measured from the first one's left edge. */
export function columnsWithin(widths: readonly number[], fromPx: number, toPx: number): ColumnWindow {
  let left = 0;
  let first = 0;
  while (first < widths.length && left + (widths[first] as number) <= fromPx) {
    left += widths[first] as number;
    first += 1;
  }
  const beforePx = left;
  let end = first;
  while (end < widths.length && left < toPx) {
    left += widths[end] as number;
    end += 1;
  }
  const afterPx = widths.slice(end).reduce((sum, width) => sum + width, 0);
  return { first, end, beforePx, afterPx };
}

/** `stuckPx`: what stays at the left and covers columns. */
export function useColumnWindow(
  element: HTMLElement | null,
  widths: readonly number[],
  stuckPx: number,
): ColumnWindow {
  const many = widths.length > FEW;
  const [view, setView] = useState({ left: 0, width: 1600 });
  useEffect(() => {
    if (element === null || !many) return;
    const look = () => {
      const left = Math.floor(element.scrollLeft / STEP_PX) * STEP_PX;
      const width = Math.ceil(element.clientWidth / STEP_PX) * STEP_PX;
      setView((before) => (before.left === left && before.width === width ? before : { left, width }));
    };
    look();
    const observer = new ResizeObserver(look);
    observer.observe(element);
    element.addEventListener("scroll", look, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener("scroll", look);
    };
  }, [element, many]);
  return useMemo(
    () =>
      many
        ? columnsWithin(widths, view.left - BESIDE_PX, view.left + STEP_PX + view.width - stuckPx + BESIDE_PX)
        : { first: 0, end: widths.length, beforePx: 0, afterPx: 0 },
    [many, widths, view, stuckPx],
  );
}
