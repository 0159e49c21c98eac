import { Button } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { Dialog } from "@/ui/Dialog";
import { showError } from "@/ui/toast";
import styles from "./Models.module.css";

/** Asks before something goes for good. */
export function DeleteDialog(props: {
  readonly title: string;
  readonly children: ReactNode;
  readonly carryOut: () => Promise<unknown>;
  readonly close: () => void;
}) {
  const [busy, setBusy] = useState(false);
  const carryOut = async () => {
    setBusy(true);
    try {
      await props.carryOut();
    } catch (error) {
      showError(error);
      setBusy(false);
    }
  };
  return (
    <Dialog close={props.close} title={props.title}>
      <div className={styles.form}>
        <div>{props.children}</div>
        <div className={styles.editing}>
          <Button variant="default" onClick={props.close} data-autofocus>
            Cancel
          </Button>
          <Button color="red" loading={busy} onClick={() => void carryOut()}>
            Delete
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
