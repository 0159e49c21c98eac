import { Combobox, InputBase, Loader, useCombobox } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { attributeNamesQuery } from "@/api/runs";
import type { ProjectRef } from "@/api/types";
import type { DrawnRun } from "@/features/runs/drawnRun";
import { formatCount } from "@/ui/format";
import styles from "./ChartsPane.module.css";
import { isPattern } from "./pattern";

const SHOWN = 100;

type Props = {
  readonly project: ProjectRef;
  readonly runs: readonly DrawnRun[];
  readonly label: string;
  /** The chosen metric; "" for none. */
  readonly value: string;
  readonly onPick: (path: string) => void;
  readonly hideLabel?: boolean;
};

/** Chooses a metric of the drawn runs by name or regular expression; the server searches. */
export function MetricPicker({ project, runs, label, value, onPick, hideLabel = false }: Props) {
  const [search, setSearch] = useState<string | null>(null);
  const box = useCombobox({
    onDropdownClose: () => {
      box.resetSelectedOption();
      setSearch(null);
    },
  });
  const [pattern] = useDebouncedValue(search ?? "", 150);
  const keys = useMemo(() => runs.map((run) => run.key).sort((a, b) => a - b), [runs]);
  const names = useQuery({
    ...attributeNamesQuery(project, {
      types: ["float_series"],
      runs: keys,
      limit: SHOWN,
      ...(pattern !== "" && isPattern(pattern) ? { regex: `(?i)${pattern}` } : {}),
    }),
    enabled: box.dropdownOpened,
    placeholderData: keepPreviousData,
    retry: false,
  });
  const list = names.data?.attributes ?? [];
  return (
    <Combobox
      store={box}
      withinPortal={false}
      position="bottom-start"
      onOptionSubmit={(path) => {
        onPick(path);
        box.closeDropdown();
      }}
    >
      <Combobox.Target>
        <InputBase
          size="xs"
          {...(hideLabel ? { "aria-label": label } : { label })}
          className={styles.metric ?? ""}
          placeholder="Choose a metric"
          value={search ?? value}
          rightSection={names.isFetching ? <Loader size={12} /> : <Combobox.Chevron />}
          rightSectionPointerEvents="none"
          onFocus={() => box.openDropdown()}
          onClick={() => box.openDropdown()}
          onBlur={() => box.closeDropdown()}
          onChange={(event) => {
            setSearch(event.currentTarget.value);
            box.openDropdown();
            box.updateSelectedOptionIndex();
          }}
        />
      </Combobox.Target>
      <Combobox.Dropdown className={styles.dropdown ?? ""}>
        <Combobox.Options mah={260} style={{ overflowY: "auto" }} aria-label={label}>
          {list.map(({ path }) => (
            <Combobox.Option key={path} value={path} selected={path === value}>
              {path}
            </Combobox.Option>
          ))}
          {list.length === 0 && (
            <Combobox.Empty>{names.error?.message ?? "No metric matches"}</Combobox.Empty>
          )}
          {(names.data?.total ?? 0) > list.length && (
            <Combobox.Footer>
              {formatCount(list.length)} of {formatCount(names.data?.total ?? 0)}: type to find others
            </Combobox.Footer>
          )}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}
