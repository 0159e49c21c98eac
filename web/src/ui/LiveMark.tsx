import { useLiveState } from "@/api/events";
import styles from "./LiveMark.module.css";

const TEXTS = { live: "Live", connecting: "Connecting", lost: "Not live" } as const;

/** Whether changes on the server appear on this page by themselves. */
export function LiveMark() {
  const live = useLiveState();
  if (live === "idle") return null;
  return (
    <span
      className={styles.live}
      data-state={live}
      title="Whether changes on the server appear here by themselves"
    >
      <span className={styles.dot} />
      <span className={styles.text}>{TEXTS[live]}</span>
    </span>
  );
}
