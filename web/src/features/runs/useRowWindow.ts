import { useCallback, useEffect, useLayoutEffect, useMemo, useState, useSyncExternalStore } from "react";
import { RowPlaces, type ShownRows } from "./rowPlaces";
import { isMapped, physicalFor, type ScrollGeometry, scrolled, spacerHeight, topShowing } from "./scrollMap";
import type { RowRange } from "./useRunTable";

export const HEAD_PX = 36;
const IDLE_MS = 160;

export type RowWindow = {
  /** Ref of the scrolling element. */
  readonly scroller: (element: HTMLDivElement | null) => void;
  /** Which rows are seen, exactly: told in every frame of scrolling to those that draw rows, and to nobody else. */
  readonly subscribe: (listener: () => void) => () => void;
  readonly shown: () => ShownRows;
  /** The same in coarse steps. */
  readonly range: RowRange;
  readonly spacerPx: number;
  readonly viewPx: number;
  readonly atTop: boolean;
  /** Scrolls as little as needed to show a row. */
  readonly show: (index: number) => void;
  readonly toTop: () => void;
};

/** Which rows to render in a scroller of any length; the arithmetic is in scrollMap. */
export function useRowWindow(rows: number, rowPx: number): RowWindow {
  const [element, setElement] = useState<HTMLDivElement | null>(null);
  const [viewPx, setViewPx] = useState(600);
  const geometry = useMemo<ScrollGeometry>(() => ({ rows, rowPx, viewPx }), [rows, rowPx, viewPx]);
  const [places] = useState(() => new RowPlaces());
  useLayoutEffect(() => places.put(places.position, geometry), [places, geometry]);
  const { range, atTop } = useSyncExternalStore(places.subscribe, places.coarse);

  useLayoutEffect(() => {
    if (element === null) return;
    const measure = () => setViewPx(Math.max(rowPx, element.clientHeight - HEAD_PX));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [element, rowPx]);

  useEffect(() => {
    if (element === null) return;
    let idle: ReturnType<typeof setTimeout> | undefined;
    const listen = () => {
      const { position, geometry } = places;
      const top = element.scrollTop;
      if (top === position.physicalTop) return;
      places.put(scrolled(position, top, geometry), geometry);
      clearTimeout(idle);
      if (!isMapped(geometry)) return;
      // Pixel-by-pixel moves leave the bar where it does not belong; put it right when nobody looks.
      idle = setTimeout(() => {
        const { virtualTop } = places.position;
        element.scrollTop = physicalFor(virtualTop, places.geometry);
        places.put({ physicalTop: element.scrollTop, virtualTop }, places.geometry);
      }, IDLE_MS);
    };
    element.addEventListener("scroll", listen, { passive: true });
    return () => {
      clearTimeout(idle);
      element.removeEventListener("scroll", listen);
    };
  }, [element, places]);

  const jump = useCallback(
    (virtualTop: number) => {
      if (element === null) return;
      element.scrollTop = physicalFor(virtualTop, places.geometry);
      places.put({ physicalTop: element.scrollTop, virtualTop }, places.geometry);
    },
    [element, places],
  );
  const show = useCallback(
    (index: number) => {
      const { virtualTop } = places.position;
      const top = topShowing(index, virtualTop, places.geometry);
      if (top !== virtualTop) jump(top);
    },
    [jump, places],
  );
  const toTop = useCallback(() => jump(0), [jump]);
  const spacerPx = spacerHeight(geometry);
  return useMemo(
    () => ({
      scroller: setElement,
      subscribe: places.subscribe,
      shown: places.shown,
      range,
      spacerPx,
      viewPx,
      atTop,
      show,
      toTop,
    }),
    [places, range, spacerPx, viewPx, atTop, show, toTop],
  );
}
