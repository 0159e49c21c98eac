/** What can be undone on a page: edits in the order they were made, wherever they are kept. */

export type Edit = {
  /** Whose edit it is; a part of the page that goes away takes its edits along. */
  readonly source: string;
  readonly undo: () => void;
  readonly redo: () => void;
};

const LIMIT = 100;

export class UndoStack {
  private done: readonly Edit[] = [];
  private undone: readonly Edit[] = [];
  private readonly listeners = new Set<() => void>();

  get last(): Edit | undefined {
    return this.done.at(-1);
  }

  /** What a redo would do. */
  get next(): Edit | undefined {
    return this.undone.at(-1);
  }

  push(edit: Edit): void {
    this.set([...this.done, edit].slice(-LIMIT), []);
  }

  /** The newest edit has grown. */
  replaceLast(edit: Edit): void {
    this.set([...this.done.slice(0, -1), edit], []);
  }

  undo(): void {
    const edit = this.stepBack();
    edit?.undo();
  }

  redo(): void {
    const edit = this.stepForward();
    edit?.redo();
  }

  /** The newest edit was undone by other means, such as the browser's Back. */
  stepBack(): Edit | undefined {
    const edit = this.last;
    if (edit !== undefined) this.set(this.done.slice(0, -1), [...this.undone, edit]);
    return edit;
  }

  stepForward(): Edit | undefined {
    const edit = this.next;
    if (edit !== undefined) this.set([...this.done, edit], this.undone.slice(0, -1));
    return edit;
  }

  forget(source: string): void {
    const others = (edit: Edit) => edit.source !== source;
    this.set(this.done.filter(others), this.undone.filter(others));
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Changes whenever what can be undone or redone does. */
  readonly state = (): string => `${this.done.length > 0}${this.undone.length > 0}`;

  private set(done: readonly Edit[], undone: readonly Edit[]): void {
    this.done = done;
    this.undone = undone;
    for (const listener of this.listeners) listener();
  }
}
