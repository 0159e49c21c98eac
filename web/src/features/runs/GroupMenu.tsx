import { Button, Loader, Popover, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { Check, ListTree, Plus, Search } from "lucide-react";
import { type KeyboardEvent, useState } from "react";
import type { ProjectRef } from "@/api/types";
import { type ColumnSpec, canGroup, columnId, columnTitle, groupKey } from "./columns";
import styles from "./GroupMenu.module.css";
import { useAttributeNames } from "./query/useSuggestions";

type Props = {
  readonly project: ProjectRef;
  /** The table's columns, proposed before anything is typed. */
  readonly columns: readonly ColumnSpec[];
  readonly groupBy: readonly ColumnSpec[];
  /** Groups by it besides the others, or no longer. */
  readonly toggle: (column: ColumnSpec) => void;
  /** `icon` where there is little room, `more` beside the keys that are chosen already. */
  readonly kind: "button" | "icon" | "more";
};

const SHOWN = 60;

/** What runs are grouped by: the table's columns, or any attribute by name. */
export function GroupMenu(props: Props) {
  const { kind, groupBy } = props;
  const label = kind === "more" ? "Group by more" : "Group runs";
  return (
    <Popover position="bottom-end" width="min(320px, calc(100vw - 24px))" trapFocus withinPortal>
      <Popover.Target>
        {kind === "more" ? (
          <button type="button" className={styles.more} aria-label={label} title={label}>
            <Plus size={14} />
          </button>
        ) : (
          <Button
            variant="default"
            size="sm"
            h={34}
            px={kind === "icon" ? 9 : 12}
            aria-label={label}
            title={label}
            data-grouped={groupBy.length > 0 || undefined}
            {...(kind === "icon" ? {} : { leftSection: <ListTree size={15} /> })}
          >
            {kind === "icon" ? <ListTree size={15} /> : "Group"}
          </Button>
        )}
      </Popover.Target>
      <Popover.Dropdown aria-label={label} p={0}>
        <Choice {...props} />
      </Popover.Dropdown>
    </Popover>
  );
}

function Choice({ project, columns, groupBy, toggle }: Props) {
  const [search, setSearch] = useState("");
  const [typed] = useDebouncedValue(search.trim(), 120);
  const names = useAttributeNames(project, typed, { enabled: typed !== "" });
  const chosen = new Set(groupBy.map(columnId));
  const found: readonly ColumnSpec[] =
    typed === ""
      ? [...groupBy, ...proposals(columns).filter((column) => !chosen.has(columnId(column)))]
      : names.names.map(({ path, type }) => ({ path, type })).filter(canGroup);
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    const stops = [...event.currentTarget.querySelectorAll<HTMLElement>("input, [role=checkbox]")];
    const at = stops.indexOf(document.activeElement as HTMLElement);
    stops[Math.min(stops.length - 1, Math.max(0, at + by))]?.focus();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: arrows go between the field and what it found
    <div className={styles.choice} onKeyDown={onKeyDown}>
      <TextInput
        data-autofocus
        aria-label="Search attributes to group by"
        placeholder="Group by any attribute"
        leftSection={<Search size={14} />}
        rightSection={names.busy && typed !== "" ? <Loader size={13} /> : null}
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
        onKeyDown={(event) => {
          const first = found[0];
          if (event.key === "Enter" && typed === search.trim() && first !== undefined) toggle(first);
        }}
        m={8}
        mb={4}
      />
      <div className={styles.list}>
        {found.slice(0, SHOWN).map((column) => {
          const { prefix, title } = columnTitle(column);
          const on = chosen.has(columnId(column));
          return (
            <button
              key={columnId(column)}
              type="button"
              role="checkbox"
              aria-checked={on}
              className={styles.item}
              title={column.path}
              onClick={() => toggle(column)}
            >
              <span className={styles.box} data-on={on || undefined}>
                {on && <Check size={12} strokeWidth={3} />}
              </span>
              <span className={styles.path}>
                <span className={styles.prefix}>{prefix}</span>
                <span className={styles.end}>{title}</span>
              </span>
              {column.type !== undefined && (
                <span className={styles.type}>{column.type.replace("_", " ")}</span>
              )}
            </button>
          );
        })}
        {found.length > SHOWN && <p className={styles.note}>Type more to see others.</p>}
        {found.length === 0 && !names.busy && <p className={styles.note}>No attribute matches.</p>}
      </div>
    </div>
  );
}

/** What groups come from most often stands first: texts, flags and sets, then numbers; what differs from run to run is not proposed. */
function proposals(columns: readonly ColumnSpec[]): readonly ColumnSpec[] {
  const keys = columns.filter((column) => canGroup(column) && !OWN.includes(column.path)).map(groupKey);
  const rank = (column: ColumnSpec) => (column.type === "float_series" ? 2 : column.type === "float" ? 1 : 0);
  return keys.sort((a, b) => rank(a) - rank(b));
}

const OWN: readonly string[] = [
  "sys/id",
  "sys/custom_run_id",
  "sys/name",
  "sys/creation_time",
  "sys/modification_time",
  "sys/ping_time",
  "sys/running_time_seconds",
];
