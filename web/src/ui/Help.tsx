import { Kbd, Modal } from "@mantine/core";
import { Fragment } from "react";
import styles from "./Help.module.css";
import { keyName, type Shortcut, useListedShortcuts } from "./keys";

/** The keys of the open page. */
export function Help(props: { readonly opened: boolean; readonly close: () => void }) {
  const shortcuts = useListedShortcuts();
  const groups = new Map<string, Shortcut[]>();
  for (const shortcut of shortcuts.filter((each) => each.keys.length > 0))
    groups.set(shortcut.group, [...(groups.get(shortcut.group) ?? []), shortcut]);
  return (
    <Modal
      opened={props.opened}
      onClose={props.close}
      title="Keyboard"
      centered
      size="md"
      radius="lg"
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <div className={styles.groups}>
        {[...groups].map(([group, list]) => (
          <section key={group}>
            <h3 className={styles.heading}>{group}</h3>
            <dl className={styles.list}>
              {list.map((shortcut) => (
                <Fragment key={shortcut.label}>
                  <dt>{shortcut.label}</dt>
                  <dd>
                    {shortcut.keys.map((key) => (
                      <Kbd key={key} size="xs">
                        {keyName(key)}
                      </Kbd>
                    ))}
                  </dd>
                </Fragment>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Modal>
  );
}
