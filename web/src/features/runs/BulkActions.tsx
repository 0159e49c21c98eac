/** What can be done with the ticked runs: tags, the trash, and deletion for good with its size told first. */

import { Button, Popover, Progress, TagsInput } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { RotateCcw, Tag, Trash2 } from "lucide-react";
import { useRef, useState } from "react";
import { changeRuns, listRunKeys, measureRuns, type RunChange } from "@/api/bulk";
import { projectQuery } from "@/api/projects";
import { runKeys } from "@/api/runs";
import type { ProjectRef } from "@/api/types";
import { Dialog } from "@/ui/Dialog";
import { formatBytes, formatCount } from "@/ui/format";
import { showError, showToast } from "@/ui/toast";
import styles from "./BulkActions.module.css";
import { type BulkOutcome, inPortions, outcomeText } from "./bulkWork";
import { clearSelection, type RowSelection, selectedCount } from "./rowSelection";

type Props = {
  readonly project: ProjectRef;
  readonly selection: RowSelection;
  /** The table shows the trash. */
  readonly trashed: boolean;
  /** Lets the rows move: the reader asked for the change. */
  readonly release: () => void;
};

export function BulkActions({ project, selection, trashed, release }: Props) {
  const work = useBulkWork(project, release);
  const [deleting, setDeleting] = useState<readonly number[] | null>(null);
  const keys = () => keysOf(project, selection, trashed);
  const run = async (change: RunChange, done: string, undo?: (outcome: BulkOutcome) => Undo) => {
    await work.run(keys, change, done, undo);
    clearSelection(project);
  };
  if (work.progress !== null)
    return (
      <div className={styles.progress} role="status">
        <Progress value={(100 * work.progress.done) / Math.max(1, work.progress.total)} w={160} aria-hidden />
        <span className="num">
          {formatCount(work.progress.done)} of {formatCount(work.progress.total)}
        </span>
        <Button size="compact-xs" variant="default" onClick={work.stop}>
          Stop
        </Button>
      </div>
    );
  return (
    <div className={styles.actions}>
      {trashed ? (
        <>
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<RotateCcw size={13} />}
            onClick={() => void run({ kind: "restore" }, "restored")}
          >
            Restore
          </Button>
          <Button
            size="compact-sm"
            color="red"
            variant="light"
            leftSection={<Trash2 size={13} />}
            onClick={() => void keys().then(setDeleting, showError)}
          >
            Delete for good…
          </Button>
        </>
      ) : (
        <>
          <TagMenu run={run} />
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<Trash2 size={13} />}
            onClick={() =>
              void run({ kind: "trash" }, "moved to the trash", (outcome) => ({
                keys: outcome.changed,
                change: { kind: "restore" },
                done: "restored",
              }))
            }
          >
            Move to trash
          </Button>
        </>
      )}
      {deleting !== null && (
        <DeleteDialog
          project={project}
          keys={deleting}
          close={() => setDeleting(null)}
          confirm={async () => {
            const these = deleting;
            setDeleting(null);
            await work.run(async () => these, { kind: "delete" }, "deleted for good");
            clearSelection(project);
          }}
        />
      )}
    </div>
  );
}

function TagMenu(props: {
  readonly run: (change: RunChange, done: string, undo: (outcome: BulkOutcome) => Undo) => Promise<void>;
}) {
  const [opened, setOpened] = useState(false);
  const [add, setAdd] = useState<string[]>([]);
  const [remove, setRemove] = useState<string[]>([]);
  const apply = () => {
    setOpened(false);
    void props.run({ kind: "tag", add, remove }, "tagged", (outcome) => ({
      keys: outcome.changed,
      change: { kind: "tag", add: remove, remove: add },
      done: "tagged as before",
    }));
    setAdd([]);
    setRemove([]);
  };
  return (
    <Popover opened={opened} onChange={setOpened} position="top-start" withArrow shadow="md" trapFocus>
      <Popover.Target>
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<Tag size={13} />}
          onClick={() => setOpened((before) => !before)}
        >
          Tags…
        </Button>
      </Popover.Target>
      <Popover.Dropdown className={styles.tags}>
        <TagsInput
          size="xs"
          label="Add"
          placeholder="Type and press Enter"
          value={add}
          onChange={setAdd}
          acceptValueOnBlur
        />
        <TagsInput size="xs" label="Remove" value={remove} onChange={setRemove} acceptValueOnBlur />
        <Button size="xs" disabled={add.length + remove.length === 0} onClick={apply}>
          Apply
        </Button>
      </Popover.Dropdown>
    </Popover>
  );
}

const MAX_MEASURED = 100_000;

function DeleteDialog(props: {
  readonly project: ProjectRef;
  readonly keys: readonly number[];
  readonly close: () => void;
  readonly confirm: () => Promise<void>;
}) {
  const { project, keys } = props;
  const measured = keys.slice(0, MAX_MEASURED);
  const size = useQuery({
    queryKey: [...runKeys.project(project), "size", measured],
    queryFn: ({ signal }) => measureRuns(project, measured, signal),
    gcTime: 0,
  });
  const count = formatCount(keys.length);
  return (
    <Dialog close={props.close} title={`Delete ${count} ${keys.length === 1 ? "run" : "runs"} for good?`}>
      <div className={styles.dialog}>
        {size.data ? (
          <p>
            {keys.length > MAX_MEASURED && `The first ${formatCount(MAX_MEASURED)}: `}
            <b>{formatCount(size.data.points)}</b> points and <b>{formatCount(size.data.files)}</b> files of{" "}
            {formatBytes(size.data.file_bytes)}. Deleting frees <b>{formatBytes(size.data.freed_bytes)}</b> of
            files; the rest is used by other runs too.
          </p>
        ) : size.error ? (
          <p>Their size cannot be told: {size.error.message}</p>
        ) : (
          <p aria-busy="true">Measuring what they take …</p>
        )}
        <p>This cannot be undone.</p>
        <div className={styles.buttons}>
          <Button variant="default" onClick={props.close} data-autofocus>
            Keep them
          </Button>
          <Button color="red" onClick={() => void props.confirm()}>
            Delete {count}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

type Undo = { readonly keys: readonly number[]; readonly change: RunChange; readonly done: string };

function useBulkWork(project: ProjectRef, release: () => void) {
  const queries = useQueryClient();
  const [progress, setProgress] = useState<{ readonly done: number; readonly total: number } | null>(null);
  const stopped = useRef(false);

  const run = async (
    find: () => Promise<readonly number[]>,
    change: RunChange,
    done: string,
    undo?: (outcome: BulkOutcome) => Undo,
  ): Promise<void> => {
    stopped.current = false;
    try {
      const keys = await find();
      setProgress({ done: 0, total: keys.length });
      const outcome = await inPortions(
        keys,
        (portion) => changeRuns(project, portion, change),
        (count) => setProgress({ done: count, total: keys.length }),
        () => stopped.current,
      );
      const back = undo?.(outcome);
      showToast({
        message: outcomeText(outcome, done),
        ...(outcome.freedBytes > 0 ? { detail: `${formatBytes(outcome.freedBytes)} were freed.` } : {}),
        ...(back && back.keys.length > 0
          ? { action: { label: "Undo", run: () => void run(async () => back.keys, back.change, back.done) } }
          : {}),
      });
    } catch (error) {
      showError(error);
    } finally {
      setProgress(null);
      void queries.invalidateQueries({ queryKey: runKeys.project(project) }).then(release);
      void queries.invalidateQueries({ queryKey: projectQuery(project).queryKey });
    }
  };
  return { run, progress, stop: () => (stopped.current = true) };
}

/** All ticked runs, newest first. */
async function keysOf(
  project: ProjectRef,
  selection: RowSelection,
  trashed: boolean,
): Promise<readonly number[]> {
  if (selection.kind === "keys") return [...selection.keys].sort((a, b) => b - a);
  if (selectedCount(selection) === 0) return [];
  const found = await listRunKeys(project, { query: selection.query, trashed, experiments: selection.heads });
  return found.keys.filter((key) => !selection.except.has(key));
}
