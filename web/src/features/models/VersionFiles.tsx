import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Box } from "lucide-react";
import { modelFileAddress, modelFilesQuery } from "@/api/models";
import { FileBrowser } from "@/features/run/FileBrowser";
import { EmptyState, ErrorState } from "@/ui/Feedback";
import { formatCount } from "@/ui/format";
import page from "@/ui/page.module.css";

/** The files of a version as a tree. */
export function VersionFiles({ name, version }: { readonly name: string; readonly version: number }) {
  const files = useQuery(modelFilesQuery(name, version));
  if (files.error !== null) return <ErrorState error={files.error} retry={() => void files.refetch()} />;
  if (files.data === undefined)
    return (
      <div className={page.body} aria-busy="true">
        <Skeleton height={14} width="30%" />
      </div>
    );
  if (files.data.files.length === 0)
    return (
      <EmptyState icon={<Box size={28} strokeWidth={1.5} />} title="No files here">
        {files.data.kept_at === null ? (
          <p>Nothing was stored at the place that this version names.</p>
        ) : (
          <p>
            They are kept elsewhere: <code className="mono">{files.data.kept_at}</code>
          </p>
        )}
      </EmptyState>
    );
  return (
    <>
      {files.data.total > files.data.files.length && (
        <p className={page.none}>
          The first {formatCount(files.data.files.length)} of {formatCount(files.data.total)} files.
        </p>
      )}
      <FileBrowser
        files={files.data.files}
        address={(path, download) => modelFileAddress(name, version, path, download)}
      />
    </>
  );
}
