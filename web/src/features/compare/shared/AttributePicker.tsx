import { Button, Combobox, Loader, useCombobox, VisuallyHidden } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { ChevronDown } from "lucide-react";
import { type ReactNode, useState } from "react";
import { attributeNamesQuery } from "@/api/runs";
import type { AggregateName, ProjectRef, TypeLabel } from "@/api/types";
import { AGGREGATES, type ColumnSpec, columnTitle } from "@/features/runs/columns";
import { formatCount } from "@/ui/format";
import styles from "./AttributePicker.module.css";
import { usableRegex } from "./regex";

/** What can stand on an axis. */
export const PLOTTABLE: readonly TypeLabel[] = [
  "float_series",
  "float",
  "int",
  "string",
  "bool",
  "datetime",
  "run_state",
  "string_set",
];
/** What has an order and a distance. */
export const NUMERIC: readonly TypeLabel[] = ["float_series", "float", "int"];

const SHOWN = 200;

type Props = {
  readonly project: ProjectRef;
  readonly label: string;
  readonly value: ColumnSpec | null;
  readonly types: readonly TypeLabel[];
  readonly onPick: (column: ColumnSpec) => void;
  /** Stands in the button in place of the chosen attribute. */
  readonly placeholder?: string;
  readonly icon?: ReactNode;
  /** A word before the chosen attribute, e.g. "x". */
  readonly word?: string;
  /** An entry that takes the choice away. */
  readonly none?: { readonly label: string; readonly onPick: () => void };
};

/** Chooses one attribute of the project by name or regular expression; of a series also which of its values. */
export function AttributePicker(props: Props) {
  const { project, value } = props;
  const [search, setSearch] = useState("");
  const box = useCombobox({
    onDropdownOpen: () => box.focusSearchInput(),
    onDropdownClose: () => {
      box.resetSelectedOption();
      setSearch("");
    },
  });
  const [pattern] = useDebouncedValue(usableRegex(search) ?? "", 150);
  const names = useQuery({
    ...attributeNamesQuery(project, {
      types: props.types,
      limit: SHOWN,
      ...(pattern ? { regex: pattern } : {}),
    }),
    enabled: box.dropdownOpened,
    placeholderData: keepPreviousData,
    retry: false,
  });
  const list = names.data?.attributes ?? [];
  const pick = (place: string) => {
    if (place === "none") props.none?.onPick();
    else {
      const name = list[Number(place)];
      if (name)
        props.onPick({
          path: name.path,
          type: name.type,
          ...(name.type === "float_series" && value?.aggregate ? { aggregate: value.aggregate } : {}),
        });
    }
    box.closeDropdown();
  };
  const series = value !== null && value.type === "float_series";
  const chosen = props.placeholder ?? (value === null ? "none" : titleOf(value));
  return (
    <span className={styles.picker}>
      <Combobox store={box} onOptionSubmit={pick} width={340} position="bottom-start" shadow="md">
        <Combobox.Target withAriaAttributes={false}>
          <Button
            size="xs"
            variant="default"
            className={styles.button ?? ""}
            leftSection={props.icon}
            rightSection={<ChevronDown size={13} />}
            aria-haspopup="listbox"
            aria-expanded={box.dropdownOpened}
            onClick={() => box.toggleDropdown()}
          >
            <VisuallyHidden>{props.label}: </VisuallyHidden>
            {props.word && <span className={styles.role}>{props.word}</span>}
            <span className={styles.chosen}>{chosen}</span>
          </Button>
        </Combobox.Target>
        <Combobox.Dropdown>
          <Combobox.Search
            aria-label={`${props.label}: search by name or regular expression`}
            placeholder="Search by name or regex"
            value={search}
            onChange={(event) => setSearch(event.currentTarget.value)}
            rightSection={names.isFetching ? <Loader size={12} /> : null}
          />
          <Combobox.Options className={styles.options} aria-label={props.label}>
            {props.none && search === "" && (
              <Combobox.Option value="none">{props.none.label}</Combobox.Option>
            )}
            {list.map((name, place) => (
              <Combobox.Option
                key={`${name.path} ${name.type}`}
                value={String(place)}
                selected={name.path === value?.path}
              >
                <span className={styles.option}>
                  <Path path={name.path} />
                  <span className={styles.type}>{name.type.replace("_", " ")}</span>
                </span>
              </Combobox.Option>
            ))}
            {list.length === 0 && !names.isFetching && <Combobox.Empty>Nothing found</Combobox.Empty>}
          </Combobox.Options>
          {names.data !== undefined && names.data.total > list.length && (
            <div className={styles.more}>
              The first {formatCount(list.length)} of {formatCount(names.data.total)}: search for others
            </div>
          )}
        </Combobox.Dropdown>
      </Combobox>
      {series && (
        <select
          className={styles.aggregate}
          aria-label={`Which value of ${value.path}`}
          value={value.aggregate ?? "last"}
          onChange={(event) =>
            props.onPick({ ...value, aggregate: event.currentTarget.value as AggregateName })
          }
        >
          {AGGREGATES.map((aggregate) => (
            <option key={aggregate} value={aggregate}>
              {aggregate.replace("_", " ")}
            </option>
          ))}
        </select>
      )}
    </span>
  );
}

export function titleOf(column: ColumnSpec): string {
  const { prefix, title } = columnTitle(column);
  return `${prefix}${title}`;
}

function Path({ path }: { readonly path: string }) {
  const cut = path.lastIndexOf("/") + 1;
  return (
    <span className={styles.path} title={path}>
      <span className="quiet">{path.slice(0, cut)}</span>
      {path.slice(cut)}
    </span>
  );
}
