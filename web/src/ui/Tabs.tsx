import type { KeyboardEvent } from "react";
import styles from "./Tabs.module.css";

type Tab<Id extends string> = {
  readonly id: Id;
  readonly label: string;
  /** The key that leads here, shown beside the name. */
  readonly hint?: string;
};

/** Ways to look at one thing. The arrows go from one to the next; Tab leads on to what it shows. */
export function Tabs<Id extends string>(props: {
  /** What the tabs are, for who does not see them. */
  readonly label: string;
  readonly tabs: readonly Tab<Id>[];
  readonly current: Id;
  readonly select: (id: Id) => void;
  /** Id of the element with role `tabpanel`. It is labelled by `tab-<id>`, or by the prefix given. */
  readonly panel: string;
  readonly prefix?: string;
  /** Small, within a page that has tabs already. */
  readonly inner?: boolean;
  readonly className?: string | undefined;
}) {
  const { tabs, current, select, prefix = "tab" } = props;
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const here = tabs.findIndex(({ id }) => id === current);
    const target: Readonly<Record<string, number>> = {
      ArrowRight: (here + 1) % tabs.length,
      ArrowLeft: (here + tabs.length - 1) % tabs.length,
      Home: 0,
      End: tabs.length - 1,
    };
    const next = tabs[target[event.key] ?? -1];
    if (next === undefined) return;
    event.preventDefault();
    select(next.id);
    document.getElementById(`${prefix}-${next.id}`)?.focus();
  };
  return (
    <div
      className={`${styles.tabs} ${props.className ?? ""}`}
      role="tablist"
      aria-label={props.label}
      data-inner={props.inner || undefined}
      onKeyDown={onKeyDown}
    >
      {tabs.map(({ id, label, hint }) => (
        <button
          key={id}
          type="button"
          role="tab"
          id={`${prefix}-${id}`}
          aria-controls={props.panel}
          aria-selected={id === current}
          aria-keyshortcuts={hint}
          tabIndex={id === current ? 0 : -1}
          className={styles.tab}
          onClick={() => select(id)}
        >
          {label}
          {hint !== undefined && (
            <kbd className={styles.hint} aria-hidden>
              {hint}
            </kbd>
          )}
        </button>
      ))}
    </div>
  );
}
