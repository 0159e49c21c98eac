/** How a chart is drawn: the settings that all charts share, and that each may override; and their texts in the address. */
import type { GroupBand } from "@/charts/groupMeans";
import type { Range } from "@/charts/lines";
import type { SmoothKind } from "@/charts/smooth";

export type XAxis = "step" | "relative" | "time" | "metric";

export type ChartSettings = {
  readonly axis: XAxis;
  /** The metric on x while `axis` is "metric". */
  readonly xMetric: string;
  readonly logX: boolean;
  readonly logY: boolean;
  readonly smooth: SmoothKind;
  /** 0 to 1: how far smoothing reaches. */
  readonly amount: number;
  /** The unsmoothed line stays, faint. */
  readonly raw: boolean;
  /** Least and greatest value of each bucket. */
  readonly band: boolean;
  /** What stands around the mean of grouped runs. */
  readonly groupBand: GroupBand;
  /** Outliers do not widen the y axis. */
  readonly clip: boolean;
  /** Forks show their ancestors' points. */
  readonly inherited: boolean;
  /** Ends of the y axis; null = as the values want it. */
  readonly yMin: number | null;
  readonly yMax: number | null;
};

export const DEFAULTS: ChartSettings = {
  axis: "step",
  xMetric: "",
  logX: false,
  logY: false,
  smooth: "ema",
  amount: 0,
  raw: true,
  band: true,
  groupBand: "range",
  clip: false,
  inherited: true,
  yMin: null,
  yMax: null,
};

/** What one chart has of its own. */
export type Override = Partial<ChartSettings> & {
  readonly zoomX?: Range;
  readonly zoomY?: Range;
};

export const AXES: readonly XAxis[] = ["step", "relative", "time", "metric"];
export const SMOOTHINGS: readonly SmoothKind[] = ["ema", "gaussian", "average"];

export const GROUP_BANDS: readonly GroupBand[] = ["range", "std", "sem", "ci95", "none"];

type Field<T> = {
  readonly name: string;
  readonly write: (value: T) => string;
  /** undefined for a text that says nothing. */
  readonly read: (text: string) => T | undefined;
};

const flag = (name: string, yes = "1", no = "0"): Field<boolean> => ({
  name,
  write: (value) => (value ? yes : no),
  read: (text) => (text === yes ? true : text === no ? false : undefined),
});

const choice = <T extends string>(name: string, values: readonly T[]): Field<T> => ({
  name,
  write: (value) => value,
  read: (text) => values.find((each) => each === text),
});

const finite = (text: string): number | undefined => {
  const value = Number(text);
  return text.trim() !== "" && Number.isFinite(value) ? value : undefined;
};

const bound = (name: string): Field<number | null> => ({
  name,
  write: (value) => (value === null ? "auto" : String(value)),
  read: (text) => (text === "auto" ? null : finite(text)),
});

const range = (name: string): Field<Range> => ({
  name,
  write: (value) => value.join("~"),
  read: (text) => {
    const [a, b, ...more] = text.split("~").map(finite);
    return a !== undefined && b !== undefined && a < b && more.length === 0 ? [a, b] : undefined;
  },
});

type Fields<T> = { readonly [K in keyof T]-?: Field<Exclude<T[K], undefined>> };

export const SETTING_FIELDS: Fields<ChartSettings> = {
  axis: choice("x", AXES),
  xMetric: { name: "xm", write: (value) => value, read: (text) => text },
  logX: flag("logx"),
  logY: flag("logy"),
  smooth: choice("kind", SMOOTHINGS),
  amount: {
    name: "smooth",
    write: String,
    read: (text) => {
      const value = finite(text);
      return value === undefined ? undefined : Math.min(1, Math.max(0, value));
    },
  },
  raw: flag("raw"),
  band: flag("band"),
  groupBand: choice("gband", GROUP_BANDS),
  clip: flag("clip"),
  // Named after the exception: a fork's own points only.
  inherited: flag("own", "0", "1"),
  yMin: bound("ymin"),
  yMax: bound("ymax"),
};

export const ZOOM = range("zoom");

const OVERRIDE_FIELDS: Fields<Override> = {
  ...SETTING_FIELDS,
  zoomX: { ...ZOOM, name: "zx" },
  zoomY: { ...ZOOM, name: "zy" },
};

type AnyField = Field<unknown>;
const entries = Object.entries(OVERRIDE_FIELDS) as unknown as readonly (readonly [
  keyof Override,
  AnyField,
])[];

/** `name~value` of everything an override says. */
export const writeOverride = (override: Override): string[] =>
  entries.flatMap(([key, field]) =>
    override[key] === undefined ? [] : [`${field.name}~${field.write(override[key])}`],
  );

/** What was written; parts that say nothing are left out. */
export function readOverride(parts: readonly string[]): Override {
  const found: Record<string, unknown> = {};
  for (const part of parts) {
    const sign = part.indexOf("~");
    const entry = entries.find(([, field]) => field.name === part.slice(0, sign));
    const value = entry?.[1].read(part.slice(sign + 1));
    if (entry !== undefined && value !== undefined) found[entry[0]] = value;
  }
  return found;
}

const settingEntries = Object.entries(SETTING_FIELDS) as unknown as readonly (readonly [
  keyof ChartSettings,
  AnyField,
])[];

/** The settings as keys of the address, defaults left out. */
export const writeSettings = (settings: ChartSettings): Record<string, string | undefined> =>
  Object.fromEntries(
    settingEntries.map(([key, field]) => [
      `c.${field.name}`,
      settings[key] === DEFAULTS[key] ? undefined : field.write(settings[key]),
    ]),
  );

export function readSettings(search: Readonly<Record<string, string>>): ChartSettings {
  const found: Record<string, unknown> = { ...DEFAULTS };
  for (const [key, field] of settingEntries) {
    const text = search[`c.${field.name}`];
    const value = text === undefined ? undefined : field.read(text);
    if (value !== undefined) found[key] = value;
  }
  return found as ChartSettings;
}

/** Settings as one chart has them. */
export const applied = (settings: ChartSettings, override: Override | undefined): ChartSettings => ({
  ...settings,
  ...override,
});

/** The settings of a chart of that id, and beneath its own those of the pattern that made it. */
export const settingsOf = (
  settings: ChartSettings,
  overrides: Readonly<Record<string, Override>>,
  chart: { readonly id: string; readonly base?: string },
): ChartSettings =>
  applied(
    chart.base === undefined ? settings : applied(settings, unzoomed(overrides[chart.base])),
    overrides[chart.id],
  );

/** What an override says besides a zoom. */
export function unzoomed(override: Override | undefined): Override {
  const { zoomX: _x, zoomY: _y, ...kept } = override ?? {};
  return kept;
}

/** Whether a chart is drawn differently from the others; a zoom alone is no setting. */
export const isOverridden = (override: Override | undefined): boolean =>
  override !== undefined && Object.keys(override).some((key) => key !== "zoomX" && key !== "zoomY");

/** An override with a change; what is again as everywhere is dropped, and nothing at all becomes undefined. */
export function overridden(
  settings: ChartSettings,
  before: Override | undefined,
  change: Override,
): Override | undefined {
  const merged = Object.entries({ ...before, ...change }).filter(
    ([key, value]) => value !== undefined && value !== settings[key as keyof ChartSettings],
  );
  return merged.length > 0 ? (Object.fromEntries(merged) as Override) : undefined;
}

/** The charts, by what names them, that have another x axis than all. */
export const ownAxes = (
  common: Pick<ChartSettings, "axis" | "xMetric">,
  overrides: Readonly<Record<string, Override>>,
): readonly string[] =>
  Object.entries(overrides).flatMap(([id, { axis = common.axis, xMetric = common.xMetric }]) =>
    axis === common.axis && xMetric === common.xMetric ? [] : [id],
  );
