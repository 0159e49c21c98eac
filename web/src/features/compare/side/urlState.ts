/** The side-by-side table in the address. */
import type { AggregateName, SectionName } from "@/api/types";
import { escapePath, splitAt, unescapePath } from "@/features/runs/columnCodec";
import { AGGREGATES } from "@/features/runs/columns";
import type { SearchCodec } from "@/urlSearch";

export const SECTIONS: readonly SectionName[] = [
  "columns",
  "config",
  "metrics",
  "code",
  "packages",
  "system",
  "files",
  "run",
];

export type Direction = "up" | "down";

export type SideState = {
  /** Key of the pinned run; null = the first one. */
  readonly reference: number | null;
  readonly differing: boolean;
  readonly deltas: boolean;
  /** A regular expression. */
  readonly find: string;
  readonly aggregates: readonly AggregateName[];
  readonly closed: readonly SectionName[];
  /** Paths of which a higher, or a lower, value is better. */
  readonly up: readonly string[];
  readonly down: readonly string[];
};

const paths = (text: string | undefined): readonly string[] =>
  text ? splitAt(text, ",").filter(Boolean).map(unescapePath) : [];

const pathText = (found: readonly string[]): string | undefined =>
  found.length > 0 ? found.map(escapePath).join(",") : undefined;

function chosen<T extends string>(text: string | undefined, known: readonly T[]): readonly T[] {
  const words = new Set((text ?? "").split(","));
  return known.filter((word) => words.has(word));
}

export const sideCodec: SearchCodec<SideState> = {
  decode: (search) => {
    const reference = Number.parseInt(search["side.ref"] ?? "", 36);
    const aggregates = chosen(search["side.of"], AGGREGATES);
    return {
      reference: Number.isSafeInteger(reference) && reference >= 0 ? reference : null,
      differing: search["side.diff"] === "1",
      deltas: search["side.delta"] !== "0",
      find: search["side.find"] ?? "",
      aggregates: aggregates.length > 0 ? aggregates : ["last"],
      closed: chosen(search["side.closed"], SECTIONS),
      up: paths(search["side.up"]),
      down: paths(search["side.down"]),
    };
  },
  encode: (state) => ({
    "side.ref": state.reference === null ? undefined : state.reference.toString(36),
    "side.diff": state.differing ? "1" : undefined,
    "side.delta": state.deltas ? undefined : "0",
    "side.find": state.find || undefined,
    "side.of": state.aggregates.join() === "last" ? undefined : state.aggregates.join(),
    "side.closed": state.closed.length > 0 ? state.closed.join() : undefined,
    "side.up": pathText(state.up),
    "side.down": pathText(state.down),
  }),
};

/** The state with another direction for *path*. */
export const directed = (state: SideState, path: string, direction: Direction | null): SideState => ({
  ...state,
  up: [...state.up.filter((each) => each !== path), ...(direction === "up" ? [path] : [])],
  down: [...state.down.filter((each) => each !== path), ...(direction === "down" ? [path] : [])],
});
