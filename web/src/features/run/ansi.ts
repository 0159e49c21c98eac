/** The colours that programs give their output. Only colours and bold are understood; every other escape is dropped. */

export type Part = { readonly text: string; readonly color?: string | undefined; readonly bold?: boolean };

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
const ESCAPE = /\u001b(?:\[([0-9;]*)([A-Za-z])|\][^\u0007]*\u0007|[()][A-Z0-9])/g;
const NAMES = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"] as const;

export function ansi(text: string): Part[] {
  if (!text.includes("\u001b")) return [{ text }];
  const parts: Part[] = [];
  let color: string | undefined;
  let bold = false;
  let start = 0;
  for (const match of text.matchAll(ESCAPE)) {
    if (match.index > start) parts.push({ text: text.slice(start, match.index), color, bold });
    start = match.index + match[0].length;
    if (match[2] !== "m") continue;
    for (const code of (match[1] || "0").split(";").map(Number)) {
      if (code === 0) {
        color = undefined;
        bold = false;
      } else if (code === 1) bold = true;
      else if (code === 39) color = undefined;
      else if ((code >= 30 && code <= 37) || (code >= 90 && code <= 97)) color = NAMES[code % 10];
    }
  }
  if (start < text.length) parts.push({ text: text.slice(start), color, bold });
  return parts;
}
