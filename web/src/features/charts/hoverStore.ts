/** What the pointer is near to in one chart. A store, so that moving it renders the tooltip and nothing else. */
import type { Hit } from "@/charts/nearest";

export type Hover = {
  readonly hits: readonly Hit[];
  readonly total: number;
  /** In pixels of the window. */
  readonly left: number;
  readonly top: number;
};

export class HoverStore {
  private hover: Hover | null = null;
  private readonly listeners = new Set<() => void>();

  readonly get = (): Hover | null => this.hover;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  set(hover: Hover | null): void {
    if (hover === null && this.hover === null) return;
    this.hover = hover;
    for (const listener of this.listeners) listener();
  }
}
