import { type RefObject, useCallback, useEffect, useRef, useState } from "react";

/** How far pictures are enlarged, and where their upper left corner lies, in parts of their frame. */
export type Zoom = { readonly scale: number; readonly x: number; readonly y: number };

const WHOLE: Zoom = { scale: 1, x: 0, y: 0 };
const LARGEST = 40;

/** The zoom after a change of scale that leaves the point `at` (parts of the frame) where it is. */
export function zoomedAt(zoom: Zoom, factor: number, at: readonly [number, number]): Zoom {
  const scale = Math.min(LARGEST, Math.max(1, zoom.scale * factor));
  const place = (old: number, pointer: number) => pointer - ((pointer - old) / zoom.scale) * scale;
  return clamped({ scale, x: place(zoom.x, at[0]), y: place(zoom.y, at[1]) });
}

/** Pictures never leave their frames. */
export function clamped(zoom: Zoom): Zoom {
  const edge = (value: number) => Math.min(0, Math.max(1 - zoom.scale, value));
  return { scale: zoom.scale, x: edge(zoom.x), y: edge(zoom.y) };
}

export type SharedZoom = {
  readonly zoomed: boolean;
  readonly by: (factor: number) => void;
  readonly reset: () => void;
};

/**
 * One zoom for all `[data-zoom]` frames below `box`: Ctrl or ⌘ and the wheel (or a pinch) at the pointer, a drag moves, a double click
 * shows everything. It lives in CSS variables, so that a hundred pictures move without React.
 */
export function useSharedZoom(box: RefObject<HTMLElement | null>): SharedZoom {
  const zoom = useRef(WHOLE);
  const [zoomed, setZoomed] = useState(false);
  const apply = useCallback(
    (next: Zoom) => {
      zoom.current = next;
      const style = box.current?.style;
      style?.setProperty("--zoom", String(next.scale));
      style?.setProperty("--zoom-x", `${next.x * 100}%`);
      style?.setProperty("--zoom-y", `${next.y * 100}%`);
      setZoomed(next.scale > 1);
    },
    [box],
  );
  useEffect(() => {
    const target = box.current;
    if (target === null) return;
    let drag: {
      readonly frame: DOMRect;
      readonly x: number;
      readonly y: number;
      readonly from: Zoom;
    } | null = null;
    const frameOf = (event: Event) =>
      (event.target as HTMLElement).closest<HTMLElement>("[data-zoom]")?.getBoundingClientRect() ?? null;
    const wheel = (event: WheelEvent) => {
      const frame = frameOf(event);
      if (frame === null || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      const at = [
        (event.clientX - frame.left) / frame.width,
        (event.clientY - frame.top) / frame.height,
      ] as const;
      apply(zoomedAt(zoom.current, Math.exp(-event.deltaY * 0.004), at));
    };
    const down = (event: PointerEvent) => {
      const frame = frameOf(event);
      if (frame === null || event.button !== 0 || zoom.current.scale === 1) return;
      drag = { frame, x: event.clientX, y: event.clientY, from: zoom.current };
    };
    const move = (event: PointerEvent) => {
      if (drag === null) return;
      const { frame, from } = drag;
      const x = from.x + (event.clientX - drag.x) / frame.width;
      const y = from.y + (event.clientY - drag.y) / frame.height;
      apply(clamped({ scale: from.scale, x, y }));
    };
    const up = () => {
      drag = null;
    };
    const reset = (event: MouseEvent) => frameOf(event) !== null && apply(WHOLE);
    target.addEventListener("wheel", wheel, { passive: false });
    target.addEventListener("pointerdown", down);
    target.addEventListener("dblclick", reset);
    window.addEventListener("pointermove", move);
    window.addEventListener("pointerup", up);
    return () => {
      target.removeEventListener("wheel", wheel);
      target.removeEventListener("pointerdown", down);
      target.removeEventListener("dblclick", reset);
      window.removeEventListener("pointermove", move);
      window.removeEventListener("pointerup", up);
    };
  }, [box, apply]);
  return {
    zoomed,
    by: (factor) => apply(zoomedAt(zoom.current, factor, [0.5, 0.5])),
    reset: () => apply(WHOLE),
  };
}
