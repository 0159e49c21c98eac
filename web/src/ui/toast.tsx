/** Short notes at the foot of the page: what was done, and the way back. */
import { CloseButton } from "@mantine/core";
import { useEffect, useState, useSyncExternalStore } from "react";
import { ApiError } from "@/api/client";
import styles from "./toast.module.css";

export type Toast = {
  readonly message: string;
  /** Said below, smaller: a hint. */
  readonly detail?: string;
  readonly kind?: "note" | "error";
  readonly action?: { readonly label: string; readonly run: () => void };
};

type Shown = Toast & { readonly id: number };

const LASTS_MS = 7_000;
const AT_MOST = 3;

let shown: readonly Shown[] = [];
let next = 1;
const listeners = new Set<() => void>();

function set(toasts: readonly Shown[]): void {
  shown = toasts;
  for (const listener of listeners) listener();
}

export function showToast(toast: Toast): () => void {
  const id = next++;
  set([...shown, { ...toast, id }].slice(-AT_MOST));
  return () => close(id);
}

/** For the failure of something the reader asked for: the server's sentence and hint. */
export function showError(error: unknown, action?: Toast["action"]): void {
  const hint = error instanceof ApiError ? error.body.hint : undefined;
  showToast({
    kind: "error",
    message: error instanceof Error ? error.message : "Something went wrong.",
    ...(hint ? { detail: hint } : {}),
    ...(action ? { action } : {}),
  });
}

const close = (id: number): void => set(shown.filter((toast) => toast.id !== id));

/** Part of the shell; nobody else renders it. */
export function Toasts() {
  const toasts = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => shown,
  );
  return (
    <div className={styles.stack} role="status" aria-live="polite">
      {toasts.map((toast) => (
        <One key={toast.id} toast={toast} />
      ))}
    </div>
  );
}

/** It stays while the pointer or the keyboard is in it: a note that leaves while it is read helps nobody. */
function One({ toast }: { readonly toast: Shown }) {
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (held) return;
    const timer = setTimeout(() => close(toast.id), LASTS_MS);
    return () => clearTimeout(timer);
  }, [held, toast.id]);
  const { action } = toast;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: only notes that somebody is in it
    <div
      className={styles.toast}
      data-kind={toast.kind ?? "note"}
      onMouseEnter={() => setHeld(true)}
      onMouseLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <span className={styles.text}>
        {toast.message}
        {toast.detail && <span className={styles.detail}>{toast.detail}</span>}
      </span>
      {action && (
        <button
          type="button"
          className={styles.action}
          onClick={() => {
            close(toast.id);
            action.run();
          }}
        >
          {action.label}
        </button>
      )}
      <CloseButton size="sm" aria-label="Close the note" onClick={() => close(toast.id)} />
    </div>
  );
}
