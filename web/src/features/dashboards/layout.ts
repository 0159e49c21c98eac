/** A dashboard's layout and what can be done to it: pure functions over sections of widgets on a grid of twelve columns. */
import type { Layout, Section, Widget } from "@/api/types";

export const COLUMNS = 12;
/** The server's limits. */
export const MAX_HEIGHT = 60;
export const MAX_WIDGETS = 200;

export type Box = { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
type Placed = Box & { readonly id: string };

const overlap = (a: Box, b: Box): boolean =>
  a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;

const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));

/** The box within the grid. */
export function fitted(box: Box): Box {
  const w = clamp(Math.round(box.w), 1, COLUMNS);
  return {
    w,
    x: clamp(Math.round(box.x), 0, COLUMNS - w),
    y: Math.max(0, Math.round(box.y)),
    h: clamp(Math.round(box.h), 1, MAX_HEIGHT),
  };
}

/**
 * Widgets without overlaps and without holes above them: in the order of their rows each falls up until something stops it, or is
 * pushed down below what lies there. `first` gives way to none in its row.
 */
export function settled<W extends Placed>(widgets: readonly W[], first?: string): readonly W[] {
  const order = [...widgets].sort(
    (a, b) => a.y - b.y || Number(b.id === first) - Number(a.id === first) || a.x - b.x,
  );
  const placed: W[] = [];
  for (const widget of order) {
    let { y } = widget;
    const free = (at: number) => !placed.some((other) => overlap({ ...widget, y: at }, other));
    while (!free(y)) y += 1;
    while (y > 0 && free(y - 1)) y -= 1;
    placed.push(y === widget.y ? widget : { ...widget, y });
  }
  return placed;
}

/** How many rows widgets take. */
export const rowsOf = (widgets: readonly Box[]): number =>
  widgets.reduce((rows, { y, h }) => Math.max(rows, y + h), 0);

const inSection = (layout: Layout, id: string, change: (section: Section) => Section): Layout => ({
  sections: layout.sections.map((section) => (section.id === id ? change(section) : section)),
});

const withWidgets = (section: Section, widgets: readonly Widget[]): Section => ({
  ...section,
  widgets: [...widgets],
});

/** Moves or resizes a widget within its section; the others make room. */
export const placeWidget = (layout: Layout, section: string, id: string, box: Box): Layout =>
  inSection(layout, section, (each) =>
    withWidgets(
      each,
      settled(
        each.widgets.map((widget) => (widget.id === id ? { ...widget, ...fitted(box) } : widget)),
        id,
      ),
    ),
  );

export const changeWidget = (layout: Layout, section: string, next: Widget): Layout =>
  inSection(layout, section, (each) =>
    withWidgets(
      each,
      each.widgets.map((widget) => (widget.id === next.id ? next : widget)),
    ),
  );

export const removeWidget = (layout: Layout, section: string, id: string): Layout =>
  inSection(layout, section, (each) =>
    withWidgets(each, settled(each.widgets.filter((widget) => widget.id !== id))),
  );

/** The first place from the top where a box of that size fits. */
export function freePlace(widgets: readonly Box[], w: number, h: number): Box {
  for (let y = 0; ; y += 1)
    for (let x = 0; x + w <= COLUMNS; x += 1) {
      const box = { x, y, w, h };
      if (!widgets.some((other) => overlap(box, other))) return box;
    }
}

/** Puts a widget where there is room for it. */
export const addWidget = (layout: Layout, section: string, widget: Widget): Layout =>
  inSection(layout, section, (each) =>
    withWidgets(
      each,
      settled([...each.widgets, { ...widget, ...freePlace(each.widgets, widget.w, widget.h) }]),
    ),
  );

export function moveToSection(layout: Layout, from: string, to: string, id: string): Layout {
  const widget = layout.sections.find((each) => each.id === from)?.widgets.find((each) => each.id === id);
  if (widget === undefined || from === to) return layout;
  return addWidget(removeWidget(layout, from, id), to, widget);
}

export const addSection = (layout: Layout, section: Section): Layout => ({
  sections: [...layout.sections, section],
});

export const changeSection = (
  layout: Layout,
  id: string,
  change: Partial<Pick<Section, "title" | "closed">>,
): Layout => inSection(layout, id, (each) => ({ ...each, ...change }));

export const removeSection = (layout: Layout, id: string): Layout => ({
  sections: layout.sections.filter((each) => each.id !== id),
});

export function moveSection(layout: Layout, id: string, by: -1 | 1): Layout {
  const at = layout.sections.findIndex((each) => each.id === id);
  const [section, other] = [layout.sections[at], layout.sections[at + by]];
  if (section === undefined || other === undefined) return layout;
  return {
    sections: layout.sections.map((each, i) => (i === at ? other : i === at + by ? section : each)),
  };
}

export const widgetCount = (layout: Layout): number =>
  layout.sections.reduce((sum, { widgets }) => sum + widgets.length, 0);

/** Unique enough: two people's additions must not collide. */
export const newId = (): string => crypto.randomUUID().slice(0, 13);

/** What a new dashboard begins with. */
export const emptyLayout = (): Layout => ({ sections: [{ id: newId(), title: "", widgets: [] }] });
