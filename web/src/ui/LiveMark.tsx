import { useReachable } from "@/api/connection";
import { useLiveState } from "@/api/events";
import styles from "./LiveMark.module.css";

const TEXTS = { live: "Live", connecting: "Connecting", lost: "Not live" } as const;

/** Whether changes on the server appear on this page by themselves. */
export function LiveMark() {
  const stream = useLiveState();
  const reachable = useReachable();
  if (stream === "idle") return null;
  // A dead line may look open for a while.
  const live = reachable ? stream : "lost";
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
