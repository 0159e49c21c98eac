/** The media view in the address. */
import type { SearchCodec } from "@/urlSearch";

/** One medium: a run and a step; step null for a single file. */
export type Pick = { readonly run: number; readonly step: number | null };

export type MediaState = {
  /** null = the first series of files. */
  readonly path: string | null;
  /** One step of all runs, or runs and steps. */
  readonly layout: "step" | "grid";
  /** null = the last one. */
  readonly step: number | null;
  /** The grid has every n-th step. */
  readonly every: number;
  /** Width of a picture in pixels. */
  readonly size: number;
  /** Pixels stay square when they are enlarged. */
  readonly crisp: boolean;
  /** What is laid over each other, two at most. */
  readonly picks: readonly Pick[];
};

export const SIZES = { least: 80, usual: 220, most: 640 } as const;
const MOST_EVERY = 1000;

function numberIn(text: string | undefined, low: number, high: number, usual: number): number {
  const value = text ? Number(text) : Number.NaN;
  return Number.isInteger(value) ? Math.min(high, Math.max(low, value)) : usual;
}

function stepOf(text: string | undefined): number | null {
  const value = text ? Number(text) : Number.NaN;
  return Number.isFinite(value) ? value : null;
}

function picksOf(text: string | undefined): readonly Pick[] {
  const found = (text ?? "").split(",").flatMap((part): Pick[] => {
    const [key, step] = part.split("@");
    const run = Number.parseInt(key ?? "", 36);
    return Number.isSafeInteger(run) && run >= 0 ? [{ run, step: stepOf(step) }] : [];
  });
  return found.slice(0, 2);
}

export const mediaCodec: SearchCodec<MediaState> = {
  decode: (search) => ({
    path: search["med.path"] || null,
    layout: search["med.as"] === "grid" ? "grid" : "step",
    step: stepOf(search["med.step"]),
    every: numberIn(search["med.every"], 1, MOST_EVERY, 1),
    size: numberIn(search["med.size"], SIZES.least, SIZES.most, SIZES.usual),
    crisp: search["med.crisp"] === "1",
    picks: picksOf(search["med.pair"]),
  }),
  encode: (state) => ({
    "med.path": state.path ?? undefined,
    "med.as": state.layout === "step" ? undefined : state.layout,
    "med.step": state.step === null ? undefined : String(state.step),
    "med.every": state.every === 1 ? undefined : String(state.every),
    "med.size": state.size === SIZES.usual ? undefined : String(state.size),
    "med.crisp": state.crisp ? "1" : undefined,
    "med.pair":
      state.picks.length === 0
        ? undefined
        : state.picks
            .map((pick) => `${pick.run.toString(36)}${pick.step === null ? "" : `@${pick.step}`}`)
            .join(),
  }),
};

export const samePick = (a: Pick, b: Pick): boolean => a.run === b.run && a.step === b.step;

/** Takes a medium into the pair, or out of it; a third one replaces the second. */
export const togglePick = (picks: readonly Pick[], pick: Pick): readonly Pick[] =>
  picks.some((each) => samePick(each, pick))
    ? picks.filter((each) => !samePick(each, pick))
    : [...picks.slice(0, 1), pick];
