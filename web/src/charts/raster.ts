/**
 * Many lines at once, painted pixel by pixel: what a canvas needs seconds for without a GPU takes some milliseconds here.
 *
 * Every line becomes a span of each pixel column: from its least to its greatest height there, so that no spike is lost however many
 * points share a column. The ends of a span are covered in part, which smooths the picture.
 */
export class Raster {
  readonly width: number;
  readonly height: number;
  /** 0xAABBGGRR, as ImageData has it on machines of today. */
  private readonly pixels: Uint32Array;
  private readonly top: Float32Array;
  private readonly bottom: Float32Array;
  private first = Number.POSITIVE_INFINITY;
  private last = -1;

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.pixels = new Uint32Array(width * height);
    this.top = new Float32Array(width).fill(Number.POSITIVE_INFINITY);
    this.bottom = new Float32Array(width).fill(Number.NEGATIVE_INFINITY);
  }

  /**
   * A line through the first `count` points in pixels; NaN in `y` is a gap. `color` is 0xBBGGRR, `alpha` 0 to 1, `thickness` in pixels.
   */
  line(
    x: Float32Array,
    y: Float32Array,
    count: number,
    color: number,
    alpha: number,
    thickness: number,
  ): void {
    let pen = false;
    for (let i = 0; i < count; i++) {
      const here = y[i] as number;
      if (Number.isNaN(here)) {
        if (pen) this.flush(color, alpha, thickness);
        pen = false;
        continue;
      }
      if (pen) this.segment(x[i - 1] as number, y[i - 1] as number, x[i] as number, here);
      else this.segment(x[i] as number, here, x[i] as number, here);
      pen = true;
    }
    if (pen) this.flush(color, alpha, thickness);
  }

  /** The picture. */
  image(): ImageData {
    return new ImageData(new Uint8ClampedArray(this.pixels.buffer as ArrayBuffer), this.width, this.height);
  }

  /** The pixel at a place, for tests. */
  at(x: number, y: number): number {
    return this.pixels[y * this.width + x] ?? 0;
  }

  private segment(x0: number, y0: number, x1: number, y1: number): void {
    const from = Math.floor(x0);
    const to = Math.floor(x1);
    if (from === to) {
      this.widen(from, y0, y1);
      return;
    }
    const slope = (y1 - y0) / (x1 - x0);
    const begin = Math.max(0, from);
    const end = Math.min(this.width - 1, to);
    for (let column = begin; column <= end; column++) {
      const a = column <= from ? y0 : y0 + (column - x0) * slope;
      const b = column >= to ? y1 : y0 + (column + 1 - x0) * slope;
      this.widen(column, a, b);
    }
  }

  private widen(column: number, a: number, b: number): void {
    if (column < 0 || column >= this.width) return;
    const low = Math.min(a, b);
    const high = Math.max(a, b);
    if (low < (this.top[column] as number)) this.top[column] = low;
    if (high > (this.bottom[column] as number)) this.bottom[column] = high;
    if (column < this.first) this.first = column;
    if (column > this.last) this.last = column;
  }

  private flush(color: number, alpha: number, thickness: number): void {
    const { width, height, pixels } = this;
    const solid = (0xff000000 | color) >>> 0;
    const opaque = alpha >= 1;
    for (let column = this.first; column <= this.last; column++) {
      const top = (this.top[column] as number) - thickness / 2;
      const bottom = (this.bottom[column] as number) + thickness / 2;
      this.top[column] = Number.POSITIVE_INFINITY;
      this.bottom[column] = Number.NEGATIVE_INFINITY;
      if (!(bottom > 0) || !(top < height)) continue;
      const begin = Math.max(0, Math.floor(top));
      const end = Math.min(height - 1, Math.ceil(bottom) - 1);
      let place = begin * width + column;
      for (let row = begin; row <= end; row++, place += width) {
        const cover = Math.min(bottom, row + 1) - Math.max(top, row);
        if (cover >= 0.996 && opaque) pixels[place] = solid;
        else if (cover > 0) pixels[place] = over(pixels[place] as number, color, cover * alpha);
      }
    }
    this.first = Number.POSITIVE_INFINITY;
    this.last = -1;
  }
}

/** `color` with `alpha` over a pixel. */
function over(below: number, color: number, alpha: number): number {
  const under = (below >>> 24) / 255;
  const kept = under * (1 - alpha);
  const total = alpha + kept;
  const mix = (shift: number): number =>
    Math.round((((color >>> shift) & 255) * alpha + ((below >>> shift) & 255) * kept) / total);
  return ((Math.round(total * 255) << 24) | (mix(16) << 16) | (mix(8) << 8) | mix(0)) >>> 0;
}

/** `#rrggbb` as 0xBBGGRR. */
export function colorNumber(text: string): number {
  const value = Number.parseInt(text.slice(1, 7), 16) || 0;
  return ((value & 255) << 16) | (value & 0xff00) | ((value >> 16) & 255);
}
