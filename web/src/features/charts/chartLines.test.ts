import { Float64, Table, tableToIPC, vectorFromArray } from "apache-arrow";
import { describe, expect, it } from "vitest";
import type { DrawnRun } from "@/features/runs/drawnRun";
import { decodeLines, linesQuery, seriesOf } from "./chartLines";
import { DEFAULTS } from "./settings";

const run = (key: number): DrawnRun => ({ key, id: `R-${key}`, name: `run ${key}`, color: "", slot: key });
const project = { workspace: "default", name: "p" };

describe("lines from Arrow", () => {
  it("belong to their series; what is not finite is counted at its place", async () => {
    const table = new Table({
      series: vectorFromArray(Int32Array.of(0, 0, 2)),
      x: vectorFromArray(Float64Array.of(1, 2, 7)),
      min: vectorFromArray([1, null, 3], new Float64()),
      max: vectorFromArray([1, null, 3], new Float64()),
      mean: vectorFromArray([1, null, 3], new Float64()),
      count: vectorFromArray(Uint32Array.of(1, 4, 1)),
      nan: vectorFromArray(Uint32Array.of(0, 3, 0)),
      pos_inf: vectorFromArray(Uint32Array.of(0, 1, 0)),
      neg_inf: vectorFromArray(Uint32Array.of(0, 0, 0)),
    });
    table.schema.metadata.set(
      "trireme",
      JSON.stringify({ series: [{ total: 5, raw: false, unplaced: 2 }, {}, { total: 1, raw: true }] }),
    );
    const bytes = tableToIPC(table, "stream");
    const series = [1, 2, 3].map((key) => ({ run: run(key), path: "loss", number: 0 }));
    const [first, second, third] = await decodeLines(bytes.slice().buffer as ArrayBuffer, series, false);
    expect([...(first?.mean ?? [])]).toEqual([1, Number.NaN]);
    expect(first?.odd).toEqual([{ index: 1, nan: 3, posInf: 1, negInf: 0 }]);
    expect([first?.total, first?.unplaced, first?.raw]).toEqual([5, 2, false]);
    expect([second?.x.length, third?.x.length, third?.raw]).toEqual([0, 1, true]);
  });
  it("are asked for up to a thousand, and not without a metric on x", () => {
    const runs = Array.from({ length: 400 }, (_, key) => run(key));
    expect(seriesOf(runs, ["a", "b", "c"]).length).toBe(1000);
    const over = linesQuery(project, { paths: ["a"] }, runs, { ...DEFAULTS, axis: "metric" }, null);
    expect(over.enabled).toBe(false);
  });
});
