import type { TraceSpan } from "@/api/types";

/** A span where it stands in the waterfall: how deep, how many lie below it, and its bar as shares of the whole trace. */
export type SpanRow = {
  readonly span: TraceSpan;
  readonly depth: number;
  readonly below: number;
  readonly left: number;
  readonly width: number;
};

/** The length of a trace in ms, from its first span's start to its last span's end; a span that runs reaches to *now*. */
export function extentOf(spans: readonly TraceSpan[]): number {
  return spans.reduce((extent, span) => Math.max(extent, span.start_ms + (span.duration_ms ?? 0)), 0);
}

/**
 * Spans in the order of their tree, children by start. A span whose parent is not there is a root; spans on a cycle, which
 * only a faulty client makes, come last. Nothing below a span in `closed` is given.
 */
export function rowsOf(
  spans: readonly TraceSpan[],
  closed: ReadonlySet<string> = new Set(),
): readonly SpanRow[] {
  const ids = new Set(spans.map((span) => span.id));
  const children = new Map<string | null, TraceSpan[]>();
  for (const span of spans) {
    const parent = span.parent_id !== null && ids.has(span.parent_id) ? span.parent_id : null;
    const siblings = children.get(parent);
    if (siblings === undefined) children.set(parent, [span]);
    else siblings.push(span);
  }
  for (const each of children.values()) each.sort((a, b) => a.start_ms - b.start_ms);
  const extent = extentOf(spans) || 1;
  const rows: SpanRow[] = [];
  const seen = new Set<string>();
  // A stack of its own: a chain of ten thousand spans must not overflow the engine's.
  const walk = (roots: readonly TraceSpan[]) => {
    const stack = roots.map((span) => ({ span, depth: 0, hidden: false })).reverse();
    while (stack.length > 0) {
      const next = stack.pop();
      if (next === undefined || seen.has(next.span.id)) continue;
      const { span, depth, hidden } = next;
      seen.add(span.id);
      const below = children.get(span.id) ?? [];
      if (!hidden)
        rows.push({
          span,
          depth,
          below: below.length,
          left: span.start_ms / extent,
          width: (span.duration_ms ?? extent - span.start_ms) / extent,
        });
      for (let index = below.length - 1; index >= 0; index--) {
        const child = below[index];
        if (child !== undefined)
          stack.push({ span: child, depth: depth + 1, hidden: hidden || closed.has(span.id) });
      }
    }
  };
  walk(children.get(null) ?? []);
  for (const span of spans) if (!seen.has(span.id)) walk([span]);
  return rows;
}
