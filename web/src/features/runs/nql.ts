/** What the search box sends: NQL as it is typed, or, for plain words, a search in names and ids. */

const LOOKS_LIKE_NQL = /[=<>`()"]|\b(MATCHES|CONTAINS|EXISTS)\b/i;

export const isNql = (text: string): boolean => LOOKS_LIKE_NQL.test(text);

const quote = (text: string): string => `"${text.replace(/[\\"]/g, (mark) => `\\${mark}`)}"`;

export const escapeRegex = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** `text` as the server's query. Plain words must all occur in the run's name or its id, in any case. */
export function toNql(text: string): string {
  const trimmed = text.trim();
  if (trimmed === "" || isNql(trimmed)) return text;
  return trimmed
    .split(/\s+/)
    .map((word) => {
      const pattern = quote(`(?i)${escapeRegex(word)}`);
      return `(\`sys/name\`:string MATCHES ${pattern} OR \`sys/id\`:string MATCHES ${pattern})`;
    })
    .join(" AND ");
}

/** Python counts characters where JavaScript counts UTF-16 units: the server's `position` as an index into `text`. */
export function positionToIndex(text: string, position: number): number {
  let index = 0;
  let left = position;
  for (const char of text) {
    if (left <= 0) break;
    index += char.length;
    left -= 1;
  }
  return index;
}
