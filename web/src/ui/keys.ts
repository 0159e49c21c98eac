/** Keyboard shortcuts of a page. Each is listed in the help while its page is open. */
import { useEffect, useRef, useSyncExternalStore } from "react";

export type Shortcut = {
  /** `KeyboardEvent.key`; several with the same meaning. */
  readonly keys: readonly string[];
  readonly label: string;
  readonly group: string;
  /** Absent: only listed, handled elsewhere. */
  readonly run?: (event: KeyboardEvent) => void;
};

const registered = new Set<readonly Shortcut[]>();
let listed: readonly Shortcut[] = [];
const listeners = new Set<() => void>();

function changed(): void {
  listed = [...registered].flat();
  for (const listener of listeners) listener();
}

const typing = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

/** Active while the component is mounted; keys typed into a field, or with Ctrl, Alt or ⌘, are not shortcuts. */
export function useShortcuts(shortcuts: readonly Shortcut[]): void {
  const latest = useRef(shortcuts);
  latest.current = shortcuts;
  const names = shortcuts.map((each) => each.keys.join() + each.label).join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: listed anew only when what the help prints changes
  useEffect(() => {
    const list = latest.current;
    registered.add(list);
    changed();
    const listen = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || typing(event.target))
        return;
      // An open dialog or menu has the keys to itself.
      if (event.key !== "?" && document.querySelector('[role="dialog"], [role="menu"]') !== null) return;
      const hit = latest.current.find((each) => each.run !== undefined && each.keys.includes(event.key));
      if (hit?.run === undefined) return;
      event.preventDefault();
      hit.run(event);
    };
    window.addEventListener("keydown", listen);
    return () => {
      registered.delete(list);
      changed();
      window.removeEventListener("keydown", listen);
    };
  }, [names]);
}

export function useListedShortcuts(): readonly Shortcut[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => listed,
  );
}
