/** The first lines that say something, as plain text: without Markdown's marks, on one line. */
export const firstWords = (text: string): string =>
  text
    .split("\n")
    .map((line) =>
      line
        .replace(/^[#>\-*+\s|]+/, "")
        .replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
        .replace(/<[^>]*>|[*`]|(?<!\w)_|_(?!\w)/g, "")
        .trim(),
    )
    .filter((line) => line !== "")
    .slice(0, 2)
    .join(" · ")
    .slice(0, 200);
