/** Lines of runs that belong together as one line: the mean of the runs that have a value at each place, and a band that says how far they differ. */
import { type Line, lowerBound, type OddBucket, type Range, xExtent } from "./lines";
import { studentT975 } from "./studentT";

export type LineGroup = { readonly id: string; readonly label: string; readonly slot: number };

/**
 * What the band of a mean says: from the least to the greatest value of its runs; one standard deviation of the runs (of a sample, n - 1)
 * or one standard error of the mean to either side; where the mean lies with 95 % confidence (Student's t); or nothing.
 */
export type GroupBand = "range" | "std" | "sem" | "ci95" | "none";

/** More places than these are not drawn: then they are spread evenly. */
const MOST_PLACES = 2500;
const EVEN_PLACES = 1000;

export type GroupOptions = { readonly logX: boolean; readonly band: GroupBand };

/** `groupOf` a line; lines without one stay as they are. Groups come where their first line stood. */
export function groupMeans(
  lines: readonly Line[],
  groupOf: (line: Line) => LineGroup | undefined,
  options: GroupOptions,
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
    return [meanOf(group, members, options)];
  });
}

function meanOf(group: LineGroup, members: readonly Line[], { logX, band }: GroupOptions): Line {
  const x = placesOf(members, logX);
  const length = x.length;
  const mean = new Float64Array(length);
  /** Sums of squared distances from the mean, kept as values come (Welford). */
  const squares = new Float64Array(length);
  const min = new Float64Array(length).fill(Number.POSITIVE_INFINITY);
  const max = new Float64Array(length).fill(Number.NEGATIVE_INFINITY);
  const count = new Uint32Array(length);
  for (const line of members) {
    const { x: own } = line;
    let after = 0;
    for (let i = 0; i < length; i++) {
      const place = x[i] as number;
      while (after < own.length && (own[after] as number) < place) after++;
      // A run that has ended, or has not begun, has no value here.
      if (after >= own.length) break;
      const right = own[after] as number;
      if (after === 0 && right !== place) continue;
      // On the straight line from `before` to `after`.
      const before = right === place ? after : after - 1;
      const left = own[before] as number;
      const share = right === left ? 0 : (place - left) / (right - left);
      const value = between(line.mean, before, after, share);
      if (!Number.isFinite(value)) continue;
      const n = (count[i] as number) + 1;
      const old = mean[i] as number;
      const next = old + (value - old) / n;
      count[i] = n;
      mean[i] = next;
      squares[i] = (squares[i] as number) + (value - old) * (value - next);
      const low = between(line.min, before, after, share);
      const high = between(line.max, before, after, share);
      if (low < (min[i] as number)) min[i] = low;
      if (high > (max[i] as number)) max[i] = high;
    }
  }
  for (let i = 0; i < length; i++) if (count[i] === 0) mean[i] = min[i] = max[i] = Number.NaN;
  const first = members[0] as Line;
  return {
    id: `${group.id}\n${first.path}`,
    runs: members.flatMap((line) => line.runs),
    name: group.label,
    path: first.path,
    slot: group.slot,
    dash: first.dash,
    mark: null,
    x,
    mean,
    min,
    max,
    count,
    group: { band, ...spreadOf(band, { mean, squares, min, max, count }) },
    odd: oddOf(members, x),
    total: members.reduce((sum, line) => sum + line.total, 0),
    unplaced: members.reduce((sum, line) => sum + line.unplaced, 0),
    raw: false,
  };
}

type Sums = {
  readonly mean: Float64Array;
  readonly squares: Float64Array;
  readonly min: Float64Array;
  readonly max: Float64Array;
  readonly count: Uint32Array;
};

/** The edges of the band; NaN where a single run says nothing about how runs differ. */
function spreadOf(band: GroupBand, sums: Sums): { readonly low: Float64Array; readonly high: Float64Array } {
  if (band === "range") return { low: sums.min, high: sums.max };
  const half = sums.mean.map((_, i) => halfWidth(band, sums.squares[i] as number, sums.count[i] as number));
  return {
    low: sums.mean.map((value, i) => value - (half[i] as number)),
    high: sums.mean.map((value, i) => value + (half[i] as number)),
  };
}

function halfWidth(band: GroupBand, squares: number, count: number): number {
  if (band === "none" || count < 2) return Number.NaN;
  const deviation = Math.sqrt(squares / (count - 1));
  if (band === "std") return deviation;
  const error = deviation / Math.sqrt(count);
  return band === "sem" ? error : error * studentT975(count - 1);
}

/** Where the mean is taken: wherever a member has a point, as long as those are not too many; else evenly spread. */
function placesOf(members: readonly Line[], logX: boolean): Float64Array {
  const first = (members[0] as Line).x;
  if (members.every(({ x }) => x.length === first.length && x.every((value, i) => value === first[i])))
    return first;
  const all = new Float64Array(members.reduce((sum, { x }) => sum + x.length, 0));
  let filled = 0;
  for (const { x } of members) {
    all.set(x, filled);
    filled += x.length;
  }
  all.sort();
  let unique = 0;
  for (const value of all) if (unique === 0 || value !== all[unique - 1]) all[unique++] = value;
  if (unique <= MOST_PLACES) return all.slice(0, unique);
  const [low, high] = xExtent(members) as Range;
  const log = logX && low > 0;
  return Float64Array.from({ length: EVEN_PLACES }, (_, i) => {
    const share = i / (EVEN_PLACES - 1);
    return log ? low * (high / low) ** share : low + (high - low) * share;
  });
}

function between(values: Float64Array, before: number, after: number, share: number): number {
  const left = values[before] as number;
  return share === 0 ? left : left + ((values[after] as number) - left) * share;
}

/** What is not finite in a member, at the place next to it. */
function oddOf(members: readonly Line[], x: Float64Array): OddBucket[] {
  const found = new Map<number, OddBucket>();
  for (const line of members)
    for (const odd of line.odd) {
      const index = Math.min(x.length - 1, lowerBound(x, line.x[odd.index] as number));
      const before = found.get(index) ?? { index, nan: 0, posInf: 0, negInf: 0 };
      found.set(index, {
        index,
        nan: before.nan + odd.nan,
        posInf: before.posInf + odd.posInf,
        negInf: before.negInf + odd.negInf,
      });
    }
  return [...found.values()].sort((a, b) => a.index - b.index);
}
