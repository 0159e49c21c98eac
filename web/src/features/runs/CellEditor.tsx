import { Portal, TagsInput, Textarea, TextInput } from "@mantine/core";
import { useClickOutside, useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { runQuery } from "@/api/runs";
import type { ProjectRef, Run, RunPatch } from "@/api/types";
import { showError } from "@/ui/toast";
import styles from "./CellEditor.module.css";
import { useAttributeValues } from "./query/useSuggestions";
import type { RunField } from "./RunEditor";
import { useRunChange } from "./useRunChange";

/** Where a cell is on the screen. */
export type CellBox = {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
};

type Props = {
  readonly project: ProjectRef;
  readonly id: string;
  readonly field: RunField;
  readonly box: CellBox;
  readonly close: () => void;
};

const LABELS: Readonly<Record<RunField, string>> = {
  name: "Name",
  tags: "Tags",
  description: "Description",
};
const LEAST_PX: Readonly<Record<RunField, number>> = { name: 200, tags: 280, description: 340 };

/** One thing that people say about a run, written where it stands. Enter or a click elsewhere keeps it, Esc does not. */
export function CellEditor({ project, id, field, box, close }: Props) {
  const run = useQuery(runQuery(project, id));
  const failed = run.error;
  useEffect(() => {
    if (failed === null) return;
    showError(failed);
    close();
  }, [failed, close]);
  if (run.data === undefined) return null;
  const width = Math.max(box.width, LEAST_PX[field]);
  return (
    <Portal>
      <div
        className={styles.place}
        role="dialog"
        aria-label={`${LABELS[field]} of ${run.data.name}`}
        style={{
          left: Math.max(8, Math.min(box.left, window.innerWidth - width - 8)),
          top: Math.max(8, Math.min(box.top, window.innerHeight - 140)),
          width,
          minHeight: box.height,
        }}
      >
        <Field project={project} run={run.data} field={field} close={close} />
      </div>
    </Portal>
  );
}

function Field(props: {
  readonly project: ProjectRef;
  readonly run: Run;
  readonly field: RunField;
  readonly close: () => void;
}) {
  const { project, run, field, close } = props;
  const save = useRunChange(project);
  const [text, setText] = useState(field === "name" ? run.name : run.description);
  const [tags, setTags] = useState<string[]>(run.tags);
  const [typed, setTyped] = useState("");
  const [search] = useDebouncedValue(typed, 120);
  const { found } = useAttributeValues(
    project,
    field === "tags" ? { path: "sys/tags", type: "string_set" } : null,
    search,
  );
  const [busy, setBusy] = useState(false);
  const over = useRef(false);
  const keep = async () => {
    if (over.current) return;
    over.current = true;
    setBusy(true);
    const more = typed.trim();
    const patch: RunPatch =
      field === "tags"
        ? { tags: more === "" || tags.includes(more) ? tags : [...tags, more] }
        : { [field]: text };
    if (await save(run, patch)) close();
    else {
      over.current = false;
      setBusy(false);
    }
  };
  const outside = useClickOutside<HTMLDivElement>(() => void keep());
  const onKeyDown = (event: KeyboardEvent) => {
    event.stopPropagation();
    if (event.key === "Escape") {
      over.current = true;
      close();
    } else if (event.key === "Enter" && !event.nativeEvent.isComposing) {
      if (field === "tags" && typed.trim() !== "") return; // it becomes a tag first
      if (field === "description" && event.shiftKey) return;
      event.preventDefault();
      void keep();
    }
  };
  const same = {
    "aria-label": `${LABELS[field]} of ${run.name}`,
    autoFocus: true,
    disabled: busy,
    size: "xs",
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: hears the keys of the field inside
    <div ref={outside} onKeyDown={onKeyDown}>
      {field === "tags" ? (
        <TagsInput
          {...same}
          value={tags}
          onChange={setTags}
          data={(found?.values ?? []).map(({ value }) => String(value))}
          searchValue={typed}
          onSearchChange={setTyped}
          maxDropdownHeight={180}
          comboboxProps={{ withinPortal: false }}
        />
      ) : field === "name" ? (
        <TextInput
          {...same}
          maxLength={1000}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          onFocus={(event) => event.currentTarget.select()}
        />
      ) : (
        <Textarea
          {...same}
          autosize
          minRows={3}
          maxRows={10}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
      )}
      {field === "description" && <p className={styles.note}>Enter keeps it, Shift+Enter begins a line</p>}
    </div>
  );
}
