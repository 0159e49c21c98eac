/** A chart as a picture: the same drawing on a canvas or as SVG, with its title above and its legend below. */
import { colorOf, DASHES, drawGrid, drawLines, type Pen, type XTicks } from "@/charts/draw";
import { layout, type Palette } from "@/charts/frame";
import type { Line } from "@/charts/lines";
import type { View } from "@/charts/prepare";
import { SvgPen } from "@/charts/svgPen";

export type Picture = {
  readonly view: View;
  readonly title: string;
  /** Of the plot, in pixels; title and legend come on top. */
  readonly width: number;
  readonly height: number;
  readonly palette: Palette;
  readonly xTicks: XTicks;
  /** Lines are of several metrics. */
  readonly several: boolean;
};

const TITLE_PX = 30;
const ROW_PX = 18;
const LEGEND_ROWS = 24;

const legendRows = ({ view }: Picture): number => Math.min(LEGEND_ROWS, view.lines.length) + 1;

const heightOf = (picture: Picture): number => TITLE_PX + picture.height + legendRows(picture) * ROW_PX + 8;

/** Paints title, chart and legend. */
function paint(pen: Pen, picture: Picture): void {
  const { view, title, palette, width } = picture;
  const height = heightOf(picture);
  const frame = layout(view, width, height, {
    top: TITLE_PX,
    bottom: height - TITLE_PX - picture.height + 22,
  });
  pen.fillStyle = palette.ink;
  pen.font = palette.font.replace("11px", "600 14px");
  pen.textAlign = "left";
  pen.textBaseline = "middle";
  pen.fillText(title, 12, TITLE_PX / 2);
  drawGrid(pen, frame, palette, picture.xTicks);
  drawLines(pen, view, frame, palette);
  pen.font = palette.font;
  pen.textAlign = "left";
  pen.textBaseline = "middle";
  const top = TITLE_PX + picture.height + ROW_PX / 2;
  view.lines.slice(0, LEGEND_ROWS).forEach((line, index) => {
    const y = top + index * ROW_PX;
    pen.strokeStyle = colorOf(line, palette);
    pen.lineWidth = line.mark === null ? 2 : 4;
    pen.setLineDash([...(DASHES[line.dash % DASHES.length] ?? [])]);
    pen.beginPath();
    pen.moveTo(48, y);
    pen.lineTo(72, y);
    pen.stroke();
    pen.setLineDash([]);
    pen.fillStyle = palette.ink;
    pen.fillText(legendText(line, picture.several), 80, y);
  });
  const more = view.lines.length - LEGEND_ROWS;
  if (more > 0) {
    pen.fillStyle = palette.axis;
    pen.fillText(`and ${more} more`, 48, top + LEGEND_ROWS * ROW_PX);
  }
}

const legendText = ({ name, path, mark }: Line, several: boolean): string =>
  `${several ? `${name} · ${path}` : name}${mark === null ? "" : ` (${mark})`}`;

export function savePng(picture: Picture): void {
  const canvas = document.createElement("canvas");
  const height = heightOf(picture);
  canvas.width = picture.width * 2;
  canvas.height = height * 2;
  const context = canvas.getContext("2d");
  if (context === null) return;
  context.scale(2, 2);
  context.fillStyle = picture.palette.surface;
  context.fillRect(0, 0, picture.width, height);
  paint(context, picture);
  canvas.toBlob((blob) => blob && save(blob, `${fileName(picture.title)}.png`));
}

/** The chart as an SVG document. */
export function svgOf(picture: Picture): string {
  const ruler = document.createElement("canvas").getContext("2d");
  if (ruler !== null) ruler.font = picture.palette.font;
  const pen = new SvgPen((text) => ruler?.measureText(text) ?? { width: text.length * 6 });
  paint(pen, picture);
  return pen.document(picture.width, heightOf(picture), picture.palette.surface, picture.title);
}

export const saveSvg = (picture: Picture): void =>
  save(new Blob([svgOf(picture)], { type: "image/svg+xml" }), `${fileName(picture.title)}.svg`);

const fileName = (title: string): string =>
  title.replace(/[^\p{L}\p{N}._-]+/gu, "_").slice(0, 120) || "chart";

function save(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
