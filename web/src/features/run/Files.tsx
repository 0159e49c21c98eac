import { File as FileIcon } from "lucide-react";
import { useMemo } from "react";
import { fileAddress } from "@/api/runs";
import type { FileValue } from "@/api/types";
import { EmptyState } from "@/ui/Feedback";
import { FileBrowser } from "./FileBrowser";
import { filesOf, loggedAddress, useLoggedModels } from "./loggedModels";
import { isFile } from "./Media";
import type { TabProps } from "./RunPage";

/** Every uploaded file: size, kind, preview, download. */
export function Files({ project, run, attributes }: TabProps) {
  const logged = useLoggedModels(project, run.key);
  const own = useMemo(
    () =>
      attributes.filter(isFile).map((each) => {
        const { size, mime, sha256, name } = each.value as FileValue;
        const renamed = name !== each.path.split("/").at(-1);
        return { path: each.path, size, mime, sha256, ...(renamed ? { name } : {}) };
      }),
    [attributes],
  );
  const files = useMemo(() => [...own, ...filesOf(logged)], [own, logged]);
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
      address={(path, download) =>
        loggedAddress(logged, path, download) ??
        fileAddress(project, `key:${run.key}`, path, download ? { download } : {})
      }
    />
  );
}
