/** A chart on a canvas: follows its size, answers the pointer. One object a canvas; the page hands it data and listens. */
import { draw, type Frame, layout, type Palette, type View } from "./draw";
import type { Range } from "./lines";
import { type Hit, hits } from "./nearest";

export type ChartEvents = {
  /** The pointer moved over the plot: lines near it, nearest first; null when it left. */
  readonly onHover: (found: readonly Hit[] | null, x: number, y: number) => void;
  /** A range of x was dragged; null on a double click: everything again. */
  readonly onZoom: (range: Range | null) => void;
  /** The view was dragged with Shift. */
  readonly onPan: (range: Range) => void;
};

const MIN_DRAG_PX = 5;

export class ChartView {
  private view: View | null = null;
  private frame: Frame | null = null;
  private drag: { readonly from: number; to: number; readonly pan: boolean; readonly domain: Range } | null =
    null;
  private pending = 0;
  private readonly observer: ResizeObserver;
  private readonly context: CanvasRenderingContext2D;
  private readonly canvas: HTMLCanvasElement;
  private readonly events: ChartEvents;
  private palette: Palette;

  constructor(canvas: HTMLCanvasElement, palette: Palette, events: ChartEvents) {
    this.canvas = canvas;
    this.palette = palette;
    this.events = events;
    const context = canvas.getContext("2d");
    if (context === null) throw new Error("This browser cannot draw on a canvas.");
    this.context = context;
    this.observer = new ResizeObserver(() => this.resize());
    this.observer.observe(canvas);
    canvas.addEventListener("pointerdown", this.down);
    canvas.addEventListener("pointermove", this.move);
    canvas.addEventListener("pointerup", this.up);
    canvas.addEventListener("pointercancel", this.leave);
    canvas.addEventListener("pointerleave", this.leave);
    canvas.addEventListener("dblclick", this.reset);
  }

  destroy(): void {
    cancelAnimationFrame(this.pending);
    this.observer.disconnect();
    this.canvas.removeEventListener("pointerdown", this.down);
    this.canvas.removeEventListener("pointermove", this.move);
    this.canvas.removeEventListener("pointerup", this.up);
    this.canvas.removeEventListener("pointercancel", this.leave);
    this.canvas.removeEventListener("pointerleave", this.leave);
    this.canvas.removeEventListener("dblclick", this.reset);
  }

  setView(view: View): void {
    this.view = view;
    this.schedule();
  }

  setPalette(palette: Palette): void {
    this.palette = palette;
    this.schedule();
  }

  private resize(): void {
    const { width, height } = this.canvas.getBoundingClientRect();
    const ratio = window.devicePixelRatio || 1;
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(height * ratio);
    this.paint();
  }

  private schedule(): void {
    cancelAnimationFrame(this.pending);
    this.pending = requestAnimationFrame(() => this.paint());
  }

  private paint(): void {
    const { width, height } = this.canvas.getBoundingClientRect();
    if (this.view === null || width === 0 || height === 0) return;
    const ratio = window.devicePixelRatio || 1;
    this.context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.frame = layout(this.view, width, height);
    draw(this.context, this.view, this.frame, this.palette);
    if (this.drag !== null && !this.drag.pan) {
      const { top, bottom } = this.frame.plot;
      this.context.globalAlpha = 0.14;
      this.context.fillStyle = this.palette.accent;
      this.context.fillRect(this.drag.from, top, this.drag.to - this.drag.from, bottom - top);
      this.context.globalAlpha = 1;
    }
  }

  private place(event: PointerEvent): readonly [number, number] {
    const box = this.canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  private readonly down = (event: PointerEvent): void => {
    // A finger scrolls the page; it is a mouse or a pen that drags.
    if (event.button !== 0 || event.pointerType === "touch" || this.view === null) return;
    const [x] = this.place(event);
    this.drag = { from: x, to: x, pan: event.shiftKey, domain: this.view.x };
    this.canvas.setPointerCapture(event.pointerId);
  };

  private readonly move = (event: PointerEvent): void => {
    if (this.view === null || this.frame === null) return;
    const [x, y] = this.place(event);
    if (this.drag !== null) {
      this.drag.to = Math.min(Math.max(x, this.frame.plot.left), this.frame.plot.right);
      this.events.onHover(null, x, y);
      this.schedule();
      return;
    }
    const { left, right } = this.frame.plot;
    this.events.onHover(x < left - 4 || x > right + 4 ? null : hits(this.view, this.frame, x, y), x, y);
  };

  private readonly up = (): void => {
    const { drag, frame } = this;
    this.drag = null;
    if (drag === null || frame === null) return;
    this.schedule();
    if (Math.abs(drag.to - drag.from) < MIN_DRAG_PX) return;
    const [a, b] = [frame.x.toValue(drag.from), frame.x.toValue(drag.to)];
    if (drag.pan) this.events.onPan([drag.domain[0] + a - b, drag.domain[1] + a - b]);
    else this.events.onZoom(a < b ? [a, b] : [b, a]);
  };

  private readonly leave = (): void => {
    this.events.onHover(null, 0, 0);
  };

  private readonly reset = (): void => {
    this.events.onZoom(null);
  };
}
