/** Files with slashes in their names as rows of an indented tree: folders first, each with what it holds. */

export type TreeFile = { readonly path: string; readonly size: number };

export type TreeRow<F extends TreeFile> =
  | { readonly kind: "file"; readonly depth: number; readonly name: string; readonly file: F }
  | {
      readonly kind: "folder";
      readonly depth: number;
      readonly name: string;
      readonly path: string;
      readonly count: number;
      readonly size: number;
      readonly open: boolean;
    };

type Folder<F> = {
  readonly folders: Map<string, Folder<F>>;
  readonly files: { name: string; file: F }[];
  count: number;
  size: number;
};

const empty = <F>(): Folder<F> => ({ folders: new Map(), files: [], count: 0, size: 0 });

/** `isOpen`: whether what a folder (its path) holds is shown. */
export function treeRows<F extends TreeFile>(
  files: readonly F[],
  isOpen: (folder: string) => boolean,
): TreeRow<F>[] {
  const root = empty<F>();
  for (const file of files) {
    const parts = file.path.split("/");
    const name = parts.pop() ?? "";
    let folder = root;
    for (const part of parts) {
      let next = folder.folders.get(part);
      if (next === undefined) {
        next = empty<F>();
        folder.folders.set(part, next);
      }
      folder = next;
      folder.count += 1;
      folder.size += file.size;
    }
    folder.files.push({ name, file });
  }
  const rows: TreeRow<F>[] = [];
  const add = (folder: Folder<F>, prefix: string, depth: number): void => {
    for (const [name, inner] of [...folder.folders].sort(([a], [b]) => a.localeCompare(b))) {
      const path = prefix + name;
      const open = isOpen(path);
      rows.push({ kind: "folder", depth, name, path, count: inner.count, size: inner.size, open });
      if (open) add(inner, `${path}/`, depth + 1);
    }
    for (const { name, file } of folder.files.sort((a, b) => a.name.localeCompare(b.name)))
      rows.push({ kind: "file", depth, name, file });
  };
  add(root, "", 0);
  return rows;
}

/** Every folder that lies above a file. */
export const foldersAbove = (path: string): string[] =>
  path
    .split("/")
    .slice(0, -1)
    .map((_, index, parts) => parts.slice(0, index + 1).join("/"));
