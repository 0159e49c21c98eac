import { useElementSize, useMergedRef } from "@mantine/hooks";
import { type CSSProperties, type RefObject, useEffect, useMemo, useRef, useState } from "react";
import type { Layout, ProjectRef, Section, Widget } from "@/api/types";
import type { ColumnSpec } from "@/features/runs/columns";
import type { DrawnRun } from "@/features/runs/drawnRun";
import { type Box, COLUMNS, fitted, placeWidget, rowsOf } from "./layout";
import styles from "./SectionGrid.module.css";
import type { Drag } from "./useDrag";
import { WidgetFrame } from "./WidgetFrame";
import { WidgetView } from "./widgets/WidgetView";

const ROW_PX = 40;
const GAP_PX = 12;
/** Narrower, widgets stand below each other. */
const STACKED_PX = 560;

export type WidgetDeeds = {
  readonly edit: (section: string, widget: Widget) => void;
  readonly duplicate: (section: string, widget: Widget) => void;
  readonly remove: (section: string, widget: Widget) => void;
  readonly send: (from: string, to: string, widget: Widget) => void;
  readonly place: (section: string, widget: Widget, box: Box) => void;
};

type Props = {
  readonly project: ProjectRef;
  readonly runs: readonly DrawnRun[];
  readonly columns: readonly ColumnSpec[];
  readonly section: Section;
  readonly sections: readonly Section[];
  readonly deeds: WidgetDeeds;
  readonly readOnly: boolean;
};

/** A section's widgets on its grid. While one is dragged the others already make room. */
export function SectionGrid(props: Props) {
  const { section, deeds } = props;
  const { ref: sized, width } = useElementSize();
  const grid = useRef<HTMLDivElement>(null);
  const ref = useMergedRef(sized, grid);
  const [drag, setDrag] = useState<{ readonly id: string; readonly box: Box } | null>(null);
  const [said, setSaid] = useState("");
  const stacked = width > 0 && width < STACKED_PX;
  const unit = (width + GAP_PX) / COLUMNS;
  const shown = useMemo(() => {
    if (drag === null) return section.widgets;
    const layout: Layout = { sections: [section] };
    return placeWidget(layout, section.id, drag.id, drag.box).sections[0]?.widgets ?? [];
  }, [section, drag]);
  const reading = useMemo(() => [...shown].sort((a, b) => a.y - b.y || a.x - b.x), [shown]);
  const order = useCalmOrder(reading, grid, drag !== null);
  const rows = rowsOf(shown);
  let below = 0;
  const place = (widget: Widget): CSSProperties => {
    const height = widget.h * (ROW_PX + GAP_PX) - GAP_PX;
    if (stacked) {
      const top = below;
      below += height + GAP_PX;
      return { left: 0, top, width, height };
    }
    return {
      left: widget.x * unit,
      top: widget.y * (ROW_PX + GAP_PX),
      width: widget.w * unit - GAP_PX,
      height,
    };
  };
  const places = new Map(reading.map((widget) => [widget.id, place(widget)]));
  const height = stacked ? below : rows * (ROW_PX + GAP_PX);

  const dragged = (widget: Widget, kind: Drag, dx: number, dy: number) => {
    const [columns, lines] = [Math.round(dx / unit), Math.round(dy / (ROW_PX + GAP_PX))];
    const box =
      kind === "move"
        ? { ...widget, x: widget.x + columns, y: widget.y + lines }
        : { ...widget, w: Math.min(widget.w + columns, COLUMNS - widget.x), h: widget.h + lines };
    const next = fitted(box);
    setDrag((before) =>
      before !== null && before.id === widget.id && sameBox(before.box, next)
        ? before
        : { id: widget.id, box: next },
    );
  };
  return (
    <div className={styles.grid} ref={ref} style={{ height }}>
      {width > 0 &&
        order.map((widget) => {
          const original = section.widgets.find(({ id }) => id === widget.id) ?? widget;
          return (
            <WidgetFrame
              key={widget.id}
              widget={original}
              style={places.get(widget.id) ?? {}}
              dragged={drag?.id === widget.id}
              fixed={stacked}
              readOnly={props.readOnly}
              sections={props.sections}
              onDrag={(kind, dx, dy) => dragged(original, kind, dx, dy)}
              onDrop={(keep) => {
                if (keep && drag !== null) deeds.place(section.id, original, drag.box);
                setDrag(null);
              }}
              onStep={(box) => {
                const next = fitted({ ...box, w: Math.min(box.w, COLUMNS - original.x || 1) });
                deeds.place(section.id, original, next);
                setSaid(`Column ${next.x + 1}, row ${next.y + 1}, ${next.w} wide, ${next.h} high`);
              }}
              onEdit={() => deeds.edit(section.id, original)}
              onDuplicate={() => deeds.duplicate(section.id, original)}
              onRemove={() => deeds.remove(section.id, original)}
              onSend={(to) => deeds.send(section.id, to, original)}
            >
              <Seen>
                <WidgetView
                  project={props.project}
                  runs={props.runs}
                  columns={props.columns}
                  widget={original}
                />
              </Seen>
            </WidgetFrame>
          );
        })}
      <span className="visually-hidden" role="status">
        {said}
      </span>
    </div>
  );
}

/**
 * The widgets in the order one reads them, as the page holds them. While one is dragged or has the focus they stay in their places in
 * the page: a node that is moved there loses the pointer and the focus.
 */
function useCalmOrder(
  reading: readonly Widget[],
  grid: RefObject<HTMLDivElement | null>,
  dragging: boolean,
): readonly Widget[] {
  const before = useRef<readonly string[]>([]);
  const busy = dragging || grid.current?.contains(document.activeElement) === true;
  const byId = new Map(reading.map((widget) => [widget.id, widget]));
  const kept = busy ? before.current.filter((id) => byId.has(id)) : [];
  const fresh = reading.map(({ id }) => id).filter((id) => !kept.includes(id));
  before.current = [...kept, ...fresh];
  return before.current.flatMap((id) => byId.get(id) ?? []);
}

const sameBox = (a: Box, b: Box): boolean => a.x === b.x && a.y === b.y && a.w === b.w && a.h === b.h;

/** Shows its content once it has come near the screen, and from then on. */
function Seen({ children }: { readonly children: React.ReactNode }) {
  const [seen, setSeen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (seen || box.current === null) return;
    const observer = new IntersectionObserver(
      (entries) => entries.some((entry) => entry.isIntersecting) && setSeen(true),
      { rootMargin: "200px" },
    );
    observer.observe(box.current);
    return () => observer.disconnect();
  }, [seen]);
  return (
    <div ref={box} className={styles.seen}>
      {seen && children}
    </div>
  );
}
