/** All of the charts' state, as the address says it. */

import type { Range } from "@/charts/lines";
import { escapePath, splitAt, unescapePath } from "@/features/runs/columnCodec";
import type { SearchCodec } from "@/urlSearch";
import { type AddedChart, addedId, readAdded } from "./added";
import {
  type ChartSettings,
  type Override,
  readOverride,
  readSettings,
  writeOverride,
  writeSettings,
  ZOOM,
} from "./settings";

/** Which sections were opened, shut and put first by hand. */
export type Sectioning = {
  readonly open: readonly string[];
  readonly shut: readonly string[];
  readonly order: readonly string[];
};

export const SIZES = ["small", "medium", "large"] as const;
export type ChartSize = (typeof SIZES)[number];

export type ChartsState = {
  readonly settings: ChartSettings;
  readonly sectioning: Sectioning;
  /** Only metrics whose name matches. */
  readonly filter: string;
  readonly size: ChartSize;
  /** A zoom on x holds for all charts. */
  readonly sync: boolean;
  /** Charts in which the drawn runs have nothing are left out. */
  readonly hideEmpty: boolean;
  /** The common part of x while `sync` is on; null = everything. */
  readonly zoom: Range | null;
  /** The chart that fills the screen. */
  readonly full: string | null;
  readonly added: readonly AddedChart[];
  readonly overrides: Readonly<Record<string, Override>>;
};

export const chartCodec: SearchCodec<ChartsState> = {
  decode: (search) => ({
    settings: readSettings(search),
    sectioning: {
      open: namesOf(search["c.open"]),
      shut: namesOf(search["c.shut"]),
      order: namesOf(search["c.order"]),
    },
    filter: search["c.find"] ?? "",
    size: SIZES.find((size) => size === search["c.size"]) ?? "medium",
    sync: search["c.sync"] === "1",
    hideEmpty: search["c.empty"] !== "1",
    zoom: ZOOM.read(search["c.zoom"] ?? "") ?? null,
    full: search["c.full"] || null,
    added: partsOf(search["c.add"]).flatMap((text) => readAdded(text) ?? []),
    overrides: readOverrides(search["c.set"]),
  }),
  encode: (state) => ({
    ...writeSettings(state.settings),
    "c.open": textOf(state.sectioning.open),
    "c.shut": textOf(state.sectioning.shut),
    "c.order": textOf(state.sectioning.order),
    "c.find": state.filter || undefined,
    "c.size": state.size === "medium" ? undefined : state.size,
    "c.sync": state.sync ? "1" : undefined,
    "c.empty": state.hideEmpty ? undefined : "1",
    "c.zoom": state.zoom === null ? undefined : ZOOM.write(state.zoom),
    "c.full": state.full ?? undefined,
    "c.add": state.added.map(addedId).join() || undefined,
    "c.set": writeOverrides(state.overrides),
  }),
};

/** An empty name is a section too; it is written as a lone backslash-free dot, which no path consists of. */
const NO_NAME = ".";

const partsOf = (text: string | undefined): string[] => (text ? splitAt(text, ",") : []);
const namesOf = (text: string | undefined): string[] => [
  ...new Set(partsOf(text).map((part) => (part === NO_NAME ? "" : unescapePath(part)))),
];
const textOf = (names: readonly string[]): string | undefined =>
  names.map((name) => (name === "" ? NO_NAME : escapePath(name))).join() || undefined;

/** `id:name~value:…` of each chart; the id's own marks are escaped. */
function writeOverrides(overrides: Readonly<Record<string, Override>>): string | undefined {
  const parts = Object.entries(overrides).map(([id, override]) =>
    [id, ...writeOverride(override)].map(escapePath).join(":"),
  );
  return parts.join() || undefined;
}

function readOverrides(text: string | undefined): Record<string, Override> {
  const found: Record<string, Override> = {};
  for (const part of partsOf(text)) {
    const [id, ...rest] = splitAt(part, ":").map(unescapePath);
    const override = readOverride(rest);
    if (id && Object.keys(override).length > 0) found[id] = override;
  }
  return found;
}
