import { Button } from "@mantine/core";
import { CircleAlert, CloudOff } from "lucide-react";
import type { ReactNode } from "react";
import { ApiError } from "@/api/client";
import styles from "./Feedback.module.css";

/** What stands where content would: a picture, a sentence, a way on. */
export function EmptyState(props: {
  readonly icon?: ReactNode;
  readonly title: string;
  readonly children?: ReactNode;
  readonly compact?: boolean;
  /** It is all there is on the page. */
  readonly page?: boolean;
}) {
  const Title = props.page ? "h1" : "h2";
  return (
    <div className={styles.state} data-compact={props.compact || undefined}>
      {props.icon && <div className={styles.icon}>{props.icon}</div>}
      <Title className={styles.title}>{props.title}</Title>
      {props.children && <div className={styles.body}>{props.children}</div>}
    </div>
  );
}

/** A failed request: what happened, the hint, try again. An unreachable server is its own picture, not an error of the reader's. */
export function ErrorState(props: {
  readonly error: unknown;
  readonly retry?: () => void;
  readonly compact?: boolean;
  readonly page?: boolean;
}) {
  const { error } = props;
  const offline = error instanceof ApiError && error.offline;
  const message = error instanceof Error ? error.message : "Something went wrong.";
  const hint = error instanceof ApiError ? error.body.hint : undefined;
  const requestId = error instanceof ApiError ? error.body.request_id : undefined;
  return (
    <div role="alert">
      <EmptyState
        compact={props.compact ?? false}
        page={props.page ?? false}
        icon={offline ? <CloudOff size={28} /> : <CircleAlert size={28} />}
        title={offline ? "Cannot reach the server" : message}
      >
        {offline && <p>{message}</p>}
        {hint && <p>{hint}</p>}
        {requestId && <p className="mono quiet">request {requestId}</p>}
        {props.retry && (
          <Button variant="default" onClick={props.retry}>
            Try again
          </Button>
        )}
      </EmptyState>
    </div>
  );
}
