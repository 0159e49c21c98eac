import { StateBadge } from "@/ui/StateBadge";

const STATES: Readonly<Record<string, string>> = {
  OK: "finished",
  ERROR: "failed",
  IN_PROGRESS: "running",
};

/** How a trace went. */
export function TraceState(props: { readonly state: string; readonly iconOnly?: boolean }) {
  return <StateBadge state={STATES[props.state] ?? "unknown"} iconOnly={props.iconOnly ?? false} />;
}
