import { describe, expect, it } from "vitest";
import { colorNumber, Raster } from "./raster";

const RED = colorNumber("#ff0000");
const alpha = (pixel: number) => pixel >>> 24;
const draw = (raster: Raster, points: readonly (readonly [number, number])[]) =>
  raster.line(
    Float32Array.from(points, ([x]) => x),
    Float32Array.from(points, ([, y]) => y),
    points.length,
    RED,
    1,
    1,
  );

describe("lines as pixels", () => {
  it("have their colour", () => {
    expect(RED).toBe(0x0000ff);
    const raster = new Raster(10, 10);
    draw(raster, [
      [0, 5.5],
      [9, 5.5],
    ]);
    expect(raster.at(4, 5)).toBe(0xff0000ff);
    expect([raster.at(4, 4), raster.at(4, 6)]).toEqual([0, 0]);
  });
  it("lose no spike between two columns", () => {
    const raster = new Raster(4, 100);
    draw(raster, [
      [0.1, 90],
      [1.2, 90],
      [1.4, 3],
      [1.6, 90],
      [3.5, 90],
    ]);
    expect(alpha(raster.at(1, 3))).toBeGreaterThan(100);
    expect(alpha(raster.at(1, 50))).toBe(255);
  });
  it("have gaps where there is no number, and stay inside the picture", () => {
    const raster = new Raster(10, 10);
    draw(raster, [
      [-50, 5],
      [2, 5],
      [3, Number.NaN],
      [7, 5],
      [60, -400],
    ]);
    expect(alpha(raster.at(1, 5))).toBeGreaterThan(0);
    expect(alpha(raster.at(5, 5))).toBe(0);
    expect(alpha(raster.at(7, 4))).toBeGreaterThan(0);
  });
  it("are covered by later ones, in part where they are thin", () => {
    const raster = new Raster(3, 3);
    draw(raster, [
      [0, 1],
      [3, 1],
    ]);
    expect([alpha(raster.at(1, 0)), alpha(raster.at(1, 1))]).toEqual([128, 128]);
    raster.line(Float32Array.of(0, 3), Float32Array.of(1.5, 1.5), 2, colorNumber("#00ff00"), 1, 1);
    expect(raster.at(1, 1)).toBe(0xff00ff00);
  });
});
