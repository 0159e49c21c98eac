/** The groups of a parameter as a small chart: where the middle half of the metric lies for each of its values. */
import type { Parameter, ParameterGroup } from "@/api/types";
import { formatNumber } from "@/ui/format";

export type GroupBox = {
  readonly label: string;
  readonly runs: number;
  /** Shares of the common range; null where no run has a finite metric. */
  readonly low: number | null;
  readonly middle: number | null;
  readonly high: number | null;
  readonly median: number | null;
};

export type GroupBoxes = {
  readonly boxes: readonly GroupBox[];
  readonly range: readonly [number, number] | null;
};

/** "adam", "3", "0.001 – 0.01". */
export function groupLabel(group: ParameterGroup): string {
  if (group.label !== null) return group.label === "" ? "(empty)" : group.label;
  const low = formatNumber(group.low, 3);
  return group.low === group.high ? low : `${low} – ${formatNumber(group.high, 3)}`;
}

export function groupBoxes(parameter: Parameter): GroupBoxes {
  const ends = parameter.groups.flatMap((group) =>
    group.quartiles ? [group.quartiles[0] as number, group.quartiles[2] as number] : [],
  );
  if (ends.length === 0)
    return {
      boxes: parameter.groups.map((group) => ({ ...nothing, label: groupLabel(group), runs: group.runs })),
      range: null,
    };
  const low = Math.min(...ends);
  const span = Math.max(...ends) - low || 1;
  const share = (value: number | undefined) => (value === undefined ? null : (value - low) / span);
  const boxes = parameter.groups.map(
    (group): GroupBox => ({
      label: groupLabel(group),
      runs: group.runs,
      low: share(group.quartiles?.[0]),
      middle: share(group.quartiles?.[1]),
      high: share(group.quartiles?.[2]),
      median: group.quartiles?.[1] ?? null,
    }),
  );
  return { boxes, range: [low, low + span] };
}

const nothing = { low: null, middle: null, high: null, median: null } as const;
