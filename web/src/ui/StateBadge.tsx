import styles from "./StateBadge.module.css";

const LABELS: Readonly<Record<string, string>> = {
  running: "Running",
  finished: "Finished",
  failed: "Failed",
  aborted: "Aborted",
  stale: "Stale",
  idle: "Idle",
};
const TITLES: Readonly<Record<string, string>> = {
  stale: "Says it is running, but has not been heard of for five minutes",
  idle: "Nothing was logged for five minutes; this client does not say when it ends",
};

/** A run's state: a shape as well as a colour, so that it reads without colours. */
export function StateBadge(props: { readonly state: string; readonly iconOnly?: boolean }) {
  const label = LABELS[props.state] ?? props.state;
  return (
    <span className={styles.badge} data-state={props.state} title={TITLES[props.state] ?? label}>
      <StateMark state={props.state} />
      <span className={props.iconOnly ? "visually-hidden" : undefined}>{label}</span>
    </span>
  );
}

function StateMark({ state }: { readonly state: string }) {
  return (
    <svg className={styles.mark} viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
      {state === "running" && (
        <>
          <circle className={styles.pulse} cx="6" cy="6" r="3" />
          <circle cx="6" cy="6" r="3" fill="currentColor" />
        </>
      )}
      {state === "finished" && (
        <path
          d="M2.2 6.4 4.9 9l5-6"
          fill="none"
          stroke="currentColor"
          strokeWidth="1.7"
          strokeLinecap="round"
        />
      )}
      {state === "failed" && (
        <path
          d="m3 3 6 6m0-6-6 6"
          fill="none"
          stroke="currentColor"
          strokeWidth="1.7"
          strokeLinecap="round"
        />
      )}
      {state === "aborted" && <rect x="3" y="3" width="6" height="6" rx="1" fill="currentColor" />}
      {!["running", "finished", "failed", "aborted"].includes(state) && (
        <circle
          cx="6"
          cy="6"
          r="3.4"
          fill="none"
          stroke="currentColor"
          strokeWidth="1.5"
          strokeDasharray="2 1.6"
        />
      )}
    </svg>
  );
}
