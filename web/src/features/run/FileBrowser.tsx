import { ActionIcon, TextInput, Tooltip } from "@mantine/core";
import { ChevronRight, Download, File as FileIcon, Folder, FolderOpen, Search } from "lucide-react";
import { useMemo, useState } from "react";
import { CopyButton } from "@/ui/CopyButton";
import { formatBytes, formatCount } from "@/ui/format";
import { useUrlState } from "@/urlSearch";
import { FilePreview } from "./FilePreview";
import styles from "./Files.module.css";
import { foldersAbove, treeRows } from "./fileTree";

export type BrowsedFile = {
  readonly path: string;
  readonly size: number;
  readonly mime: string;
  /** The name it was uploaded under, where that is another. */
  readonly name?: string;
  readonly sha256?: string;
};

const fileCodec = {
  decode: (search: Readonly<Record<string, string>>) => search.file ?? null,
  encode: (file: string | null) => ({ file: file ?? undefined }),
};

/** With more files than this, folders begin closed. */
const MANY = 60;

/** A tree of files, and beside it the one that is chosen: what it is, what it looks like, its bytes. */
export function FileBrowser(props: {
  readonly files: readonly BrowsedFile[];
  readonly address: (path: string, download: boolean) => string;
}) {
  const { files } = props;
  const [chosen, setChosen] = useUrlState(fileCodec);
  const [search, setSearch] = useState("");
  /** Folders that are not as they began. */
  const [turned, setTurned] = useState<ReadonlySet<string>>(new Set());
  const shown = useMemo(
    () => files.filter((each) => each.path.toLowerCase().includes(search.toLowerCase())),
    [files, search],
  );
  const above = useMemo(() => new Set(foldersAbove(chosen ?? "")), [chosen]);
  const rows = useMemo(
    () =>
      treeRows(shown, (folder) => {
        const begins = search !== "" || shown.length <= MANY || above.has(folder);
        return begins !== turned.has(folder);
      }),
    [shown, search, turned, above],
  );
  const first =
    rows.find((row) => row.kind === "file" && row.name === "MLmodel") ??
    rows.find((row) => row.kind === "file");
  const open =
    files.find((each) => each.path === chosen) ?? (first?.kind === "file" ? first.file : undefined);
  const size = useMemo(() => files.reduce((sum, each) => sum + each.size, 0), [files]);
  const turn = (folder: string) =>
    setTurned((before) => {
      const after = new Set(before);
      if (!after.delete(folder)) after.add(folder);
      return after;
    });
  return (
    <div className={styles.tab}>
      <div className={styles.list}>
        <div className={styles.bar}>
          <TextInput
            size="xs"
            aria-label="Find files"
            placeholder="Find files"
            leftSection={<Search size={13} />}
            value={search}
            onChange={(event) => setSearch(event.currentTarget.value)}
          />
          <span className="quiet num">
            {formatCount(shown.length)} of {formatCount(files.length)} files, {formatBytes(size)}
          </span>
        </div>
        {rows.map((row) => {
          const indent = { paddingLeft: `calc(var(--space-4) + ${row.depth * 16}px)` };
          return row.kind === "folder" ? (
            <button
              type="button"
              key={`${row.path}/`}
              className={styles.file}
              style={indent}
              aria-expanded={row.open}
              title={`${row.path}: ${formatCount(row.count)} ${row.count === 1 ? "file" : "files"}`}
              onClick={() => turn(row.path)}
            >
              <ChevronRight size={12} className={styles.turn} data-open={row.open || undefined} />
              {row.open ? <FolderOpen size={14} /> : <Folder size={14} />}
              <span className={styles.path}>{row.name === "" ? "/" : row.name}</span>
              <span className={`${styles.size} num`}>{formatBytes(row.size)}</span>
            </button>
          ) : (
            <button
              type="button"
              key={row.file.path}
              className={styles.file}
              style={indent}
              aria-current={row.file.path === open?.path}
              title={row.file.path}
              onClick={() => setChosen(() => row.file.path)}
            >
              <FileIcon size={14} />
              <span className={styles.path}>{row.name}</span>
              <span className={`${styles.size} num`}>{formatBytes(row.file.size)}</span>
            </button>
          );
        })}
      </div>
      {open !== undefined && (
        <section className={styles.preview} aria-label={open.path}>
          <header className={styles.header}>
            <div className={styles.names}>
              <h2>{open.path}</h2>
              <span className="quiet">
                {open.name === undefined ? "" : `${open.name} · `}
                {formatBytes(open.size)} · {open.mime || "unknown kind"}
              </span>
            </div>
            {open.sha256 !== undefined && <CopyButton text={open.sha256} label="SHA-256" />}
            <Tooltip label="Download">
              <ActionIcon
                component="a"
                href={props.address(open.path, true)}
                download={open.path.split("/").at(-1)}
                aria-label={`Download ${open.path}`}
              >
                <Download size={15} />
              </ActionIcon>
            </Tooltip>
          </header>
          <div className={styles.content}>
            <FilePreview
              key={open.sha256 ?? open.path}
              address={props.address(open.path, false)}
              path={open.path}
              file={open}
            />
          </div>
        </section>
      )}
    </div>
  );
}
