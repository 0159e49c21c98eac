import { useComputedColorScheme } from "@mantine/core";
import { useMemo } from "react";
import type { ChartColumn, RunTable } from "@/charts/runTable";
import { type Shading, sequentialColors, shadesOf } from "@/charts/sequential";
import type { DrawnRun } from "@/features/runs/drawnRun";
import { runColorValues } from "@/ui/runColors";
import { wantsLog } from "./chartTable";

/** A colour for each run of a table: by a column, or (null) each drawn run its own and all others a quiet one. */
export function useColors(
  table: RunTable,
  column: ChartColumn | null,
  runs: readonly DrawnRun[],
  log?: boolean,
): { readonly colors: readonly string[]; readonly shading: Shading | null } {
  const scheme = useComputedColorScheme("light");
  const shading = useMemo(
    () => (column === null ? null : shadesOf(column, log ?? wantsLog(column))),
    [column, log],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: the tokens change with the colour scheme
  const colors = useMemo(() => {
    const style = getComputedStyle(document.documentElement);
    const none = style.getPropertyValue("--ink-disabled").trim();
    const own = runColorValues();
    if (shading === null) {
      const slots = new Map(runs.map((run) => [run.key, run.slot]));
      return table.keys.map((key) => {
        const slot = slots.get(key);
        return slot === undefined ? none : (own[slot % own.length] as string);
      });
    }
    const shades = shading.axis.column.kind === "category" ? own : sequentialColors(style);
    return Array.from(shading.shades, (shade) =>
      shade < 0 ? none : (shades[shade % shades.length] as string),
    );
  }, [shading, table, runs, scheme]);
  return { colors, shading };
}
