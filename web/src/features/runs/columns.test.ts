import { expect, it } from "vitest";
import type { AttributeName } from "@/api/types";
import { automaticColumns, columnTitle } from "./columns";

const series = (path: string): AttributeName => ({ path, type: "float_series" });

it("validation metrics and well-known parameters come first, the machine's series never", () => {
  const columns = automaticColumns(
    ["grad/norm", "system/host/cpu", "train/loss", "val/accuracy", "val/loss", "val/misc"].map(series),
    [
      { path: "params/zeta", type: "float" },
      { path: "params/lr", type: "float" },
      { path: "params/deep/down/lr", type: "float" },
      { path: "params/optimizer", type: "string" },
      { path: "params/batch_size", type: "int" },
      { path: "params/when", type: "datetime" },
    ],
  ).map((column) => column.path);
  expect(columns.filter((path) => !path.startsWith("sys/"))).toEqual([
    "val/accuracy",
    "val/loss",
    "val/misc",
    "params/batch_size",
    "params/lr",
    "params/optimizer",
    "params/deep/down/lr",
  ]);
  expect(columns.slice(0, 3)).toEqual(["sys/state", "sys/creation_time", "sys/running_time_seconds"]);
});

it("a parameter of two types has one column", () => {
  const dropout = automaticColumns(
    [],
    [
      { path: "params/dropout", type: "float" },
      { path: "params/dropout", type: "int" },
    ],
  ).filter(({ path }) => path === "params/dropout");
  expect(dropout).toEqual([{ path: "params/dropout" }]);
});

it("an empty project has the system's columns", () => {
  expect(automaticColumns([], []).every((column) => column.path.startsWith("sys/"))).toBe(true);
});

it("titles show the end of the path", () => {
  expect(columnTitle({ path: "metrics/val/loss" })).toEqual({ prefix: "metrics/val/", title: "loss" });
  expect(columnTitle({ path: "sys/creation_time" }).title).toBe("Created");
  expect(columnTitle({ path: "plain" })).toEqual({ prefix: "", title: "plain" });
});
