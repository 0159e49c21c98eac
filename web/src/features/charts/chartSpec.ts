/** Which metrics a chart shows, whoever asked for it. */
import type { AddedChart } from "./added";

export type ChartSpec = {
  /** Names it in the address. */
  readonly id: string;
  /** Names the pattern that made it among others: what is set for the pattern holds for all its charts. */
  readonly base?: string;
  /** Short, as its place allows; `label` in full. */
  readonly title: string;
  readonly label: string;
  readonly paths: readonly string[];
  /** How many metrics it would have without a limit. */
  readonly total: number;
  /** Who added it can take it away. */
  readonly added?: AddedChart;
};

/** Lines of one chart; the server answers as many series at once. */
export const MAX_LINES = 1000;
