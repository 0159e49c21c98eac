import { Button, CloseButton, Popover, TextInput } from "@mantine/core";
import { Plus } from "lucide-react";
import { useState } from "react";
import { showError } from "@/ui/toast";
import styles from "./Models.module.css";

/** Tags that systems write for themselves are not for people. */
export const ownTags = (tags: Readonly<Record<string, string>>): (readonly [string, string])[] =>
  Object.entries(tags).filter(([key]) => !/^_?mlflow[._]/.test(key));

/** Keys with values, changed in place: a click on one changes its value, the cross takes it away. */
export function Tags(props: {
  readonly tags: Readonly<Record<string, string>>;
  readonly save: (tags: Record<string, string | null>) => Promise<unknown>;
}) {
  const set = (key: string, value: string | null) => props.save({ [key]: value }).catch(showError);
  return (
    <ul className={styles.chips} aria-label="Tags">
      {ownTags(props.tags).map(([key, value]) => (
        <li key={key} className={styles.chip}>
          <TagForm
            label={`Change the tag ${key}`}
            name={key}
            value={value}
            submit={(_, changed) => set(key, changed)}
            className={styles.chipText ?? ""}
          >
            {key}
            {value !== "" && <b>{value}</b>}
          </TagForm>
          <CloseButton
            size={24}
            iconSize={12}
            radius="xl"
            aria-label={`Remove the tag ${key}`}
            onClick={() => void set(key, null)}
          />
        </li>
      ))}
      <li>
        <TagForm label="Add a tag" submit={set} className={styles.add ?? ""}>
          <Plus size={12} /> Tag
        </TagForm>
      </li>
    </ul>
  );
}

function TagForm(props: {
  readonly label: string;
  readonly name?: string;
  readonly value?: string;
  readonly submit: (key: string, value: string) => Promise<unknown>;
  readonly className: string;
  readonly children: React.ReactNode;
}) {
  const [open, setOpen] = useState(false);
  const [key, setKey] = useState("");
  const [value, setValue] = useState("");
  const begin = () => {
    setKey(props.name ?? "");
    setValue(props.value ?? "");
    setOpen(!open);
  };
  return (
    <Popover opened={open} onChange={setOpen} trapFocus returnFocus withRoles={false} position="bottom-start">
      <Popover.Target>
        <button
          type="button"
          className={props.className}
          title={props.value}
          aria-label={props.name === undefined ? props.label : undefined}
          aria-expanded={open}
          onClick={begin}
        >
          {props.children}
        </button>
      </Popover.Target>
      <Popover.Dropdown role="dialog" aria-label={props.label}>
        <form
          className={styles.form}
          onSubmit={(event) => {
            event.preventDefault();
            if (key.trim() === "") return;
            setOpen(false);
            void props.submit(key.trim(), value);
          }}
        >
          {props.name === undefined && (
            <TextInput
              label="Key"
              maxLength={250}
              value={key}
              data-autofocus
              onChange={(event) => setKey(event.currentTarget.value)}
            />
          )}
          <TextInput
            label={props.name === undefined ? "Value" : `Value of ${props.name}`}
            value={value}
            {...(props.name === undefined ? {} : { "data-autofocus": true })}
            onChange={(event) => setValue(event.currentTarget.value)}
          />
          <Button type="submit" disabled={key.trim() === ""}>
            {props.name === undefined ? "Add" : "Save"}
          </Button>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}
