import { type PointerEvent, useEffect, useRef } from "react";

export type Drag = "move" | "resize";

const DRAG_PX = 5;
/** So near the upper or lower edge of what scrolls, it scrolls. */
const EDGE_PX = 48;
const FASTEST_PX = 18;

type Start = {
  readonly drag: Drag;
  readonly x: number;
  readonly y: number;
  readonly scroller: Element | null;
  readonly top: number;
  at: { readonly x: number; readonly y: number };
  moved: boolean;
  frame: number;
};

type Handlers = {
  readonly disabled: boolean;
  /** How far from where it began, in pixels of the board: scrolling counts. */
  readonly onDrag: (drag: Drag, dx: number, dy: number) => void;
  /** The drag ended; false: it was given up. */
  readonly onDrop: (keep: boolean) => void;
};

/** Drags with mouse, pen or finger; the board scrolls where the pointer comes near its edge. */
export function useDrag(handlers: Handlers) {
  const start = useRef<Start | null>(null);
  const latest = useRef(handlers);
  latest.current = handlers;
  useEffect(() => () => cancelAnimationFrame(start.current?.frame ?? 0), []);

  const tell = (from: Start) => {
    const scrolled = (from.scroller?.scrollTop ?? 0) - from.top;
    latest.current.onDrag(from.drag, from.at.x - from.x, from.at.y - from.y + scrolled);
  };
  const scroll = () => {
    const from = start.current;
    if (from === null || from.scroller === null) return;
    const { top, bottom } = from.scroller.getBoundingClientRect();
    const speed = pull(from.at.y - top) - pull(bottom - from.at.y);
    const before = from.scroller.scrollTop;
    if (speed !== 0) from.scroller.scrollTop = before - speed;
    from.frame = speed === 0 || from.scroller.scrollTop === before ? 0 : requestAnimationFrame(scroll);
    if (from.frame !== 0) tell(from);
  };
  const finish = (keep: boolean): boolean => {
    const from = start.current;
    start.current = null;
    if (from === null) return false;
    cancelAnimationFrame(from.frame);
    if (from.moved) latest.current.onDrop(keep);
    return from.moved;
  };
  return {
    down: (drag: Drag) => (event: PointerEvent<HTMLElement>) => {
      if (event.button !== 0 || latest.current.disabled) return;
      const scroller = event.currentTarget.closest("[data-scroller]");
      const at = { x: event.clientX, y: event.clientY };
      start.current = { drag, ...at, at, scroller, top: scroller?.scrollTop ?? 0, moved: false, frame: 0 };
      event.currentTarget.setPointerCapture(event.pointerId);
    },
    move: (event: PointerEvent) => {
      const from = start.current;
      if (from === null) return;
      from.at = { x: event.clientX, y: event.clientY };
      if (!from.moved && Math.hypot(from.at.x - from.x, from.at.y - from.y) < DRAG_PX) return;
      from.moved = true;
      tell(from);
      if (from.frame === 0) from.frame = requestAnimationFrame(scroll);
    },
    /** Whether something was dragged. */
    finish,
    dragging: () => start.current?.moved === true,
  };
}

const pull = (distance: number): number =>
  distance >= EDGE_PX ? 0 : Math.min(FASTEST_PX, Math.ceil(((EDGE_PX - distance) / EDGE_PX) * FASTEST_PX));
