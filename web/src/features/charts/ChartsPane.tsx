import type { ProjectRef } from "@/api/types";

/** A run as charts draw it. `color` is a CSS colour variable, `slot` its place in the palette (see ui/runColors). */
export type DrawnRun = {
  readonly key: number;
  readonly id: string;
  readonly name: string;
  readonly color: string;
  readonly slot: number;
};

export function ChartsPane(_props: { readonly project: ProjectRef; readonly runs: readonly DrawnRun[] }) {
  return null;
}
