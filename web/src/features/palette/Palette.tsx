import { Kbd, Loader, Modal } from "@mantine/core";
import { Search } from "lucide-react";
import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import type { ProjectRef } from "@/api/types";
import { useFocusReturn } from "@/ui/Dialog";
import { keyName } from "@/ui/keys";
import styles from "./Palette.module.css";
import { type PaletteItem, usePaletteItems } from "./usePaletteItems";

type Props = {
  readonly project: ProjectRef | null;
  readonly close: () => void;
};

/** One field that leads everywhere: a combobox whose list is always open. */
export function Palette({ project, close }: Props) {
  useFocusReturn();
  const [typed, setTyped] = useState("");
  const [active, setActive] = useState(0);
  const { groups, busy } = usePaletteItems(typed, project);
  const list = useId();
  const box = useRef<HTMLDivElement>(null);
  const items = groups.flatMap((group) => group.items);
  const at = Math.min(active, items.length - 1);

  // biome-ignore lint/correctness/useExhaustiveDependencies: follows the active entry
  useEffect(() => {
    box.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" });
  }, [at, typed]);

  const run = (item: PaletteItem | undefined) => {
    if (item === undefined) return;
    close();
    // After the dialog is gone: what is run may move the focus.
    setTimeout(item.run);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: at + 1 < items.length ? at + 1 : 0,
      ArrowUp: at > 0 ? at - 1 : items.length - 1,
      PageDown: Math.min(items.length - 1, at + 8),
      PageUp: Math.max(0, at - 8),
    };
    const target = moves[event.key];
    if (target !== undefined) {
      event.preventDefault();
      setActive(target);
    } else if (event.key === "Enter" && !event.nativeEvent.isComposing) {
      event.preventDefault();
      run(items[at]);
    }
  };
  let index = -1;
  return (
    <Modal.Root opened onClose={close} size={600} yOffset="12vh">
      <Modal.Overlay />
      <Modal.Content radius="lg" aria-label="Go to or do anything">
        <div className={styles.field}>
          <Search size={16} aria-hidden="true" />
          <input
            className={styles.input}
            role="combobox"
            aria-label="Go to a run, a view or a project, or do something"
            aria-expanded="true"
            aria-autocomplete="list"
            aria-controls={list}
            aria-activedescendant={at >= 0 ? `${list}-${at}` : undefined}
            placeholder={project === null ? "Projects and actions" : "Runs, views, projects and actions"}
            spellCheck={false}
            autoComplete="off"
            data-autofocus
            value={typed}
            onChange={(event) => {
              setTyped(event.currentTarget.value);
              setActive(0);
            }}
            onKeyDown={onKeyDown}
          />
          {busy && <Loader size={14} role="status" aria-label="Searching" />}
        </div>
        <div ref={box} id={list} role="listbox" aria-label="Results" className={styles.list}>
          {groups.map((group) => (
            <div key={group.name} role="group" aria-label={group.name}>
              <div className={styles.heading} aria-hidden="true">
                {group.name}
              </div>
              {group.items.map((item) => {
                index += 1;
                const here = index;
                return (
                  // biome-ignore lint/a11y/useKeyWithClickEvents: the field has the keys
                  <div
                    key={item.id}
                    id={`${list}-${here}`}
                    role="option"
                    aria-selected={here === at}
                    tabIndex={-1}
                    className={styles.option}
                    onMouseMove={() => setActive(here)}
                    onMouseDown={(event) => event.preventDefault()}
                    onClick={() => run(item)}
                  >
                    <span className={styles.label}>{item.label}</span>
                    {item.detail && <span className={styles.detail}>{item.detail}</span>}
                    {item.keys?.slice(0, 1).map((key) => (
                      <Kbd key={key} size="xs">
                        {keyName(key)}
                      </Kbd>
                    ))}
                  </div>
                );
              })}
            </div>
          ))}
        </div>
        {items.length === 0 && !busy && (
          <p className={styles.nothing} role="status">
            Nothing is called “{typed}”.
          </p>
        )}
      </Modal.Content>
    </Modal.Root>
  );
}
