import { ActionIcon, Popover } from "@mantine/core";
import { CircleHelp } from "lucide-react";
import { useState } from "react";
import styles from "./QueryHelp.module.css";

const EXAMPLES: readonly (readonly [string, string])[] = [
  ["swift NOT baseline", "words in the run's name or ID"],
  ["/^swift-.*[0-9]$/", "a regular expression (RE2) on names"],
  ["metrics/val/loss < 0.3", "last value of a series"],
  ["max(metrics/val/accuracy) >= 0.97", "also min, average, variance, last"],
  ['sys/state = "running" AND params/lr > 0.001', "AND binds closer than OR"],
  ['sys/tags CONTAINS "best"', "a tag; or a part of a text"],
  ['params/optimizer IN ("adam", "sgd")', "one of several values"],
  ["NOT (params/dropout EXISTS)", "runs that lack an attribute"],
];

/** What can be asked, by examples that can be clicked. */
export function QueryHelp(props: { readonly use: (example: string) => void }) {
  const [opened, setOpened] = useState(false);
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" width={460} trapFocus>
      <Popover.Target>
        <ActionIcon size={22} aria-label="How to write a query" onClick={() => setOpened((open) => !open)}>
          <CircleHelp size={14} />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown aria-label="How to write a query" p={6}>
        <ul className={styles.list}>
          {EXAMPLES.map(([query, meaning]) => (
            <li key={query}>
              <button
                type="button"
                className={styles.example}
                onClick={() => {
                  setOpened(false);
                  props.use(query);
                }}
              >
                <code className="mono">{query}</code>
                <span>{meaning}</span>
              </button>
            </li>
          ))}
        </ul>
      </Popover.Dropdown>
    </Popover>
  );
}
