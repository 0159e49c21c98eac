import { ChevronRight } from "lucide-react";
import type { KeyboardEvent } from "react";
import { formatDuration } from "@/ui/format";
import type { SpanRow } from "./spanTree";
import styles from "./Waterfall.module.css";

type Props = {
  readonly rows: readonly SpanRow[];
  readonly extentMs: number;
  readonly chosenId: string;
  readonly choose: (id: string) => void;
  readonly closed: ReadonlySet<string>;
  readonly toggle: (id: string) => void;
};

const TICKS = [0, 0.25, 0.5, 0.75, 1];
const MAX_INDENT = 12;

/** Spans as a tree beside their bars in time. Arrow keys move, open and close. */
export function Waterfall(props: Props) {
  const { rows, chosenId } = props;
  const move = (event: KeyboardEvent<HTMLDivElement>) => {
    const index = rows.findIndex((row) => row.span.id === chosenId);
    const row = rows[index];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      const next = rows[index + step];
      if (next !== undefined) props.choose(next.span.id);
    } else if (
      row !== undefined &&
      row.below > 0 &&
      event.key === "ArrowRight" &&
      props.closed.has(chosenId)
    ) {
      props.toggle(chosenId);
    } else if (
      row !== undefined &&
      row.below > 0 &&
      event.key === "ArrowLeft" &&
      !props.closed.has(chosenId)
    ) {
      props.toggle(chosenId);
    } else return;
    event.preventDefault();
  };
  return (
    <div className={styles.waterfall}>
      <div className={styles.ruler} aria-hidden="true">
        <span className={styles.count}>{rows.length === 1 ? "1 span" : `${rows.length} spans`}</span>
        <span className={styles.ticks}>
          {TICKS.map((share) => (
            <span key={share} style={{ left: `${share * 100}%` }}>
              {formatDuration((share * props.extentMs) / 1000)}
            </span>
          ))}
        </span>
      </div>
      <div
        className={styles.rows}
        role="tree"
        aria-label="Spans"
        tabIndex={0}
        aria-activedescendant={`span-${chosenId}`}
        onKeyDown={move}
      >
        {rows.map((row) => (
          <Row key={row.span.id} row={row} {...props} />
        ))}
      </div>
    </div>
  );
}

function Row({ row, ...props }: Props & { readonly row: SpanRow }) {
  const { span } = row;
  const open = !props.closed.has(span.id);
  const left = Math.min(row.left, 0.995);
  return (
    // The tree answers the keys.
    // biome-ignore lint/a11y/useKeyWithClickEvents: see above
    <div
      className={styles.row}
      role="treeitem"
      id={`span-${span.id}`}
      tabIndex={-1}
      aria-level={row.depth + 1}
      aria-selected={span.id === props.chosenId}
      {...(row.below > 0 ? { "aria-expanded": open } : {})}
      onClick={() => props.choose(span.id)}
    >
      <span
        className={styles.label}
        style={{ paddingLeft: `calc(${Math.min(row.depth, MAX_INDENT)} * 14px + var(--space-2))` }}
      >
        {row.below > 0 ? (
          <button
            type="button"
            className={styles.toggle}
            tabIndex={-1}
            aria-label={open ? "Close" : "Open"}
            data-open={open || undefined}
            onClick={(event) => {
              event.stopPropagation();
              props.toggle(span.id);
            }}
          >
            <ChevronRight size={14} />
          </button>
        ) : (
          <span className={styles.leaf} />
        )}
        <span className={styles.name} data-status={span.status} title={span.name}>
          {span.name}
        </span>
        {span.type !== "UNKNOWN" && (
          <span className={styles.type}>{span.type.toLowerCase().replace(/_/g, " ")}</span>
        )}
      </span>
      <span className={styles.lane}>
        <span
          className={styles.bar}
          data-status={span.status}
          data-type={span.type}
          data-running={span.duration_ms === null || undefined}
          style={{ left: `${left * 100}%`, width: `${Math.min(row.width, 1 - left) * 100}%` }}
        />
        <span
          className={styles.length}
          style={
            left > 0.6
              ? { right: `${(1 - left) * 100}%` }
              : { left: `${Math.min(1, row.left + row.width) * 100}%` }
          }
          data-inside={row.left + row.width > 0.85 && left <= 0.6 ? true : undefined}
        >
          {span.duration_ms === null ? "running" : formatDuration(span.duration_ms / 1000)}
        </span>
      </span>
    </div>
  );
}
