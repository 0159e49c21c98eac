import { ActionIcon, Button, Textarea, Tooltip } from "@mantine/core";
import { Pencil } from "lucide-react";
import { useState } from "react";
import { Markdown } from "@/ui/Markdown";
import page from "@/ui/page.module.css";
import { showError } from "@/ui/toast";
import styles from "./Models.module.css";

/** A description as Markdown, changed in place. */
export function Description(props: {
  readonly text: string;
  /** What it describes, for whoever hears the page. */
  readonly of: string;
  readonly save: (text: string) => Promise<unknown>;
}) {
  const [draft, setDraft] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const save = async () => {
    setBusy(true);
    try {
      await props.save(draft ?? "");
      setDraft(null);
    } catch (error) {
      showError(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <section className={page.box}>
      <h2>
        Description
        {draft === null && props.text !== "" && (
          <Tooltip label="Edit the description">
            <ActionIcon aria-label="Edit the description" onClick={() => setDraft(props.text)}>
              <Pencil size={14} />
            </ActionIcon>
          </Tooltip>
        )}
      </h2>
      <div className={styles.description}>
        {draft !== null ? (
          <>
            <Textarea
              aria-label={`Description of ${props.of}`}
              autosize
              minRows={5}
              maxRows={24}
              maxLength={100_000}
              value={draft}
              data-autofocus
              ref={(element) => {
                if (element !== null && document.activeElement === document.body) element.focus();
              }}
              onChange={(event) => setDraft(event.currentTarget.value)}
              onKeyDown={(event) => {
                if (event.key === "Escape") setDraft(null);
                if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void save();
              }}
            />
            <div className={styles.editing}>
              <span className="quiet">Markdown</span>
              <Button variant="default" onClick={() => setDraft(null)}>
                Cancel
              </Button>
              <Button loading={busy} onClick={() => void save()}>
                Save
              </Button>
            </div>
          </>
        ) : props.text === "" ? (
          <button type="button" className={styles.write} onClick={() => setDraft("")}>
            Say what it is for, and what one should know before using it
          </button>
        ) : (
          <Markdown text={props.text} />
        )}
      </div>
    </section>
  );
}
