import { Button, CloseButton, Popover, TextInput } from "@mantine/core";
import { Plus } from "lucide-react";
import { useState } from "react";
import { showError } from "@/ui/toast";
import styles from "./Models.module.css";

/** A name that leads to a version. */
export const Alias = ({ name }: { readonly name: string }) => <span className={styles.alias}>@{name}</span>;

/** The aliases of a version, changed in place. One that another version has moves here. */
export function Aliases(props: {
  readonly version: number;
  readonly aliases: readonly string[];
  readonly save: (aliases: Record<string, number | null>) => Promise<unknown>;
}) {
  const [open, setOpen] = useState(false);
  const [name, setName] = useState("");
  const set = (alias: string, version: number | null) => props.save({ [alias]: version });
  return (
    <ul className={styles.chips} aria-label={`Aliases of version ${props.version}`}>
      {props.aliases.map((alias) => (
        <li key={alias} className={styles.aliasChip}>
          @{alias}
          <CloseButton
            size={24}
            iconSize={12}
            radius="xl"
            aria-label={`Remove the alias ${alias} from version ${props.version}`}
            onClick={() => void set(alias, null).catch(showError)}
          />
        </li>
      ))}
      <li>
        <Popover
          opened={open}
          onChange={setOpen}
          trapFocus
          returnFocus
          withRoles={false}
          position="bottom-start"
        >
          <Popover.Target>
            <button
              type="button"
              className={styles.add}
              aria-expanded={open}
              aria-label={`Add an alias to version ${props.version}`}
              onClick={() => setOpen(!open)}
            >
              <Plus size={12} /> Alias
            </button>
          </Popover.Target>
          <Popover.Dropdown role="dialog" aria-label={`New alias of version ${props.version}`}>
            <form
              className={styles.form}
              onSubmit={(event) => {
                event.preventDefault();
                set(name.trim(), props.version).then(() => {
                  setOpen(false);
                  setName("");
                }, showError);
              }}
            >
              <TextInput
                label="Alias"
                description="models:/name@alias leads here; one that another version has moves."
                placeholder="champion"
                maxLength={255}
                value={name}
                data-autofocus
                onChange={(event) => setName(event.currentTarget.value)}
              />
              <Button type="submit" disabled={name.trim() === ""}>
                Add
              </Button>
            </form>
          </Popover.Dropdown>
        </Popover>
      </li>
    </ul>
  );
}
