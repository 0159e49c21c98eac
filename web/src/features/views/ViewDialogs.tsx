import { Button, SegmentedControl, TextInput } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { ApiError } from "@/api/client";
import { Dialog } from "@/ui/Dialog";
import styles from "./ViewDialogs.module.css";

/** Asks for a name, and where it matters, for whom the thing is. Stays open with the reason if the server refuses. */
export function NameDialog(props: {
  readonly title: string;
  readonly label: string;
  readonly name: string;
  /** Whether to ask for whom it is. */
  readonly audience?: boolean;
  readonly action: string;
  readonly note?: ReactNode;
  readonly submit: (name: string, shared: boolean) => Promise<void>;
  readonly close: () => void;
}) {
  const [name, setName] = useState(props.name);
  const [shared, setShared] = useState(true);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const submit = async () => {
    setBusy(true);
    try {
      await props.submit(name.trim(), shared);
      props.close();
    } catch (error) {
      const hint = error instanceof ApiError && error.body.hint ? ` ${error.body.hint}` : "";
      setProblem(`${error instanceof Error ? error.message : "It could not be saved."}${hint}`);
      setBusy(false);
    }
  };
  return (
    <Dialog close={props.close} title={props.title}>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim() !== "") void submit();
        }}
      >
        <TextInput
          data-autofocus
          label={props.label}
          maxLength={200}
          value={name}
          error={problem}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        {props.audience && (
          <SegmentedControl
            aria-label="Who sees it"
            value={shared ? "shared" : "private"}
            onChange={(value) => setShared(value === "shared")}
            data={[
              { value: "shared", label: "Everybody in the project" },
              { value: "private", label: "Only me" },
            ]}
          />
        )}
        {props.note && <p className={styles.note}>{props.note}</p>}
        <div className={styles.buttons}>
          <Button variant="default" onClick={props.close}>
            Cancel
          </Button>
          <Button type="submit" loading={busy} disabled={name.trim() === ""}>
            {props.action}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** Two people changed one thing: nobody's work is lost unasked. */
export function ConflictDialog(props: {
  readonly what: string;
  readonly who: string;
  readonly overwrite: () => void;
  readonly saveAs: () => void;
  readonly discard: () => void;
  readonly close: () => void;
}) {
  return (
    <Dialog close={props.close} title={`${props.who} changed “${props.what}” too`}>
      <p>
        It was saved while you were changing it. Your changes are still here; choose what becomes of them.
      </p>
      <div className={styles.choices}>
        <Button variant="default" onClick={props.saveAs} data-autofocus>
          Save mine under another name
        </Button>
        <Button variant="default" onClick={props.overwrite}>
          Save mine in place of theirs
        </Button>
        <Button variant="default" onClick={props.discard}>
          Discard mine and show theirs
        </Button>
      </div>
    </Dialog>
  );
}
