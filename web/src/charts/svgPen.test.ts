import { describe, expect, it } from "vitest";
import { SvgPen } from "./svgPen";

describe("a pen that writes SVG", () => {
  it("writes what it is told, and texts as texts", () => {
    const pen = new SvgPen((text) => ({ width: text.length }));
    pen.save();
    pen.beginPath();
    pen.rect(0, 0, 10, 10);
    pen.clip();
    pen.strokeStyle = "#123456";
    pen.globalAlpha = 0.5;
    pen.beginPath();
    pen.moveTo(1, 2);
    pen.lineTo(3.12345, 4);
    pen.stroke();
    pen.restore();
    pen.textAlign = "right";
    pen.fillText('<script>"&', 5, 6);
    const text = pen.document(20, 30, "#fff", "a<b");
    const parsed = new DOMParser().parseFromString(text, "image/svg+xml");
    expect(parsed.querySelector("parsererror")).toBeNull();
    const path = parsed.querySelectorAll("path")[1];
    expect(path?.getAttribute("d")).toBe("M1 2L3.12 4");
    expect(path?.getAttribute("opacity")).toBe("0.5");
    expect(path?.getAttribute("clip-path")).toBe("url(#clip1)");
    expect(parsed.querySelector("text")?.textContent).toBe('<script>"&');
    expect(text).not.toContain("<script>");
  });
});
