import { ActionIcon, Loader, Menu, Tooltip } from "@mantine/core";
import { Download } from "lucide-react";
import { useState } from "react";
import { exportRuns } from "@/api/runs";
import type { ProjectRef } from "@/api/types";
import { type ColumnSpec, toApiColumn } from "./columns";
import { type ProjectState, whichRuns } from "./urlState";

/** The whole filtered table as a file. */
export function ExportMenu(props: {
  readonly project: ProjectRef;
  readonly state: ProjectState;
  readonly columns: readonly ColumnSpec[];
}) {
  const { project, state, columns } = props;
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const download = async (format: "csv" | "parquet") => {
    setBusy(true);
    setProblem(null);
    try {
      const file = await exportRuns(project, {
        format,
        query: state.query,
        ...whichRuns(state),
        columns: columns.map(toApiColumn),
        ...(state.sort ? { sort: { ...toApiColumn(state.sort), direction: state.sort.direction } } : {}),
      });
      const link = document.createElement("a");
      link.href = URL.createObjectURL(file);
      link.download = `${project.name}-runs.${format}`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <Tooltip label={problem ?? "Download the table"}>
          <ActionIcon
            size={34}
            variant="default"
            aria-label="Download the table"
            disabled={busy}
            color={problem === null ? "gray" : "red"}
          >
            {busy ? <Loader size={14} /> : <Download size={15} />}
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>All runs that match, with these columns</Menu.Label>
        <Menu.Item onClick={() => void download("csv")}>CSV</Menu.Item>
        <Menu.Item onClick={() => void download("parquet")}>Parquet</Menu.Item>
        {problem !== null && <Menu.Label c="var(--bad)">{problem}</Menu.Label>}
      </Menu.Dropdown>
    </Menu>
  );
}
