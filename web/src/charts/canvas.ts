/** A canvas that keeps its size in step with its element and paints at most once a frame. */
export class Surface {
  readonly context: CanvasRenderingContext2D;
  private readonly canvas: HTMLCanvasElement;
  private readonly observer: ResizeObserver;
  private readonly paint: (context: CanvasRenderingContext2D, width: number, height: number) => void;
  private pending = 0;

  /** `paint` is given the size in CSS pixels. */
  constructor(
    canvas: HTMLCanvasElement,
    paint: (context: CanvasRenderingContext2D, width: number, height: number) => void,
  ) {
    const context = canvas.getContext("2d");
    if (context === null) throw new Error("This browser cannot draw on a canvas.");
    this.canvas = canvas;
    this.context = context;
    this.paint = paint;
    this.observer = new ResizeObserver(() => this.now());
    this.observer.observe(canvas);
  }

  schedule(): void {
    cancelAnimationFrame(this.pending);
    this.pending = requestAnimationFrame(() => this.now());
  }

  destroy(): void {
    cancelAnimationFrame(this.pending);
    this.observer.disconnect();
  }

  /** Where an event happened, in CSS pixels of the canvas. */
  place(event: { readonly clientX: number; readonly clientY: number }): readonly [number, number] {
    const box = this.canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  private now(): void {
    const { width, height } = this.canvas.getBoundingClientRect();
    if (width === 0 || height === 0) return;
    const ratio = window.devicePixelRatio || 1;
    const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (this.canvas.width !== w || this.canvas.height !== h) {
      this.canvas.width = w;
      this.canvas.height = h;
    }
    this.context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.paint(this.context, width, height);
  }
}
