/** Lines of runs that belong together as one line: their mean, and as its band what lies between the least and the greatest of them. */
import { type Line, lowerBound, type Range, xExtent } from "./lines";

export type LineGroup = { readonly id: string; readonly label: string; readonly slot: number };

const PLACES = 500;

/** `groupOf` a line; lines without one stay as they are. Groups come where their first line stood. */
export function groupMeans(
  lines: readonly Line[],
  groupOf: (line: Line) => LineGroup | undefined,
  logX: boolean,
): Line[] {
  const groups = new Map<string, { group: LineGroup; members: Line[] }>();
  const order: (Line | string)[] = [];
  for (const line of lines) {
    const group = groupOf(line);
    if (group === undefined) {
      order.push(line);
      continue;
    }
    const key = `${group.id}\n${line.path}`;
    const found = groups.get(key);
    if (found !== undefined) found.members.push(line);
    else {
      groups.set(key, { group, members: [line] });
      order.push(key);
    }
  }
  return order.flatMap((each) => {
    if (typeof each !== "string") return [each];
    const { group, members } = groups.get(each) as { group: LineGroup; members: Line[] };
    return [meanOf(group, members, logX)];
  });
}

function meanOf(group: LineGroup, members: readonly Line[], logX: boolean): Line {
  const extent = xExtent(members) ?? [0, 0];
  const x = placesOf(members, extent, logX);
  const sums = new Float64Array(x.length);
  const min = new Float64Array(x.length).fill(Number.POSITIVE_INFINITY);
  const max = new Float64Array(x.length).fill(Number.NEGATIVE_INFINITY);
  const count = new Uint32Array(x.length);
  for (const line of members) {
    for (let i = 0; i < x.length; i++) {
      const at = x[i] as number;
      const mean = valueAt(line, line.mean, at);
      if (!Number.isFinite(mean)) continue;
      sums[i] = (sums[i] as number) + mean;
      count[i] = (count[i] as number) + 1;
      min[i] = Math.min(min[i] as number, valueAt(line, line.min, at));
      max[i] = Math.max(max[i] as number, valueAt(line, line.max, at));
    }
  }
  const first = members[0] as Line;
  const none = (values: Float64Array) =>
    values.map((value, i) => ((count[i] as number) > 0 ? value : Number.NaN));
  return {
    id: `${group.id}\n${first.path}`,
    runs: members.flatMap((line) => line.runs),
    name: group.label,
    path: first.path,
    slot: group.slot,
    dash: first.dash,
    mark: null,
    x,
    mean: sums.map((sum, i) => sum / (count[i] as number)),
    min: none(min),
    max: none(max),
    count,
    odd: [],
    total: members.reduce((sum, line) => sum + line.total, 0),
    unplaced: members.reduce((sum, line) => sum + line.unplaced, 0),
    raw: false,
  };
}

/** Where the mean is taken: where the members' points are if those are the same, else evenly spread. */
function placesOf(members: readonly Line[], [low, high]: Range, logX: boolean): Float64Array {
  const first = (members[0] as Line).x;
  const same = members.every(
    ({ x }) => x.length === first.length && x.every((value, i) => value === first[i]),
  );
  if (same) return first;
  const log = logX && low > 0;
  return Float64Array.from({ length: PLACES }, (_, i) => {
    const share = i / (PLACES - 1);
    return log ? low * (high / low) ** share : low + (high - low) * share;
  });
}

/** The value of a line at a place between its points; NaN outside. */
export function valueAt(line: Line, values: Float64Array, at: number): number {
  const { x } = line;
  const after = lowerBound(x, at);
  if (after >= x.length) return Number.NaN;
  const right = values[after] as number;
  if (x[after] === at) return right;
  if (after === 0) return Number.NaN;
  const left = values[after - 1] as number;
  const [a, b] = [x[after - 1] as number, x[after] as number];
  return left + (right - left) * ((at - a) / (b - a));
}
