import { expect, test } from "vitest";
import type { Layout, Widget } from "@/api/types";
import {
  addWidget,
  fitted,
  freePlace,
  moveSection,
  moveToSection,
  placeWidget,
  removeWidget,
  settled,
} from "./layout";

const text = (id: string, x: number, y: number, w: number, h: number): Widget => ({
  kind: "text",
  id,
  x,
  y,
  w,
  h,
  text: id,
});
const places = (widgets: readonly Widget[]) =>
  Object.fromEntries(widgets.map(({ id, x, y, w, h }) => [id, [x, y, w, h]]));
const board = (...widgets: Widget[]): Layout => ({ sections: [{ id: "s", title: "", widgets }] });
const first = (layout: Layout) => places(layout.sections[0]?.widgets ?? []);

test("widgets fall up, and never lie on each other", () => {
  expect(places(settled([text("a", 0, 3, 6, 2), text("b", 0, 9, 12, 1), text("c", 6, 4, 6, 4)]))).toEqual({
    a: [0, 0, 6, 2],
    c: [6, 0, 6, 4],
    b: [0, 4, 12, 1],
  });
});

test("a moved widget takes its place and the others make room", () => {
  const layout = board(text("a", 0, 0, 6, 4), text("b", 6, 0, 6, 4), text("c", 0, 4, 12, 2));
  expect(first(placeWidget(layout, "s", "b", { x: 0, y: 0, w: 6, h: 4 }))).toEqual({
    b: [0, 0, 6, 4],
    a: [0, 4, 6, 4],
    c: [0, 8, 12, 2],
  });
  expect(first(placeWidget(layout, "s", "a", { x: 0, y: 0, w: 12, h: 4 }))).toMatchObject({
    a: [0, 0, 12, 4],
    b: [6, 4, 6, 4],
    c: [0, 8, 12, 2],
  });
});

test("boxes stay on the grid", () => {
  expect(fitted({ x: 10, y: -2, w: 6, h: 0 })).toEqual({ x: 6, y: 0, w: 6, h: 1 });
  expect(fitted({ x: -3, y: 1.4, w: 40, h: 99 })).toEqual({ x: 0, y: 1, w: 12, h: 60 });
});

test("new widgets go where there is room", () => {
  expect(freePlace([{ x: 0, y: 0, w: 6, h: 4 }], 6, 4)).toEqual({ x: 6, y: 0, w: 6, h: 4 });
  const layout = board(text("a", 0, 0, 8, 4));
  expect(first(addWidget(layout, "s", text("b", 0, 0, 6, 4)))).toMatchObject({ b: [0, 4, 6, 4] });
  expect(first(removeWidget(addWidget(layout, "s", text("b", 0, 0, 6, 4)), "s", "a"))).toEqual({
    b: [0, 0, 6, 4],
  });
});

test("widgets go to another section, sections change places", () => {
  const layout: Layout = {
    sections: [
      { id: "s", title: "", widgets: [text("a", 0, 0, 6, 4)] },
      { id: "t", title: "T", widgets: [text("b", 0, 0, 6, 4)] },
    ],
  };
  const moved = moveToSection(layout, "s", "t", "a");
  expect(moved.sections.map(({ widgets }) => widgets.map(({ id }) => id))).toEqual([[], ["b", "a"]]);
  expect(moveSection(layout, "t", -1).sections.map(({ id }) => id)).toEqual(["t", "s"]);
  expect(moveSection(layout, "s", -1)).toBe(layout);
});

test("random moves never make two widgets overlap", () => {
  let layout = board(
    ...Array.from({ length: 12 }, (_, i) => text(`w${i}`, (i * 5) % 9, i, 3 + (i % 4), 1 + (i % 3))),
  );
  layout = { sections: [{ id: "s", title: "", widgets: [...settled(layout.sections[0]?.widgets ?? [])] }] };
  for (let step = 0; step < 200; step += 1) {
    const box = { x: (step * 7) % 12, y: (step * 13) % 20, w: 1 + (step % 12), h: 1 + (step % 7) };
    layout = placeWidget(layout, "s", `w${step % 12}`, box);
    const widgets = layout.sections[0]?.widgets ?? [];
    expect(widgets).toHaveLength(12);
    for (const a of widgets)
      for (const b of widgets)
        if (a.id < b.id)
          expect(
            a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h,
            `step ${step}`,
          ).toBe(false);
  }
});
