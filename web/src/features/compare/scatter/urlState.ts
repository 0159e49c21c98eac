/** The scatter chart in the address. */
import type { Aim } from "@/charts/scatter/frame";
import { encodeColumn } from "@/features/runs/columnCodec";
import type { ColumnSpec } from "@/features/runs/columns";
import type { SearchCodec } from "@/urlSearch";
import { columnOf } from "../urlState";

export type ScatterState = {
  /** null = chosen automatically: the parameter that says most about the metric. */
  readonly x: ColumnSpec | null;
  /** null = the metric. */
  readonly y: ColumnSpec | null;
  /** null = each run in its own colour. */
  readonly color: ColumnSpec | null;
  readonly size: ColumnSpec | null;
  /** null = where the numbers ask for it. */
  readonly logX: boolean | null;
  readonly logY: boolean | null;
  /** What is best on x and y: the front of the runs that none beats is drawn. */
  readonly front: readonly [Aim, Aim] | null;
};

const column = (found: ColumnSpec | null): string | undefined =>
  found === null ? undefined : encodeColumn(found);
const flag = (text: string | undefined): boolean | null =>
  text === "1" ? true : text === "0" ? false : null;
const mark = (found: boolean | null): string | undefined => (found === null ? undefined : found ? "1" : "0");
const AIMS: readonly Aim[] = ["low", "high"];

function frontOf(text: string | undefined): readonly [Aim, Aim] | null {
  const [x, y] = (text ?? "").split(",").map((word) => AIMS.find((aim) => aim === word));
  return x && y ? [x, y] : null;
}

export const scatterCodec: SearchCodec<ScatterState> = {
  decode: (search) => ({
    x: columnOf(search["sca.x"]),
    y: columnOf(search["sca.y"]),
    color: columnOf(search["sca.color"]),
    size: columnOf(search["sca.size"]),
    logX: flag(search["sca.logx"]),
    logY: flag(search["sca.logy"]),
    front: frontOf(search["sca.front"]),
  }),
  encode: (state) => ({
    "sca.x": column(state.x),
    "sca.y": column(state.y),
    "sca.color": column(state.color),
    "sca.size": column(state.size),
    "sca.logx": mark(state.logX),
    "sca.logy": mark(state.logY),
    "sca.front": state.front === null ? undefined : state.front.join(),
  }),
};
