/** Metrics sorted into sections by namespace. */

export type Section = { readonly name: string; readonly paths: readonly string[] };

const isSystem = (path: string): boolean => path.startsWith("system/");

/** `train/loss` belongs to `train`; names without a slash come first, the machine's own metrics last. */
export function sectionsOf(paths: readonly string[]): Section[] {
  const found = new Map<string, string[]>();
  for (const path of [...paths].sort()) {
    const parts = path.split("/");
    const name = isSystem(path) ? parts.slice(0, 2).join("/") : parts.slice(0, -1).join("/");
    const section = found.get(name) ?? [];
    section.push(path);
    found.set(name, section);
  }
  return [...found]
    .map(([name, members]) => ({ name, paths: members }))
    .sort(
      (a, b) =>
        Number(isSystem(`${a.name}/`)) - Number(isSystem(`${b.name}/`)) || a.name.localeCompare(b.name),
    );
}

/** Whether a section begins closed: what the machine did is looked at when something is wrong. */
export const startsClosed = (section: Section): boolean => isSystem(`${section.name}/`);
