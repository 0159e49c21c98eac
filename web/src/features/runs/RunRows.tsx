import { type ReactNode, useSyncExternalStore } from "react";
import { BlankRow, RunRow, type RunRowProps } from "./RunRow";
import { OVERSCAN } from "./scrollMap";
import type { RowWindow } from "./useRowWindow";
import type { RunTable } from "./useRunTable";

type Own = "row" | "index" | "topPx" | "active" | "slot" | "pinned";

type Props = Omit<RunRowProps, Own> & {
  readonly table: RunTable;
  readonly window: RowWindow;
  readonly rowPx: number;
  /** Index of the row where the keyboard is. */
  readonly active: number;
  readonly slots: ReadonlyMap<number, number>;
  readonly pinned: readonly number[];
};

/** The rows in the window. Of the whole page only this is rendered anew while the table is scrolled. */
export function RunRows({ table, window, rowPx, active, slots, pinned, ...same }: Props) {
  const { first, end, shiftPx } = useSyncExternalStore(window.subscribe, window.shown);
  const rows: ReactNode[] = [];
  // A row that scrolls out gives its elements to one that scrolls in.
  const pool = Math.ceil(window.viewPx / rowPx) + 2 * OVERSCAN + 2;
  for (let index = first; index < Math.min(end, table.length); index += 1) {
    const row = table.rowAt(index);
    const topPx = index * rowPx + shiftPx;
    rows.push(
      row === undefined ? (
        <BlankRow
          key={index % pool}
          index={index}
          topPx={topPx}
          columns={same.columns.length}
          gapAt={same.gapAt}
        />
      ) : (
        <RunRow
          key={index % pool}
          {...same}
          row={row}
          index={index}
          topPx={topPx}
          active={index === active}
          slot={slots.get(row.key)}
          pinned={pinned.includes(row.key)}
        />
      ),
    );
  }
  return rows;
}
