import { Button } from "@mantine/core";
import { CatchBoundary, type ErrorComponentProps } from "@tanstack/react-router";
import { Bug } from "lucide-react";
import type { ReactNode } from "react";
import { EmptyState } from "./Feedback";

/** What stands where a part of the page failed: the fault is ours, the rest of the page goes on. */
export function Broken({ error, reset }: ErrorComponentProps) {
  const message = error instanceof Error ? error.message : String(error);
  return (
    <div role="alert">
      <EmptyState icon={<Bug size={28} strokeWidth={1.5} />} title="This part of the page failed">
        <p>It is a fault of Trireme, not of your data.</p>
        <p className="mono quiet">{message.slice(0, 300)}</p>
        <Button variant="default" onClick={reset}>
          Try again
        </Button>
        <Button variant="subtle" color="gray" onClick={() => location.reload()}>
          Load the page anew
        </Button>
      </EmptyState>
    </div>
  );
}

/** Keeps a fault of its content to itself; another `what` is a new beginning. */
export function Contained({ what, children }: { readonly what: string; readonly children: ReactNode }) {
  return (
    <CatchBoundary getResetKey={() => what} errorComponent={Broken}>
      {children}
    </CatchBoundary>
  );
}
