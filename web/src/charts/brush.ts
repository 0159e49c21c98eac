/** Which runs pass the ranges that were set on axes. */
import type { ChartColumn } from "./runTable";

export type Brush =
  | { readonly kind: "range"; readonly low: number; readonly high: number }
  | { readonly kind: "levels"; readonly levels: readonly string[] }
  | { readonly kind: "missing" };

/** Whether a run passes one brush. */
function passes(column: ChartColumn, brush: Brush): (run: number) => boolean {
  if (column.kind === "category") {
    if (brush.kind === "missing") return (run) => (column.codes[run] as number) < 0;
    if (brush.kind === "range") return () => true;
    const kept = new Set(brush.levels);
    const codes = new Set(column.levels.flatMap((level, code) => (kept.has(level) ? [code] : [])));
    return (run) => codes.has(column.codes[run] as number);
  }
  if (brush.kind === "missing") return (run) => Number.isNaN(column.values[run]);
  if (brush.kind === "levels") return () => true;
  return (run) => (column.values[run] as number) >= brush.low && (column.values[run] as number) <= brush.high;
}

export type Passing = {
  /** 1 for runs that pass every brush. */
  readonly mask: Uint8Array;
  readonly count: number;
};

/** The runs that pass all brushes; `brushes` stand beside `columns`, null where there is none. */
export function passing(
  count: number,
  columns: readonly ChartColumn[],
  brushes: readonly (Brush | null)[],
): Passing {
  const tests = columns.flatMap((column, index) => {
    const brush = brushes[index] ?? null;
    return brush === null ? [] : [passes(column, brush)];
  });
  const mask = new Uint8Array(count);
  let passed = 0;
  for (let run = 0; run < count; run++) {
    if (!tests.every((test) => test(run))) continue;
    mask[run] = 1;
    passed++;
  }
  return { mask, count: passed };
}
