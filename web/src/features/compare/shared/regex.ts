/** The regular expression to ask the server for, whatever the case; "" for none, null while it is not one yet. */
export function usableRegex(text: string): string | null {
  if (text.trim() === "") return "";
  try {
    new RegExp(text);
    return `(?i)${text}`;
  } catch {
    return null;
  }
}
