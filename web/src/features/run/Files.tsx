import { File as FileIcon } from "lucide-react";
import { useMemo } from "react";
import { fileAddress } from "@/api/runs";
import type { FileValue } from "@/api/types";
import { EmptyState } from "@/ui/Feedback";
import { FileBrowser } from "./FileBrowser";
import { isFile } from "./Media";
import type { TabProps } from "./RunPage";

/** Every uploaded file: size, kind, preview, download. */
export function Files({ project, run, attributes }: TabProps) {
  const files = useMemo(
    () =>
      attributes.filter(isFile).map((each) => {
        const { size, mime, sha256, name } = each.value as FileValue;
        const renamed = name !== each.path.split("/").at(-1);
        return { path: each.path, size, mime, sha256, ...(renamed ? { name } : {}) };
      }),
    [attributes],
  );
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
    <FileBrowser
      files={files}
      address={(path, download) => fileAddress(project, `key:${run.key}`, path, download ? { download } : {})}
    />
  );
}
