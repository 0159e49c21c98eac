import { Menu } from "@mantine/core";
import {
  ArrowDown,
  ArrowLeft,
  ArrowRight,
  ArrowUp,
  Check,
  ChevronDown,
  ListTree,
  Palette,
  Pin,
  PinOff,
  Spline,
  X,
} from "lucide-react";
import { useState } from "react";
import styles from "./ColumnHeader.module.css";
import {
  AGGREGATES,
  betterOf,
  type ColumnSpec,
  columnTitle,
  isNumericColumn,
  type NumberFormat,
} from "./columns";
import type { SortSpec } from "./urlState";

const AGGREGATE_TITLES: Readonly<Record<string, string>> = {
  last: "Last value",
  min: "Minimum",
  max: "Maximum",
  average: "Average",
  variance: "Variance",
  first: "First value",
  count: "Number of points",
  last_step: "Last step",
};
const FORMATS: readonly (readonly [string, NumberFormat | null])[] = [
  ["Automatic", null],
  ["Two decimals", { kind: "fixed", digits: 2 }],
  ["Four decimals", { kind: "fixed", digits: 4 }],
  ["Three significant digits", { kind: "significant", digits: 3 }],
  ["Six significant digits", { kind: "significant", digits: 6 }],
  ["Scientific", { kind: "scientific", digits: 3 }],
  ["Percent", { kind: "percent", digits: 1 }],
];
const DIRECTIONS = [
  ["higher", "Higher is better"],
  ["lower", "Lower is better"],
  ["none", "Neither"],
] as const;

type Props = {
  readonly column: ColumnSpec;
  readonly setSort: (sort: SortSpec | null) => void;
  /** Replaces or (null) removes the column. */
  readonly change: (next: ColumnSpec | null) => void;
  readonly move?: (by: -1 | 1) => void;
  readonly groupBy?: () => void;
};

const mark = (on: boolean) => (on ? <Check size={14} /> : <span className={styles.noCheck} />);

/** All that can be done with a column. */
export function ColumnMenu({ column, setSort, change, move, groupBy }: Props) {
  const { title } = columnTitle(column);
  const aggregate = column.aggregate ?? "last";
  const { aggregate: _, atStep: __, ...plain } = column;
  const numeric = isNumericColumn(column);
  return (
    <Menu position="bottom-end" width={220} withinPortal>
      <Menu.Target>
        <button type="button" className={styles.more} aria-label={`Column ${title}`}>
          <ChevronDown size={13} />
        </button>
      </Menu.Target>
      <Menu.Dropdown mah="80vh" style={{ overflowY: "auto" }}>
        <Menu.Label className="mono">{column.path}</Menu.Label>
        <Menu.Item
          leftSection={<ArrowUp size={14} />}
          onClick={() => setSort({ ...column, direction: "asc" })}
        >
          Sort ascending
        </Menu.Item>
        <Menu.Item
          leftSection={<ArrowDown size={14} />}
          onClick={() => setSort({ ...column, direction: "desc" })}
        >
          Sort descending
        </Menu.Item>
        {column.type === "float_series" && (
          <>
            <Menu.Divider />
            {AGGREGATES.map((each) => (
              <Menu.Item
                key={each}
                leftSection={mark(each === aggregate && column.atStep === undefined)}
                onClick={() => change(each === "last" ? plain : { ...plain, aggregate: each })}
              >
                {AGGREGATE_TITLES[each]}
              </Menu.Item>
            ))}
            <TextField
              label="At step"
              value={column.atStep === undefined ? "" : String(column.atStep)}
              accept={(text) => {
                const step = Number(text);
                if (text.trim() === "") change(plain);
                else if (Number.isFinite(step)) change({ ...plain, atStep: step });
              }}
            />
            <Menu.Item
              leftSection={column.sparkline ? <Check size={14} /> : <Spline size={14} />}
              onClick={() => change({ ...column, sparkline: !column.sparkline })}
            >
              Show its course
            </Menu.Item>
          </>
        )}
        {numeric && (
          <>
            <Menu.Divider />
            <Menu.Label>Numbers</Menu.Label>
            {FORMATS.map(([label, format]) => (
              <Menu.Item
                key={label}
                leftSection={mark(
                  column.format?.kind === format?.kind && column.format?.digits === format?.digits,
                )}
                onClick={() => {
                  const { format: _, ...rest } = column;
                  change(format === null ? rest : { ...rest, format });
                }}
              >
                {label}
              </Menu.Item>
            ))}
            <Menu.Divider />
            {DIRECTIONS.map(([better, label]) => (
              <Menu.Item
                key={better}
                leftSection={mark(betterOf(column) === better)}
                onClick={() => change({ ...column, better })}
              >
                {label}
              </Menu.Item>
            ))}
            <Menu.Item
              leftSection={column.heat ? <Check size={14} /> : <Palette size={14} />}
              onClick={() => change({ ...column, heat: !column.heat })}
            >
              Colour by value
            </Menu.Item>
          </>
        )}
        <Menu.Divider />
        <TextField
          label="Name"
          value={column.title ?? ""}
          accept={(text) => {
            const { title: _, ...rest } = column;
            change(text.trim() === "" ? rest : { ...rest, title: text.trim() });
          }}
        />
        <Menu.Item
          leftSection={column.pinned ? <PinOff size={14} /> : <Pin size={14} />}
          onClick={() => change({ ...column, pinned: !column.pinned })}
        >
          {column.pinned ? "Unpin" : "Pin to the left"}
        </Menu.Item>
        {groupBy && (
          <Menu.Item leftSection={<ListTree size={14} />} onClick={groupBy}>
            Group by this
          </Menu.Item>
        )}
        {move && (
          <>
            <Menu.Item leftSection={<ArrowLeft size={14} />} onClick={() => move(-1)}>
              Move left
            </Menu.Item>
            <Menu.Item leftSection={<ArrowRight size={14} />} onClick={() => move(1)}>
              Move right
            </Menu.Item>
          </>
        )}
        <Menu.Item leftSection={<X size={14} />} onClick={() => change(null)}>
          Remove column
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** A text inside a menu, taken over by Enter or on leaving. */
function TextField(props: {
  readonly label: string;
  readonly value: string;
  readonly accept: (text: string) => void;
}) {
  const [text, setText] = useState(props.value);
  const done = () => {
    if (text !== props.value) props.accept(text);
  };
  return (
    <label className={styles.field}>
      {props.label}
      <input
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          event.stopPropagation();
          if (event.key === "Enter") done();
        }}
        onBlur={done}
      />
    </label>
  );
}
