import { Menu } from "@mantine/core";
import { Copy, CornerUpRight, GripVertical, Pencil, Trash2 } from "lucide-react";
import { type CSSProperties, type KeyboardEvent, type ReactNode, useState } from "react";
import type { Section, Widget } from "@/api/types";
import type { Box } from "./layout";
import { type Drag, useDrag } from "./useDrag";
import styles from "./WidgetFrame.module.css";
import { widgetTitle } from "./widgets/kinds";

type Props = {
  readonly widget: Widget;
  readonly style: CSSProperties;
  readonly dragged: boolean;
  /** Cannot be moved: a phone stacks widgets. */
  readonly fixed: boolean;
  /** Nothing about it can be changed here. */
  readonly readOnly: boolean;
  readonly sections: readonly Section[];
  readonly onDrag: (drag: Drag, dx: number, dy: number) => void;
  /** The drag ended; false: it was given up. */
  readonly onDrop: (keep: boolean) => void;
  /** A step with the keyboard. */
  readonly onStep: (box: Box) => void;
  readonly onEdit: () => void;
  readonly onDuplicate: () => void;
  readonly onRemove: () => void;
  readonly onSend: (section: string) => void;
  readonly children: ReactNode;
};

/** A widget on its card. Its grip moves it when dragged or with the arrows, and opens its menu when clicked. */
export function WidgetFrame(props: Props) {
  const { widget } = props;
  const title = widgetTitle(widget);
  // A chart has a title of its own, and a text may have one in it.
  const headed = widget.kind === "text" ? Boolean(widget.title) : widget.kind !== "chart";
  const [menu, setMenu] = useState(false);
  const { down, move, finish, dragging } = useDrag({
    disabled: props.fixed,
    onDrag: props.onDrag,
    onDrop: props.onDrop,
  });
  const end = (keep: boolean) => () => {
    // The click that ends a drag must not open the menu.
    if (finish(keep)) setTimeout(() => setMenu(false));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape" && dragging()) {
      finish(false);
      return;
    }
    const by: Readonly<Record<string, readonly [number, number]>> = {
      ArrowLeft: [-1, 0],
      ArrowRight: [1, 0],
      ArrowUp: [0, -1],
      ArrowDown: [0, 1],
    };
    const step = by[event.key];
    if (step === undefined || menu || props.fixed) return;
    event.preventDefault();
    event.stopPropagation();
    const [dx, dy] = step;
    props.onStep(
      event.shiftKey
        ? { ...widget, w: widget.w + dx, h: widget.h + dy }
        : { ...widget, x: widget.x + dx, y: widget.y + dy },
    );
  };
  const others = props.sections.filter((section) => !section.widgets.some(({ id }) => id === widget.id));
  return (
    <article
      className={styles.frame}
      style={props.style}
      data-dragged={props.dragged || undefined}
      data-read-only={props.readOnly || undefined}
      aria-label={title}
    >
      {!props.readOnly && (
        <Menu opened={menu} onChange={setMenu} position="bottom-start" withinPortal>
          <Menu.Target>
            <button
              type="button"
              className={styles.grip}
              aria-label={`Move or change ${title}`}
              aria-description={
                props.fixed ? undefined : "Arrow keys move, Shift and arrow keys resize, Enter opens a menu"
              }
              title={props.fixed ? "Change" : "Drag to move; click to change"}
              onPointerDown={down("move")}
              onPointerMove={move}
              onPointerUp={end(true)}
              onPointerCancel={end(false)}
              onKeyDown={onKeyDown}
            >
              <GripVertical size={14} />
            </button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<Pencil size={14} />} onClick={props.onEdit}>
              Change…
            </Menu.Item>
            <Menu.Item leftSection={<Copy size={14} />} onClick={props.onDuplicate}>
              Duplicate
            </Menu.Item>
            {others.map((section, index) => (
              <Menu.Item
                key={section.id}
                leftSection={<CornerUpRight size={14} />}
                onClick={() => props.onSend(section.id)}
              >
                To “{section.title || `section ${index + 1}`}”
              </Menu.Item>
            ))}
            <Menu.Item leftSection={<Trash2 size={14} />} color="var(--bad)" onClick={props.onRemove}>
              Remove
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
      {headed && <h3 className={styles.title}>{title}</h3>}
      <div className={styles.body} data-bare={(widget.kind === "text" && !headed) || undefined}>
        {props.children}
      </div>
      {!props.fixed && (
        <div
          className={styles.corner}
          aria-hidden="true"
          title="Drag to resize"
          onPointerDown={down("resize")}
          onPointerMove={move}
          onPointerUp={end(true)}
          onPointerCancel={end(false)}
        />
      )}
    </article>
  );
}
