import { describe, expect, it } from "vitest";
import { parseCsv, previewKind } from "./FilePreview";

const file = (mime: string, size = 10) => ({ sha256: "", size, mime, name: "x" });

describe("previews", () => {
  it("go by the media type", () => {
    const kinds = [
      "image/png",
      "image/svg+xml",
      "text/html; charset=utf-8",
      "text/csv",
      "text/x-python",
      "application/json",
      "application/zip",
    ];
    expect(kinds.map((mime) => previewKind(file(mime)))).toEqual([
      "image",
      "image",
      "page",
      "table",
      "text",
      "text",
      "none",
    ]);
  });
  it("leave large texts alone", () => expect(previewKind(file("text/plain", 5e6))).toBe("none"));
  it("read comma-separated values", () => {
    expect(parseCsv('a,b\r\n"x, ""y""",2\n\n3')).toEqual([["a", "b"], ['x, "y"', "2"], [""], ["3"]]);
  });
});
