import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import {
  isMapped,
  physicalFor,
  type ScrollGeometry,
  type ScrollState,
  scrolled,
  spacerHeight,
  topShowing,
  visibleRows,
} from "./scrollMap";

export const HEAD_PX = 36;
const IDLE_MS = 160;

export type RowWindow = {
  /** Ref of the scrolling element. */
  readonly scroller: (element: HTMLDivElement | null) => void;
  readonly first: number;
  readonly end: number;
  /** Without the rows rendered above and below what is seen. */
  readonly firstShown: number;
  readonly endShown: number;
  readonly spacerPx: number;
  /** Where the rendered rows begin, inside the spacer. */
  readonly offsetPx: number;
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
  const [position, setPosition] = useState<ScrollState>({ physicalTop: 0, virtualTop: 0 });
  const now = useRef(position);
  const geometryNow = useRef(geometry);
  geometryNow.current = geometry;

  const put = useCallback((next: ScrollState) => {
    now.current = next;
    setPosition(next);
  }, []);

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
      if (element.scrollTop === now.current.physicalTop) return;
      put(scrolled(now.current, element.scrollTop, geometryNow.current));
      clearTimeout(idle);
      if (!isMapped(geometryNow.current)) return;
      // Pixel-by-pixel moves leave the bar where it does not belong; put it right when nobody looks.
      idle = setTimeout(() => {
        element.scrollTop = physicalFor(now.current.virtualTop, geometryNow.current);
        put({ physicalTop: element.scrollTop, virtualTop: now.current.virtualTop });
      }, IDLE_MS);
    };
    element.addEventListener("scroll", listen, { passive: true });
    return () => {
      clearTimeout(idle);
      element.removeEventListener("scroll", listen);
    };
  }, [element, put]);

  const jump = useCallback(
    (virtualTop: number) => {
      if (element === null) return;
      element.scrollTop = physicalFor(virtualTop, geometryNow.current);
      put({ physicalTop: element.scrollTop, virtualTop });
    },
    [element, put],
  );
  const show = useCallback(
    (index: number) => {
      const top = topShowing(index, now.current.virtualTop, geometryNow.current);
      if (top !== now.current.virtualTop) jump(top);
    },
    [jump],
  );
  const toTop = useCallback(() => jump(0), [jump]);

  const { first, end } = visibleRows(position.virtualTop, geometry);
  const shown = visibleRows(position.virtualTop, geometry, 0);
  return {
    scroller: setElement,
    first,
    end,
    firstShown: shown.first,
    endShown: shown.end,
    spacerPx: spacerHeight(geometry),
    offsetPx: position.physicalTop - position.virtualTop + first * rowPx,
    viewPx,
    atTop: position.virtualTop < rowPx / 2,
    show,
    toTop,
  };
}
