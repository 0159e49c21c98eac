import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { FileValue } from "@/api/types";
import { Markdown } from "@/ui/Markdown";
import { Preformatted } from "@/ui/Preformatted";
import styles from "./FilePreview.module.css";

type Previewed = Pick<FileValue, "mime" | "size">;

type Props = {
  /** Where the bytes are. */
  readonly address: string;
  readonly path: string;
  readonly file: Previewed;
  readonly step?: number;
};

export type PreviewKind = "image" | "audio" | "video" | "page" | "table" | "text" | "none";

const MAX_TEXT_BYTES = 2_000_000;
const TABLE = "application/vnd.trireme.table+json";

/** How a file can be shown. Only its media type decides; what is inside is never trusted. */
export function previewKind(file: Previewed): PreviewKind {
  const mime = (file.mime.split(";")[0] ?? "").trim().toLowerCase();
  if (mime.startsWith("image/")) return "image";
  if (mime.startsWith("audio/")) return "audio";
  if (mime.startsWith("video/")) return "video";
  if (mime === "text/html") return "page";
  if (file.size > MAX_TEXT_BYTES) return "none";
  if (mime === "text/csv" || mime === TABLE) return "table";
  if (mime.startsWith("text/") || /[/+](json|yaml|toml|xml|x-sh|x-python|javascript|x-patch)$/.test(mime))
    return "text";
  return "none";
}

/** A file as it can be looked at. HTML runs in a sandbox, in an origin of nobody. */
export function FilePreview(props: Props) {
  const { address } = props;
  switch (previewKind(props.file)) {
    case "image":
      return (
        <img
          className={styles.image}
          src={address}
          alt={`${props.path}${props.step === undefined ? "" : ` at step ${props.step}`}`}
          loading="lazy"
        />
      );
    case "audio":
      // biome-ignore lint/a11y/useMediaCaption: logged sounds have no captions
      return <audio className={styles.audio} src={address} controls preload="none" />;
    case "video":
      // biome-ignore lint/a11y/useMediaCaption: logged videos have no captions
      return <video className={styles.video} src={address} controls preload="metadata" />;
    case "page":
      return (
        <iframe
          className={styles.page}
          src={address}
          title={props.path}
          sandbox="allow-scripts"
          loading="lazy"
        />
      );
    case "table":
      return <TextFile {...props} table />;
    case "text":
      return <TextFile {...props} />;
    case "none":
      return <p className={styles.none}>There is no preview of {props.file.mime || "this kind of file"}.</p>;
  }
}

export const textQuery = (address: string) => ({
  queryKey: ["file", address],
  queryFn: async ({ signal }: { signal: AbortSignal }) => {
    const response = await fetch(address, { signal });
    if (!response.ok) throw new Error("The file cannot be read; its upload may not be finished.");
    return response.text();
  },
  staleTime: 60_000,
});

function TextFile(props: Props & { readonly table?: boolean }) {
  const text = useQuery(textQuery(props.address));
  if (text.error !== null) return <p className={styles.none}>{text.error.message}</p>;
  if (text.data === undefined) return <div className={styles.none} aria-busy="true" />;
  if (props.file.mime.startsWith("text/markdown"))
    return (
      <div className={styles.markdown}>
        <Markdown text={text.data} />
      </div>
    );
  return props.table ? (
    <TableOf text={text.data} mime={props.file.mime} />
  ) : (
    <Preformatted className={styles.text}>{text.data}</Preformatted>
  );
}

const MAX_ROWS = 500;

function TableOf({ text, mime }: { readonly text: string; readonly mime: string }) {
  const table = useMemo(
    () => (mime.startsWith("text/csv") ? parseCsv(text) : parseTable(text)),
    [text, mime],
  );
  if (table === null) return <Preformatted className={styles.text}>{text}</Preformatted>;
  const [head, ...rows] = table;
  return (
    <div className={styles.tableBox}>
      <table className={styles.table}>
        <thead>
          <tr>
            {head?.map((cell, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: columns never move
              <th key={index} scope="col">
                {cell}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, MAX_ROWS).map((row, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows never move
            <tr key={index}>
              {row.map((cell, column) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: columns never move
                <td key={column}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > MAX_ROWS && (
        <p className={styles.none}>
          The first {MAX_ROWS} of {rows.length} rows.
        </p>
      )}
    </div>
  );
}

/** Rows of comma-separated values; quotes as in RFC 4180. */
export function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = "";
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const character = text[i] as string;
    if (quoted) {
      if (character === '"' && text[i + 1] === '"') {
        cell += '"';
        i++;
      } else if (character === '"') quoted = false;
      else cell += character;
    } else if (character === '"' && cell === "") quoted = true;
    else if (character === ",") {
      row.push(cell);
      cell = "";
    } else if (character === "\n") {
      row.push(cell.replace(/\r$/, ""));
      rows.push(row);
      row = [];
      cell = "";
    } else cell += character;
  }
  if (cell !== "" || row.length > 0) rows.push([...row, cell]);
  return rows;
}

/** Trireme's own table: `{"columns": [names], "rows": [[values]]}`, or `"data"` for the rows. */
function parseTable(text: string): string[][] | null {
  try {
    const table = JSON.parse(text) as { columns?: unknown; rows?: unknown; data?: unknown };
    const rows = table.rows ?? table.data;
    if (!Array.isArray(table.columns) || !Array.isArray(rows)) return null;
    const shown = (value: unknown) => (typeof value === "object" ? JSON.stringify(value) : String(value));
    const names = table.columns.map((column: unknown) =>
      typeof column === "object" && column !== null && "name" in column
        ? String(column.name)
        : String(column),
    );
    return [names, ...rows.map((row: unknown) => (Array.isArray(row) ? row.map(shown) : [shown(row)]))];
  } catch {
    return null;
  }
}
