import { Menu } from "@mantine/core";
import { ArrowLeft, ArrowRight, ArrowUpDown, Check, GripVertical, Trash2 } from "lucide-react";
import { type PointerEvent, useRef, useState } from "react";
import type { AxisChange, ParallelAxis } from "./ParallelCoordinates";
import styles from "./ParallelCoordinates.module.css";

type Props = {
  readonly axis: ParallelAxis;
  readonly index: number;
  /** Where each axis stands, in pixels. */
  readonly places: readonly number[];
  readonly missing: number;
  readonly onChange: (change: AxisChange) => void;
  readonly onMove: (from: number, to: number) => void;
  readonly onRemove: () => void;
};

const DRAG_PX = 6;

/** An axis's name: a drag moves the axis, a click opens its menu. */
export function AxisHead(props: Props) {
  const { axis, index, places } = props;
  const [offset, setOffset] = useState(0);
  const [open, setOpen] = useState(false);
  const start = useRef<number | null>(null);
  const step = places.length > 1 ? (places[1] as number) - (places[0] as number) : 1;
  const down = (event: PointerEvent<HTMLButtonElement>) => {
    if (event.button !== 0) return;
    start.current = event.clientX;
    event.currentTarget.setPointerCapture(event.pointerId);
  };
  const up = () => {
    const by = Math.round(offset / step);
    if (start.current !== null && Math.abs(offset) > DRAG_PX && by !== 0) props.onMove(index, index + by);
    start.current = null;
    // The click that ends a drag must not open the menu.
    setTimeout(() => setOffset(0));
  };
  const last = places.length - 1;
  const numeric = axis.column.kind === "number";
  return (
    <Menu
      opened={open}
      onChange={(next) => Math.abs(offset) <= DRAG_PX && setOpen(next)}
      position="bottom"
      withinPortal
    >
      <Menu.Target>
        <button
          type="button"
          className={styles.axis}
          data-dragged={Math.abs(offset) > DRAG_PX || undefined}
          style={{ left: (places[index] ?? 0) + offset, maxWidth: Math.max(90, step - 8) }}
          title={`${axis.prefix}${axis.title}: drag to move`}
          onPointerDown={down}
          onPointerMove={(event) => start.current !== null && setOffset(event.clientX - start.current)}
          onPointerUp={up}
          onPointerCancel={up}
        >
          <GripVertical size={11} className={styles.grip} aria-hidden="true" />
          <span className={styles.text}>
            <span className={styles.prefix}>{axis.prefix}</span>
            <span className={styles.title}>{axis.title}</span>
          </span>
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={axis.log ? <Check size={14} /> : <span className={styles.blank} />}
          disabled={!numeric}
          onClick={() => props.onChange({ log: !axis.log })}
        >
          Logarithmic
        </Menu.Item>
        <Menu.Item
          leftSection={axis.flip ? <Check size={14} /> : <ArrowUpDown size={14} />}
          onClick={() => props.onChange({ flip: !axis.flip })}
        >
          Upside down
        </Menu.Item>
        <Menu.Item
          leftSection={
            axis.brush?.kind === "missing" ? <Check size={14} /> : <span className={styles.blank} />
          }
          disabled={props.missing === 0}
          onClick={() =>
            props.onChange({ brush: axis.brush?.kind === "missing" ? null : { kind: "missing" } })
          }
        >
          Only runs without it ({props.missing})
        </Menu.Item>
        {axis.brush === null ? (
          <Menu.Item
            leftSection={<span className={styles.blank} />}
            onClick={() => props.onChange({ brush: wholeRange(axis) })}
          >
            Set a range
          </Menu.Item>
        ) : (
          <Menu.Item
            leftSection={<span className={styles.blank} />}
            onClick={() => props.onChange({ brush: null })}
          >
            Take the range away
          </Menu.Item>
        )}
        <Menu.Divider />
        <Menu.Item
          leftSection={<ArrowLeft size={14} />}
          disabled={index === 0}
          onClick={() => props.onMove(index, index - 1)}
        >
          Move left
        </Menu.Item>
        <Menu.Item
          leftSection={<ArrowRight size={14} />}
          disabled={index === last}
          onClick={() => props.onMove(index, index + 1)}
        >
          Move right
        </Menu.Item>
        <Menu.Item leftSection={<Trash2 size={14} />} disabled={last < 1} onClick={props.onRemove}>
          Remove
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** A range whose ends the keyboard can then move: everything that has a value. */
function wholeRange(axis: ParallelAxis): ParallelAxis["brush"] {
  return axis.column.kind === "category"
    ? { kind: "levels", levels: axis.column.levels }
    : { kind: "range", low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
}
