/** What the search box needs to know of the query language; the server alone understands it. */

const LOOKS_LIKE_NQL = /[=<>`"]|^[^/]*[()]|\b(MATCHES|I?CONTAINS|EXISTS)\b/i;

/** Whether the text has conditions, and not only words and expressions that look for names. */
export const isNql = (text: string): boolean => LOOKS_LIKE_NQL.test(text);

/** `text` as a value in a query. */
export const quote = (text: string): string => `"${text.replace(/[\\"]/g, (mark) => `\\${mark}`)}"`;

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
