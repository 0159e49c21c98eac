import { memo, type RefObject } from "react";
import { ColumnHeader } from "./ColumnHeader";
import { type ColumnSpec, canGroup, columnId } from "./columns";
import { type TableLayout, withGap } from "./RunRow";
import type { RunsTableProps } from "./RunsTable";
import styles from "./RunsTable.module.css";
import { SortMenu } from "./SortMenu";
import type { SortSpec } from "./urlState";
import { NAME_WIDTH_ID } from "./useColumns";

const nameColumn: ColumnSpec = { path: "sys/name", type: "string" };

type Props = {
  readonly layout: TableLayout;
  readonly columns: readonly ColumnSpec[];
  /** Those that are in the window. */
  readonly rendered: readonly ColumnSpec[];
  readonly stick: readonly (number | undefined)[];
  readonly stuck: number;
  readonly gapAt: number | null;
  readonly sort: SortSpec | null;
  readonly nameWidth: number;
  readonly widthOf: (column: ColumnSpec) => number;
  /** What headings do. In a ref, so that headings are not made anew whenever rows are. */
  readonly acts: RefObject<
    Pick<RunsTableProps, "setSort" | "setWidth" | "changeColumn" | "moveColumn" | "dropColumn" | "groupBy">
  >;
};

/** The headings, but for the eye's. */
export const TableHead = memo(function TableHead(props: Props) {
  const { layout, rendered, stick, stuck, sort, nameWidth, widthOf, acts } = props;
  const setSort = (next: SortSpec | null) => acts.current.setSort(next);
  return (
    <>
      {layout === "full" ? (
        <ColumnHeader
          column={nameColumn}
          sort={sort}
          setSort={setSort}
          width={nameWidth}
          setWidth={(width) => acts.current.setWidth(NAME_WIDTH_ID, width)}
          className={`${styles.nameHead} ${stuck === 0 ? styles.lastStuck : ""}`}
        />
      ) : (
        <div className={styles.sortHead} role="columnheader">
          <SortMenu columns={[nameColumn, ...props.columns]} sort={sort} setSort={setSort} />
        </div>
      )}
      {withGap(
        props.gapAt,
        rendered.map((column, i) => (
          <ColumnHeader
            key={columnId(column)}
            left={stick[i]}
            className={i === stuck - 1 ? styles.lastStuck : undefined}
            column={column}
            sort={sort}
            setSort={setSort}
            width={widthOf(column)}
            setWidth={(width) => acts.current.setWidth(columnId(column), width)}
            change={(next) => acts.current.changeColumn(column, next)}
            move={(by) => acts.current.moveColumn(column, by)}
            drop={(dragged) => acts.current.dropColumn(dragged, column)}
            {...(canGroup(column) ? { groupBy: () => acts.current.groupBy(column) } : {})}
          />
        )),
      )}
    </>
  );
});
