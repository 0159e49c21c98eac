import { Button, Skeleton, TagsInput, Textarea, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { runQuery } from "@/api/runs";
import type { ProjectRef, Run } from "@/api/types";
import { Dialog } from "@/ui/Dialog";
import { ErrorState } from "@/ui/Feedback";
import { useAttributeValues } from "./query/useSuggestions";
import styles from "./RunEditor.module.css";
import { useRunChange } from "./useRunChange";

export type RunField = "name" | "tags" | "description";

type Props = {
  readonly project: ProjectRef;
  readonly id: string;
  /** Where the reader wants to write. */
  readonly field: RunField;
  readonly close: () => void;
};

/** What people say about a run: its name, tags and description. */
export function RunEditor({ project, id, field, close }: Props) {
  const run = useQuery(runQuery(project, id));
  return (
    <Dialog close={close} title={`Edit ${run.data?.name ?? id}`}>
      {run.data !== undefined ? (
        <Form project={project} run={run.data} field={field} close={close} />
      ) : run.error !== null ? (
        <ErrorState error={run.error} retry={() => void run.refetch()} compact />
      ) : (
        <Skeleton height={220} tabIndex={-1} data-autofocus />
      )}
    </Dialog>
  );
}

const TAGS = { path: "sys/tags", type: "string_set" } as const;

function Form(props: {
  readonly project: ProjectRef;
  readonly run: Run;
  readonly field: RunField;
  readonly close: () => void;
}) {
  const { project, run, close } = props;
  const save = useRunChange(project);
  const [name, setName] = useState(run.name);
  const [tags, setTags] = useState<string[]>(run.tags);
  const [description, setDescription] = useState(run.description);
  const [busy, setBusy] = useState(false);
  const [typed, setTyped] = useState("");
  const [search] = useDebouncedValue(typed, 120);
  const { found } = useAttributeValues(project, TAGS, search);
  const focus = (field: RunField) =>
    props.field === field ? { "data-autofocus": true, autoFocus: true } : {};

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    if (await save(run, { name, tags, description })) close();
    else setBusy(false);
  };
  return (
    <form className={styles.form} onSubmit={(event) => void submit(event)}>
      <TextInput
        label="Name"
        value={name}
        maxLength={1000}
        {...focus("name")}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <TagsInput
        label="Tags"
        placeholder="Type and press Enter"
        acceptValueOnBlur
        value={tags}
        data={(found?.values ?? []).map(({ value }) => String(value))}
        searchValue={typed}
        onSearchChange={setTyped}
        maxDropdownHeight={180}
        {...focus("tags")}
        onChange={setTags}
      />
      <Textarea
        label="Description"
        rows={5}
        value={description}
        {...focus("description")}
        onChange={(event) => setDescription(event.currentTarget.value)}
      />
      <div className={styles.buttons}>
        <Button variant="default" onClick={close}>
          Cancel
        </Button>
        <Button type="submit" loading={busy} disabled={name.trim() === ""}>
          Save
        </Button>
      </div>
    </form>
  );
}
