import { createContext, type ReactNode, useContext, useState, useSyncExternalStore } from "react";
import { useShortcuts } from "./keys";
import { UndoStack } from "./undo";

const Context = createContext<UndoStack | null>(null);

/** Gives a page one stack of edits, and the keys that go through it. */
export function UndoProvider({ children }: { readonly children: ReactNode }) {
  const [stack] = useState(() => new UndoStack());
  useShortcuts([
    { keys: ["mod+z"], label: "Undo a change of the page", group: "Project", run: () => stack.undo() },
    {
      keys: ["mod+shift+z", "mod+y"],
      label: "Do it again",
      group: "Project",
      run: () => stack.redo(),
    },
  ]);
  return <Context value={stack}>{children}</Context>;
}

/** The page's edits; what pushes one says how to undo it. */
export function useUndoStack(): UndoStack {
  const stack = useContext(Context);
  if (stack === null) throw new Error("useUndoStack outside of an UndoProvider");
  return stack;
}

export function useCanUndo(): { readonly undo: boolean; readonly redo: boolean } {
  const stack = useUndoStack();
  useSyncExternalStore(stack.subscribe, stack.state);
  return { undo: stack.last !== undefined, redo: stack.next !== undefined };
}
