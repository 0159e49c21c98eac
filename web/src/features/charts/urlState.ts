/** How charts are drawn, as the address says it. */
import type { SmoothKind } from "@/charts/smooth";
import type { SearchCodec } from "@/urlSearch";

export type XAxis = "step" | "relative" | "time";

export type ChartSettings = {
  readonly axis: XAxis;
  readonly logX: boolean;
  readonly logY: boolean;
  readonly smooth: SmoothKind;
  /** 0 to 1. */
  readonly amount: number;
  /** Outliers do not widen the y axis. */
  readonly clip: boolean;
  /** Forks show their ancestors' points. */
  readonly inherited: boolean;
  /** Only metrics whose name matches. */
  readonly filter: string;
};

const DEFAULTS: ChartSettings = {
  axis: "step",
  logX: false,
  logY: false,
  smooth: "ema",
  amount: 0,
  clip: false,
  inherited: true,
  filter: "",
};

const AXES: readonly XAxis[] = ["step", "relative", "time"];
const KINDS: readonly SmoothKind[] = ["ema", "gaussian", "none"];

export const chartCodec: SearchCodec<ChartSettings> = {
  decode: (search) => {
    const amount = Number(search["c.smooth"] ?? 0);
    return {
      axis: AXES.find((axis) => axis === search["c.x"]) ?? DEFAULTS.axis,
      logX: search["c.logx"] === "1",
      logY: search["c.logy"] === "1",
      smooth: KINDS.find((kind) => kind === search["c.kind"]) ?? DEFAULTS.smooth,
      amount: Number.isFinite(amount) ? Math.min(1, Math.max(0, amount)) : 0,
      clip: search["c.clip"] === "1",
      inherited: search["c.own"] !== "1",
      filter: search["c.find"] ?? "",
    };
  },
  encode: (state) => ({
    "c.x": state.axis === DEFAULTS.axis ? undefined : state.axis,
    "c.logx": state.logX ? "1" : undefined,
    "c.logy": state.logY ? "1" : undefined,
    "c.kind": state.smooth === DEFAULTS.smooth ? undefined : state.smooth,
    "c.smooth": state.amount === 0 ? undefined : String(state.amount),
    "c.clip": state.clip ? "1" : undefined,
    "c.own": state.inherited ? undefined : "1",
    "c.find": state.filter === "" ? undefined : state.filter,
  }),
};
