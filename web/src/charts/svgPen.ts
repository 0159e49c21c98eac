/** A pen that writes SVG: the chart's own drawing as a picture that can be scaled. */
import type { Pen } from "./draw";

type State = {
  strokeStyle: string;
  fillStyle: string;
  globalAlpha: number;
  lineWidth: number;
  font: string;
  dash: readonly number[];
  clip: string;
};

export class SvgPen implements Pen {
  strokeStyle: CanvasRenderingContext2D["strokeStyle"] = "#000";
  fillStyle: CanvasRenderingContext2D["fillStyle"] = "#000";
  globalAlpha = 1;
  lineWidth = 1;
  lineJoin: CanvasLineJoin = "round";
  textAlign: CanvasTextAlign = "left";
  textBaseline: CanvasTextBaseline = "alphabetic";
  font = "11px sans-serif";
  private dash: readonly number[] = [];
  private path: string[] = [];
  private clipId = "";
  private clips = 0;
  private readonly saved: State[] = [];
  private readonly parts: string[] = [];
  private readonly measure: (text: string) => { readonly width: number };

  /** `measure` tells how wide a text is, in the fonts of the page. */
  constructor(measure: (text: string) => { readonly width: number }) {
    this.measure = measure;
  }

  /** The whole document, of that size in pixels. */
  document(width: number, height: number, background: string, label: string): string {
    return [
      `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
      `<title>${escaped(label)}</title>`,
      `<rect width="100%" height="100%" fill="${escaped(background)}"/>`,
      ...this.parts,
      "</svg>",
    ].join("\n");
  }

  save(): void {
    this.saved.push({
      strokeStyle: String(this.strokeStyle),
      fillStyle: String(this.fillStyle),
      globalAlpha: this.globalAlpha,
      lineWidth: this.lineWidth,
      font: this.font,
      dash: this.dash,
      clip: this.clipId,
    });
  }

  restore(): void {
    const state = this.saved.pop();
    if (state === undefined) return;
    const { dash, clip, ...styles } = state;
    Object.assign(this, styles);
    this.dash = dash;
    this.clipId = clip;
  }

  beginPath(): void {
    this.path = [];
  }

  closePath(): void {
    this.path.push("Z");
  }

  moveTo(x: number, y: number): void {
    this.path.push(`M${short(x)} ${short(y)}`);
  }

  lineTo(x: number, y: number): void {
    this.path.push(`${this.path.length === 0 ? "M" : "L"}${short(x)} ${short(y)}`);
  }

  /** Whole circles only: the chart's dots. */
  arc(x: number, y: number, radius: number): void {
    const r = short(radius);
    this.path.push(
      `M${short(x - radius)} ${short(y)}a${r} ${r} 0 1 0 ${short(radius * 2)} 0a${r} ${r} 0 1 0 ${short(-radius * 2)} 0`,
    );
  }

  rect(x: number, y: number, width: number, height: number): void {
    this.path.push(`M${short(x)} ${short(y)}h${short(width)}v${short(height)}h${short(-width)}Z`);
  }

  clip(): void {
    this.clips += 1;
    this.clipId = `clip${this.clips}`;
    this.parts.push(`<clipPath id="${this.clipId}"><path d="${this.path.join("")}"/></clipPath>`);
  }

  stroke(): void {
    const dash = this.dash.length > 0 ? ` stroke-dasharray="${this.dash.join(" ")}"` : "";
    this.write(
      `fill="none" stroke="${escaped(String(this.strokeStyle))}" stroke-width="${this.lineWidth}" stroke-linejoin="round"${dash}`,
    );
  }

  fill(): void {
    this.write(`fill="${escaped(String(this.fillStyle))}"`);
  }

  setLineDash(dash: readonly number[]): void {
    this.dash = dash;
  }

  measureText(text: string): { readonly width: number } {
    return this.measure(text);
  }

  fillText(text: string, x: number, y: number): void {
    const anchor = { right: "end", center: "middle" }[this.textAlign as string] ?? "start";
    const base = { middle: "central", top: "hanging" }[this.textBaseline as string] ?? "auto";
    this.parts.push(
      `<text x="${short(x)}" y="${short(y)}" text-anchor="${anchor}" dominant-baseline="${base}" style="font:${escaped(this.font)}" fill="${escaped(String(this.fillStyle))}">${escaped(text)}</text>`,
    );
  }

  private write(style: string): void {
    if (this.path.length === 0) return;
    const alpha = this.globalAlpha < 1 ? ` opacity="${this.globalAlpha}"` : "";
    const clip = this.clipId === "" ? "" : ` clip-path="url(#${this.clipId})"`;
    this.parts.push(`<path d="${this.path.join("")}" ${style}${alpha}${clip}/>`);
  }
}

const short = (value: number): string => String(Math.round(value * 100) / 100);

const escaped = (text: string): string =>
  text.replace(
    /[<>&"']/g,
    (mark) => ({ "<": "&lt;", ">": "&gt;", "&": "&amp;", '"': "&quot;", "'": "&#39;" })[mark] ?? mark,
  );
