import { ActionIcon, TextInput, Tooltip } from "@mantine/core";
import { Download, File as FileIcon, Search } from "lucide-react";
import { useMemo, useState } from "react";
import { fileAddress } from "@/api/runs";
import type { FileValue } from "@/api/types";
import { CopyButton } from "@/ui/CopyButton";
import { EmptyState } from "@/ui/Feedback";
import { formatBytes, formatCount } from "@/ui/format";
import { useUrlState } from "@/urlSearch";
import { FilePreview } from "./FilePreview";
import styles from "./Files.module.css";
import { isFile } from "./Media";
import type { TabProps } from "./RunPage";

const fileCodec = {
  decode: (search: Readonly<Record<string, string>>) => search.file ?? null,
  encode: (file: string | null) => ({ file: file ?? undefined }),
};

/** Every uploaded file: size, kind, preview, download. */
export function Files({ project, run, attributes }: TabProps) {
  const [chosen, setChosen] = useUrlState(fileCodec);
  const [search, setSearch] = useState("");
  const files = useMemo(
    () => attributes.filter(isFile).map((each) => ({ path: each.path, file: each.value as FileValue })),
    [attributes],
  );
  const shown = files.filter((each) => each.path.toLowerCase().includes(search.toLowerCase()));
  const open = files.find((each) => each.path === chosen) ?? shown[0];
  const size = files.reduce((sum, each) => sum + each.file.size, 0);
  const runId = `key:${run.key}`;
  if (files.length === 0) {
    return (
      <EmptyState icon={<FileIcon size={28} strokeWidth={1.5} />} title="No files">
        <p>
          Uploads appear here: <code>run["model"].upload("model.pt")</code>
        </p>
      </EmptyState>
    );
  }
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
        {shown.map(({ path, file }) => (
          <button
            type="button"
            key={path}
            className={styles.file}
            aria-current={path === open?.path}
            onClick={() => setChosen(() => path)}
          >
            <FileIcon size={14} />
            <span className={styles.path}>{path}</span>
            <span className={`${styles.size} num`}>{formatBytes(file.size)}</span>
          </button>
        ))}
      </div>
      {open !== undefined && (
        <section className={styles.preview} aria-label={open.path}>
          <header className={styles.header}>
            <div className={styles.names}>
              <h2>{open.path}</h2>
              <span className="quiet">
                {open.file.name} · {formatBytes(open.file.size)} · {open.file.mime || "unknown kind"}
              </span>
            </div>
            <CopyButton text={open.file.sha256} label="SHA-256" />
            <Tooltip label="Download">
              <ActionIcon
                component="a"
                href={fileAddress(project, runId, open.path, { download: true })}
                download={open.file.name}
                aria-label={`Download ${open.path}`}
              >
                <Download size={15} />
              </ActionIcon>
            </Tooltip>
          </header>
          <div className={styles.content}>
            <FilePreview
              key={open.file.sha256}
              project={project}
              runId={runId}
              path={open.path}
              file={open.file}
            />
          </div>
        </section>
      )}
    </div>
  );
}
