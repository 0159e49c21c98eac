/** Runs with columns of attributes: what parallel coordinates and scatter charts draw. */

export type NumberColumn = {
  readonly kind: "number" | "time";
  /** NaN where a run lacks it, and where it is NaN; times in ms since 1970. */
  readonly values: Float64Array;
};

export type CategoryColumn = {
  readonly kind: "category";
  /** Places in `levels`; -1 where a run lacks it. */
  readonly codes: Int32Array;
  readonly levels: readonly string[];
};

export type ChartColumn = NumberColumn | CategoryColumn;

export type RunTable = {
  readonly keys: readonly number[];
  readonly ids: readonly string[];
  readonly names: readonly string[];
  readonly columns: readonly ChartColumn[];
  /** How many runs there would be without a limit. */
  readonly total: number;
};

export const EMPTY_TABLE: RunTable = { keys: [], ids: [], names: [], columns: [], total: 0 };
