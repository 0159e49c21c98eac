/** Keyboard shortcuts of a page. Each is listed in the help while its page is open. */
import { useEffect, useRef, useSyncExternalStore } from "react";

export type Shortcut = {
  /** `KeyboardEvent.key`, `mod+k` with Ctrl or ⌘, `g h` one after the other; several with the same meaning. None: only the palette has it. */
  readonly keys: readonly string[];
  readonly label: string;
  readonly group: string;
  /** Absent: only listed, handled elsewhere. */
  readonly run?: (event: KeyboardEvent) => void;
  /** Works in an open dialog too. */
  readonly anywhere?: boolean;
  /** Not in the palette. */
  readonly hidden?: boolean;
};

type Held = { readonly current: readonly Shortcut[] };

const registered = new Set<Held>();
let listed: readonly Shortcut[] = [];
const listeners = new Set<() => void>();

const SEQUENCE_MS = 1000;
let before = { key: "", at: 0 };

function changed(): void {
  listed = [...registered].flatMap((held) => held.current);
  for (const listener of listeners) listener();
}

const typing = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

/** The pressed key as shortcuts spell it; null for what is no shortcut of ours. */
export function spelled(event: KeyboardEvent): string | null {
  if (event.altKey) return null;
  if (!event.ctrlKey && !event.metaKey) return event.key;
  return `mod+${event.shiftKey ? "shift+" : ""}${event.key.toLowerCase()}`;
}

function onKey(event: KeyboardEvent): void {
  const key = spelled(event);
  if (event.defaultPrevented || event.isComposing || key === null) return;
  // In a field, Ctrl+Z is the field's; Ctrl+K is nobody's there.
  if (typing(event.target) && key !== "mod+k") return;
  const sequence = event.timeStamp - before.at < SEQUENCE_MS ? `${before.key} ${key}` : "";
  before = { key, at: event.timeStamp };
  // An open dialog or menu has the keys to itself.
  const open = document.querySelector('[role="dialog"], [role="menu"]') !== null;
  const all = [...registered].reverse().flatMap((held) => held.current);
  for (const wanted of [sequence, key]) {
    const hit = all.find((each) => each.run !== undefined && wanted !== "" && each.keys.includes(wanted));
    if (hit?.run === undefined || (open && !hit.anywhere)) continue;
    event.preventDefault();
    before = { key: "", at: 0 };
    hit.run(event);
    return;
  }
}

/** Active while the component is mounted, the youngest first. What is typed into a field is no shortcut. */
export function useShortcuts(shortcuts: readonly Shortcut[]): void {
  const latest = useRef(shortcuts);
  latest.current = shortcuts;
  const names = shortcuts.map((each) => each.keys.join() + each.label).join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: listed anew only when what the help prints changes
  useEffect(() => {
    if (registered.size === 0) window.addEventListener("keydown", onKey);
    registered.add(latest);
    changed();
    return () => {
      registered.delete(latest);
      if (registered.size === 0) window.removeEventListener("keydown", onKey);
      changed();
    };
  }, [names]);
}

const NAMES: Readonly<Record<string, string>> = {
  ArrowUp: "↑",
  ArrowDown: "↓",
  Escape: "Esc",
  Enter: "↵",
  " ": "Space",
};

/** A key as the page prints it. */
export const keyName = (key: string): string =>
  NAMES[key] ??
  key
    .replace("mod+", APPLE ? "⌘" : "Ctrl+")
    .replace("shift+", APPLE ? "⇧" : "Shift+")
    .replace(/([⌘⇧+])([a-z])$/, (_, mark: string, letter: string) => mark + letter.toUpperCase());

const APPLE = typeof navigator !== "undefined" && /Mac|iPhone|iPad/.test(navigator.platform);

export function useListedShortcuts(): readonly Shortcut[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => listed,
  );
}
