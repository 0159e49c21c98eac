import { ActionIcon, Button, Loader, Popover, TextInput, Tooltip } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useVirtualizer } from "@tanstack/react-virtual";
import { Check, ChevronDown, ChevronUp, Columns3, Search, X } from "lucide-react";
import { useRef, useState } from "react";
import { attributeNamesQuery } from "@/api/runs";
import type { AttributeName, ProjectRef } from "@/api/types";
import { formatCount } from "@/ui/format";
import styles from "./ColumnPicker.module.css";
import { type ColumnSpec, columnId, columnTitle } from "./columns";

type Props = {
  readonly project: ProjectRef;
  readonly columns: readonly ColumnSpec[];
  readonly automatic: boolean;
  /** null = back to automatic. */
  readonly setColumns: (columns: readonly ColumnSpec[] | null) => void;
};

/** Which attributes are columns: search all of the project's by regular expression, order the chosen ones. */
export function ColumnPicker(props: Props) {
  return (
    <Popover position="bottom-end" width={380} trapFocus withinPortal>
      <Popover.Target>
        <Button
          variant="default"
          size="sm"
          h={34}
          px={12}
          leftSection={<Columns3 size={15} />}
          className={styles.target ?? ""}
        >
          Columns
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label="Columns" p={0}>
        <Picker {...props} />
      </Popover.Dropdown>
    </Popover>
  );
}

function Picker({ project, columns, automatic, setColumns }: Props) {
  const [search, setSearch] = useState("");
  const [pattern] = useDebouncedValue(search.trim(), 150);
  const names = useQuery({
    ...attributeNamesQuery(project, { ...(pattern ? { regex: `(?i)${pattern}` } : {}), limit: 1000 }),
    placeholderData: keepPreviousData,
    retry: false,
  });
  const chosen = new Set(columns.map((column) => column.path));
  const toggle = (name: AttributeName) =>
    setColumns(
      chosen.has(name.path)
        ? columns.filter((column) => column.path !== name.path)
        : [...columns, { path: name.path, type: name.type }],
    );
  const list = (names.data?.attributes ?? []).filter((name) => name.path !== "sys/name");
  return (
    <div className={styles.picker}>
      <TextInput
        data-autofocus
        aria-label="Search attributes by name or regular expression"
        placeholder="Search by name or regex"
        leftSection={<Search size={14} />}
        rightSection={names.isFetching ? <Loader size={13} /> : null}
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
        error={names.isError ? names.error.message : undefined}
        m={8}
        mb={0}
      />
      {pattern === "" && (
        <section>
          <div className={styles.heading}>
            <h2>{automatic ? "Shown, chosen automatically" : `Shown (${columns.length})`}</h2>
            {!automatic && (
              <button type="button" className={styles.reset} onClick={() => setColumns(null)}>
                Automatic
              </button>
            )}
          </div>
          <ol className={styles.chosen}>
            {columns.map((column, index) => (
              <li key={columnId(column)} className={styles.item}>
                <Path column={column} />
                <span className={styles.tools}>
                  <Move
                    label="Move left"
                    disabled={index === 0}
                    onClick={() => setColumns(moved(columns, index, -1))}
                  >
                    <ChevronUp size={14} />
                  </Move>
                  <Move
                    label="Move right"
                    disabled={index === columns.length - 1}
                    onClick={() => setColumns(moved(columns, index, 1))}
                  >
                    <ChevronDown size={14} />
                  </Move>
                  <Move label="Remove" onClick={() => setColumns(columns.filter((each) => each !== column))}>
                    <X size={14} />
                  </Move>
                </span>
              </li>
            ))}
          </ol>
        </section>
      )}
      <section className={styles.available}>
        <div className={styles.heading}>
          <h2>{pattern === "" ? "All attributes" : "Found"}</h2>
          {pattern !== "" && list.some((name) => !chosen.has(name.path)) && (
            <button
              type="button"
              className={styles.reset}
              onClick={() =>
                setColumns([
                  ...columns,
                  ...list
                    .filter((name) => !chosen.has(name.path))
                    .slice(0, Math.max(0, MAX_COLUMNS - columns.length))
                    .map(({ path, type }) => ({ path, type })),
                ])
              }
            >
              Add all{list.length > MAX_COLUMNS ? ` (at most ${MAX_COLUMNS} columns)` : ""}
            </button>
          )}
          {names.data && (
            <span className="quiet num">
              {names.data.total > list.length + 1
                ? `first ${formatCount(list.length)} of ${formatCount(names.data.total)}`
                : formatCount(list.length)}
            </span>
          )}
        </div>
        <NameList names={list} chosen={chosen} toggle={toggle} tall={pattern !== ""} />
        {names.isSuccess && list.length === 0 && <p className={styles.nothing}>No attribute matches.</p>}
      </section>
    </div>
  );
}

const NAME_PX = 30;
/** What one page of the table can have; the server stops at 500. */
const MAX_COLUMNS = 200;

function NameList(props: {
  readonly names: readonly AttributeName[];
  readonly chosen: ReadonlySet<string>;
  readonly toggle: (name: AttributeName) => void;
  readonly tall: boolean;
}) {
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: props.names.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => NAME_PX,
    overscan: 8,
  });
  return (
    <div
      ref={scroller}
      className={styles.names}
      data-tall={props.tall || undefined}
      style={{ maxHeight: virtual.getTotalSize() + 8 }}
    >
      <div style={{ height: virtual.getTotalSize(), position: "relative" }}>
        {virtual.getVirtualItems().map((item) => {
          const name = props.names[item.index];
          if (name === undefined) return null;
          const on = props.chosen.has(name.path);
          return (
            <button
              key={item.key}
              type="button"
              role="checkbox"
              aria-checked={on}
              className={styles.name}
              style={{ transform: `translateY(${item.start}px)`, height: NAME_PX }}
              onClick={() => props.toggle(name)}
              title={`${name.path} (${name.type})`}
            >
              <span className={styles.box} data-on={on || undefined}>
                {on && <Check size={12} strokeWidth={3} />}
              </span>
              <Path column={name} />
              <span className={styles.type}>{name.type.replace("_", " ")}</span>
            </button>
          );
        })}
      </div>
    </div>
  );
}

function Path({ column }: { readonly column: ColumnSpec }) {
  const { prefix, title } = columnTitle(column);
  return (
    <span className={styles.path} title={column.path}>
      <span className={styles.prefix}>{prefix}</span>
      <span className={styles.end}>{title}</span>
      {column.aggregate && <span className={styles.type}>{column.aggregate}</span>}
    </span>
  );
}

function Move(props: {
  readonly label: string;
  readonly disabled?: boolean;
  readonly onClick: () => void;
  readonly children: React.ReactNode;
}) {
  return (
    <Tooltip label={props.label}>
      <ActionIcon
        size={22}
        aria-label={props.label}
        disabled={props.disabled ?? false}
        onClick={props.onClick}
      >
        {props.children}
      </ActionIcon>
    </Tooltip>
  );
}

function moved(columns: readonly ColumnSpec[], index: number, by: -1 | 1): readonly ColumnSpec[] {
  const next = [...columns];
  const [column] = next.splice(index, 1);
  if (column !== undefined) next.splice(index + by, 0, column);
  return next;
}
