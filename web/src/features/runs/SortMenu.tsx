import { Menu } from "@mantine/core";
import { ArrowDown, ArrowUp, ChevronDown } from "lucide-react";
import { type ColumnSpec, columnId, columnTitle } from "./columns";
import styles from "./SortMenu.module.css";
import type { SortSpec } from "./urlState";

/** The order of a table that has no room for headings. Choosing the same again turns it round. */
export function SortMenu(props: {
  readonly columns: readonly ColumnSpec[];
  readonly sort: SortSpec | null;
  readonly setSort: (sort: SortSpec | null) => void;
}) {
  const { sort, setSort } = props;
  const current = sort === null ? "Newest first" : columnTitle(sort).title;
  const Arrow = sort?.direction === "asc" ? ArrowUp : ArrowDown;
  return (
    <Menu position="bottom-start" width={240} withinPortal>
      <Menu.Target>
        <button type="button" className={styles.target} title={sort?.path ?? current}>
          <span className="visually-hidden">Sorted by </span>
          <span className={styles.text}>{current}</span>
          {sort !== null && <Arrow size={13} />}
          <ChevronDown size={13} className={styles.chevron} />
        </button>
      </Menu.Target>
      <Menu.Dropdown className={styles.list ?? ""}>
        <Menu.Item onClick={() => setSort(null)} fw={sort === null ? 600 : 400}>
          Newest first
        </Menu.Item>
        {props.columns
          .filter((column) => column.path !== "sys/creation_time")
          .map((column) => {
            const { prefix, title } = columnTitle(column);
            const chosen = sort !== null && columnId(sort) === columnId(column);
            const direction = chosen && sort.direction === "desc" ? "asc" : "desc";
            return (
              <Menu.Item
                key={columnId(column)}
                fw={chosen ? 600 : 400}
                rightSection={chosen ? <Arrow size={13} /> : null}
                onClick={() => setSort({ ...column, direction })}
              >
                <span className="quiet">{prefix}</span>
                {title}
                {column.aggregate && <span className="quiet"> {column.aggregate.replace("_", " ")}</span>}
              </Menu.Item>
            );
          })}
      </Menu.Dropdown>
    </Menu>
  );
}
