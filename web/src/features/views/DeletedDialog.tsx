import { Button, Skeleton } from "@mantine/core";
import type { SavedInfo } from "@/api/types";
import { Dialog } from "@/ui/Dialog";
import { ErrorState } from "@/ui/Feedback";
import { RelativeTime } from "@/ui/Time";
import styles from "./ViewDialogs.module.css";

/** What was deleted and can still be taken back: views, or dashboards. */
export function DeletedDialog(props: {
  readonly title: string;
  readonly query: {
    readonly data: readonly SavedInfo[] | undefined;
    readonly error: Error | null;
    readonly refetch: () => unknown;
  };
  readonly restore: (thing: SavedInfo) => void;
  readonly close: () => void;
}) {
  const { data, error, refetch } = props.query;
  return (
    <Dialog close={props.close} title={props.title}>
      {error !== null && data === undefined ? (
        <ErrorState error={error} retry={() => void refetch()} compact />
      ) : data === undefined ? (
        <Skeleton height={72} />
      ) : data.length === 0 ? (
        <p className={styles.note}>Nothing lies in the trash. What is deleted stays there for 30 days.</p>
      ) : (
        <ul className={styles.deleted}>
          {data.map((thing) => (
            <li key={thing.id}>
              <span className={styles.thing}>
                <b title={thing.name}>{thing.name}</b>
                <span className="quiet">
                  {thing.updated_by}, <RelativeTime value={thing.updated_at} />
                </span>
              </span>
              <Button
                size="xs"
                variant="default"
                aria-label={`Restore ${thing.name}`}
                onClick={() => props.restore(thing)}
              >
                Restore
              </Button>
            </li>
          ))}
        </ul>
      )}
    </Dialog>
  );
}
