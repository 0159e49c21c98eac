/** A run whose eye is open, as every tab draws it. `color` is a CSS colour variable, `slot` its place in the palette (see ui/runColors). */
export type DrawnRun = {
  readonly key: number;
  readonly id: string;
  readonly name: string;
  readonly color: string;
  readonly slot: number;
  /** While "Average grouped runs" is on: runs of one group are drawn as one line with a band. `id` is the same for runs of a group. */
  readonly group?: DrawnGroup;
};

export type DrawnGroup = {
  readonly id: string;
  /** The values its runs share, e.g. "adam, 0.01". */
  readonly label: string;
  /** A CSS colour variable. */
  readonly color: string;
};
