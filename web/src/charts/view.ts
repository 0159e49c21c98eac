/**
 * A chart in an element: three canvases on top of each other (grid, lines, what the pointer lights), which follow its size and are
 * painted at most once a frame. Moving the pointer paints the top one alone. The page hands data over and listens.
 */
import { drawGrid, drawLines, drawLit, drawMarked, isRaster, rasterLines, type XTicks } from "./draw";
import { clamp, type Frame, inside, layout, type Palette } from "./frame";
import type { Line, Range } from "./lines";
import { type Nearby, nearby } from "./nearest";
import type { View } from "./prepare";
import { makeScale } from "./scale";
import { type Finger, pinched, Taps } from "./touch";

/** A part of the axes; an axis that is left out stays as it is. */
export type Box = { readonly x?: Range; readonly y?: Range };

export type ChartEvents = {
  /** The pointer moved over the plot: lines near it, nearest first; null when it left. At most once a frame. */
  readonly onHover: (found: Nearby | null, x: number, y: number) => void;
  /** The plot was clicked. */
  readonly onClick: (x: number, y: number) => void;
  /** A box was drawn, or the view moved; null on a double click: everything again. */
  readonly onZoom: (box: Box | null) => void;
};

/** What lies on top of everything when lit. */
export type IsLit = ((line: Line) => boolean) | null;

type Drag = {
  readonly from: readonly [number, number];
  to: readonly [number, number];
  readonly pan: boolean;
  /** A finger draws: it is not steady enough to mean y, too. */
  readonly flat: boolean;
  readonly view: View;
  readonly frame: Frame;
};

export const PAINT_MEASURE = "trireme-chart-paint";
const HOVERED_LINES = 6;
/** Two fingers: where they were put, where they are, and what they move. */
type Pinch = {
  readonly ids: readonly [number, number];
  readonly from: readonly [Finger, Finger];
  to: readonly [Finger, Finger];
  readonly view: View;
  readonly frame: Frame;
  next: Range | null;
};

const CLICK_PX = 5;
const TAP_PX = 10;
/** A box flatter than this leaves that axis as it is. */
const FLAT_PX = 14;
const WHEEL_IDLE_MS = 220;
const DIMMED = "0.22";

export class ChartView {
  private readonly root: HTMLElement;
  private readonly events: ChartEvents;
  private readonly layers: readonly CanvasRenderingContext2D[];
  private readonly observer: ResizeObserver;
  private palette: Palette;
  private given: View | null = null;
  /** What is shown: `given`, or what it becomes while it is dragged about. */
  private view: View | null = null;
  private frame: Frame | null = null;
  private ticks: XTicks | null = null;
  private isLit: IsLit = null;
  private pointer: readonly [number, number] | null = null;
  private moved = false;
  private drag: Drag | null = null;
  private pinch: Pinch | null = null;
  private readonly fingers = new Map<number, Finger>();
  private readonly taps: Taps;
  private wheel: ReturnType<typeof setTimeout> | undefined;
  private stale = false;
  private since = 0;
  private pending = 0;

  constructor(root: HTMLElement, palette: Palette, events: ChartEvents) {
    this.root = root;
    this.palette = palette;
    this.events = events;
    this.taps = new Taps(([x, y]) => events.onClick(x, y), this.reset);
    // The lines come first for whoever looks for the picture; they lie above the grid all the same.
    this.layers = ["1", "0", "2"].map((level) => {
      const canvas = document.createElement("canvas");
      canvas.ariaHidden = "true";
      Object.assign(canvas.style, { position: "absolute", inset: "0", width: "100%", height: "100%" });
      Object.assign(canvas.style, { zIndex: level, pointerEvents: "none" });
      root.append(canvas);
      const context = canvas.getContext("2d");
      if (context === null) throw new Error("This browser cannot draw on a canvas.");
      return context;
    });
    this.observer = new ResizeObserver(() => this.paint(true));
    this.observer.observe(root);
    root.addEventListener("pointerdown", this.down);
    root.addEventListener("pointermove", this.move);
    root.addEventListener("pointerup", this.up);
    root.addEventListener("pointercancel", this.cancel);
    root.addEventListener("pointerleave", this.leave);
    root.addEventListener("dblclick", this.reset);
    root.addEventListener("wheel", this.turn, { passive: false });
  }

  destroy(): void {
    cancelAnimationFrame(this.pending);
    clearTimeout(this.wheel);
    this.taps.cancel();
    this.observer.disconnect();
    for (const { canvas } of this.layers) {
      // Some browsers keep a canvas's memory until it has no size.
      canvas.width = canvas.height = 0;
      canvas.remove();
    }
    this.root.removeEventListener("pointerdown", this.down);
    this.root.removeEventListener("pointermove", this.move);
    this.root.removeEventListener("pointerup", this.up);
    this.root.removeEventListener("pointercancel", this.cancel);
    this.root.removeEventListener("pointerleave", this.leave);
    this.root.removeEventListener("dblclick", this.reset);
    this.root.removeEventListener("wheel", this.turn);
  }

  /** `since`: when its data arrived (performance.now()), for the measure of the paint; 0 for none. */
  setView(view: View, ticks: XTicks, since = 0): void {
    this.given = this.view = view;
    this.ticks = ticks;
    this.since = since;
    this.stale = true;
    this.schedule();
  }

  setPalette(palette: Palette): void {
    this.palette = palette;
    this.stale = true;
    this.schedule();
  }

  setLit(isLit: IsLit): void {
    this.isLit = isLit;
    this.schedule();
  }

  /** Lines near a place of the last paint, all of them if no limit is given. */
  near(x: number, y: number, limit = Number.POSITIVE_INFINITY): Nearby {
    return this.view === null || this.frame === null
      ? { hits: [], total: 0 }
      : nearby(this.view, this.frame, x, y, limit);
  }

  private schedule(): void {
    if (this.pending === 0) this.pending = requestAnimationFrame(() => this.paint(this.stale));
  }

  private paint(all: boolean): void {
    cancelAnimationFrame(this.pending);
    this.pending = 0;
    const { width, height } = this.root.getBoundingClientRect();
    if (this.view === null || width === 0 || height === 0) return;
    const ratio = window.devicePixelRatio || 1;
    if (all && this.ticks !== null) this.paintLines(this.view, this.ticks, width, height, ratio);
    if (this.moved) this.hover();
    this.paintTop(width, height, ratio);
  }

  private paintLines(view: View, ticks: XTicks, width: number, height: number, ratio: number): void {
    const [lines, grid] = this.layers as [CanvasRenderingContext2D, CanvasRenderingContext2D];
    this.stale = false;
    this.frame = layout(view, width, height);
    resized(grid, width, height, ratio);
    drawGrid(grid, this.frame, this.palette, ticks);
    resized(lines, width, height, ratio);
    if (isRaster(view)) {
      const picture = rasterLines(view, this.frame, this.palette, ratio);
      const { left, top } = this.frame.plot;
      lines.putImageData(picture.image(), Math.round(left * ratio), Math.round((top - 2) * ratio));
      drawMarked(lines, view, this.frame, this.palette);
    } else drawLines(lines, view, this.frame, this.palette);
    lines.canvas.dataset.lines = String(view.lines.length);
    lines.canvas.dataset.marked = String(view.lines.filter((each) => each.mark !== null).length);
    if (this.since > 0) {
      performance.clearMeasures(PAINT_MEASURE);
      performance.measure(PAINT_MEASURE, { start: this.since, end: performance.now() });
      this.since = 0;
    }
  }

  private paintTop(width: number, height: number, ratio: number): void {
    const [lines, , top] = this.layers as [
      CanvasRenderingContext2D,
      CanvasRenderingContext2D,
      CanvasRenderingContext2D,
    ];
    const { view, frame, isLit } = this;
    if (view === null || frame === null) return;
    resized(top, width, height, ratio);
    const lit = isLit !== null && view.lines.some(isLit);
    lines.canvas.style.opacity = lit ? DIMMED : "1";
    if (lit) drawLit(top, view, frame, this.palette, isLit);
    if (this.drag !== null && !this.drag.pan) this.paintBox(top, frame, this.drag);
    else if (this.pointer !== null && this.drag === null) {
      const [x] = this.pointer;
      top.globalAlpha = 0.5;
      top.strokeStyle = this.palette.axis;
      top.lineWidth = 1;
      top.setLineDash([3, 3]);
      top.beginPath();
      top.moveTo(Math.round(x) + 0.5, frame.plot.top);
      top.lineTo(Math.round(x) + 0.5, frame.plot.bottom);
      top.stroke();
      top.setLineDash([]);
    }
  }

  private paintBox(pen: CanvasRenderingContext2D, frame: Frame, drag: Drag): void {
    const { plot } = frame;
    const [[ax, ay], [bx, by]] = [drag.from, drag.to];
    const { wide, high } = shapeOf(drag);
    const [left, right] = wide ? [Math.min(ax, bx), Math.max(ax, bx)] : [plot.left, plot.right];
    const [top, bottom] = high ? [Math.min(ay, by), Math.max(ay, by)] : [plot.top, plot.bottom];
    pen.fillStyle = pen.strokeStyle = this.palette.accent;
    pen.globalAlpha = 0.14;
    pen.fillRect(left, top, right - left, bottom - top);
    pen.globalAlpha = 0.7;
    pen.lineWidth = 1;
    pen.strokeRect(left + 0.5, top + 0.5, right - left, bottom - top);
    pen.globalAlpha = 1;
  }

  private place(event: MouseEvent): readonly [number, number] {
    const box = this.root.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  private hover(): void {
    this.moved = false;
    if (this.pointer === null) {
      this.events.onHover(null, 0, 0);
      return;
    }
    const [x, y] = this.pointer;
    this.events.onHover(this.near(x, y, HOVERED_LINES), x, y);
  }

  private readonly down = (event: PointerEvent): void => {
    const [x, y] = this.place(event);
    const { view, frame } = this;
    if (event.button !== 0 || view === null || frame === null || !inside(frame.plot, x, y)) return;
    const flat = event.pointerType === "touch";
    if (flat) {
      // Up and down a finger scrolls the page: then the browser takes it away (`cancel`). To the side it draws a box.
      this.fingers.set(event.pointerId, [x, y]);
      if (this.fingers.size === 2) this.beginPinch(view, frame);
      if (this.fingers.size >= 2) return;
    }
    this.drag = { from: [x, y], to: [x, y], pan: event.shiftKey, flat, view, frame };
    this.root.setPointerCapture(event.pointerId);
  };

  private beginPinch(view: View, frame: Frame): void {
    const [a, b] = [...this.fingers];
    if (a === undefined || b === undefined) return;
    this.drag = null;
    this.taps.cancel();
    this.pinch = { ids: [a[0], b[0]], from: [a[1], b[1]], to: [a[1], b[1]], view, frame, next: null };
  }

  private movePinch(pinch: Pinch, id: number, finger: Finger): void {
    pinch.to = [pinch.ids[0] === id ? finger : pinch.to[0], pinch.ids[1] === id ? finger : pinch.to[1]];
    const next = pinched(pinch.frame, pinch.from, pinch.to);
    if (next === null) return;
    pinch.next = next;
    this.view = { ...pinch.view, x: next };
    this.stale = true;
    this.schedule();
  }

  private readonly move = (event: PointerEvent): void => {
    const { frame, drag } = this;
    if (frame === null) return;
    const [x, y] = this.place(event);
    const touch = event.pointerType === "touch";
    if (touch && this.pinch !== null) {
      this.movePinch(this.pinch, event.pointerId, [x, y]);
      return;
    }
    // What a finger without a drag does is the page's.
    if (touch && drag === null) return;
    if (drag !== null) {
      const { plot } = drag.frame;
      drag.to = drag.pan ? [x, y] : [clamp(x, plot.left, plot.right), clamp(y, plot.top, plot.bottom)];
      this.pointer = null;
      this.moved = true;
      if (drag.pan) {
        this.view = { ...drag.view, ...movedBy(drag) };
        this.stale = true;
      }
    } else {
      this.pointer = inside(frame.plot, x, y) ? [x, y] : null;
      this.moved = true;
    }
    this.schedule();
  };

  private readonly up = (event: PointerEvent): void => {
    const { drag, pinch } = this;
    this.fingers.delete(event.pointerId);
    if (pinch !== null) {
      this.pinch = null;
      if (pinch.next !== null) this.events.onZoom({ x: pinch.next });
      return;
    }
    this.drag = null;
    if (drag === null) return;
    this.schedule();
    const moved = Math.max(Math.abs(drag.to[0] - drag.from[0]), Math.abs(drag.to[1] - drag.from[1]));
    if (moved < (drag.flat ? TAP_PX : CLICK_PX)) {
      this.view = this.given;
      if (drag.flat) this.taps.tap(drag.from);
      else this.events.onClick(...drag.from);
    } else if (drag.pan) this.events.onZoom(movedBy(drag));
    else this.events.onZoom(boxOf(drag));
  };

  private readonly cancel = (event: PointerEvent): void => {
    this.fingers.delete(event.pointerId);
    this.drag = this.pinch = null;
    this.view = this.given;
    this.stale = true;
    this.leave();
  };

  private readonly leave = (): void => {
    if (this.drag !== null || this.pinch !== null) return;
    this.pointer = null;
    this.moved = true;
    this.schedule();
  };

  private readonly reset = (): void => {
    this.events.onZoom(null);
  };

  /** With Alt, the wheel zooms on x around the pointer; alone it scrolls the page. */
  private readonly turn = (event: WheelEvent): void => {
    const { view, frame } = this;
    if (!event.altKey || view === null || frame === null) return;
    event.preventDefault();
    const [x] = this.place(event);
    const factor = Math.exp(clamp(event.deltaY, -200, 200) / 500);
    const { left, right } = frame.plot;
    const next: Range = [frame.x.toValue(x + (left - x) * factor), frame.x.toValue(x + (right - x) * factor)];
    this.view = { ...view, x: next };
    this.stale = true;
    this.schedule();
    clearTimeout(this.wheel);
    this.wheel = setTimeout(() => this.events.onZoom({ x: next }), WHEEL_IDLE_MS);
  };
}

/** Clears a canvas, which gets the size of its element. */
function resized(context: CanvasRenderingContext2D, width: number, height: number, ratio: number): void {
  const { canvas } = context;
  const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== w || canvas.height !== h) {
    canvas.width = w;
    canvas.height = h;
  } else {
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, w, h);
  }
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.globalAlpha = 1;
}

/** Which axes a box is about: x unless it is high and narrow, y where it is high. */
function shapeOf({ from, to, flat }: Pick<Drag, "from" | "to" | "flat">) {
  const high = !flat && Math.abs(to[1] - from[1]) >= FLAT_PX;
  return { wide: Math.abs(to[0] - from[0]) >= FLAT_PX || !high, high };
}

/** What was drawn a box around. */
export function boxOf(drag: Pick<Drag, "from" | "to" | "frame" | "flat">): Box {
  const { from, to, frame } = drag;
  const { wide, high } = shapeOf(drag);
  const x = [frame.x.toValue(from[0]), frame.x.toValue(to[0])].sort((a, b) => a - b) as [number, number];
  const y = [frame.y.toValue(from[1]), frame.y.toValue(to[1])].sort((a, b) => a - b) as [number, number];
  return { ...(wide ? { x } : {}), ...(high ? { y } : {}) };
}

/** The axes after the view was dragged; y only if it was meant. */
export function movedBy(drag: Pick<Drag, "from" | "to" | "frame">): Box {
  const { frame } = drag;
  const [dx, dy] = [drag.to[0] - drag.from[0], drag.to[1] - drag.from[1]];
  const { left, right, top, bottom } = frame.plot;
  const x: Range = [frame.x.toValue(left - dx), frame.x.toValue(right - dx)];
  if (Math.abs(dy) < FLAT_PX) return { x };
  const scale = makeScale(frame.y.domain, [bottom, top], frame.y.log);
  return { x, y: [scale.toValue(bottom - dy), scale.toValue(top - dy)] };
}
