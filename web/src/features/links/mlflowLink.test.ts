import { describe, expect, it } from "vitest";
import { mlflowLink } from "./mlflowLink";

describe("links of MLflow's pages", () => {
  it.each([
    ["#/experiments/7", { kind: "experiment", id: "7", traces: false }],
    ["#/experiments/7/runs/abc", { kind: "run", id: "abc", files: false }],
    ["#/experiments/7/runs/abc/artifacts/model", { kind: "run", id: "abc", files: true }],
    ["#/experiments/7/traces", { kind: "experiment", id: "7", traces: true }],
    ["#/experiments/7/traces?selectedEvaluationId=tr-1", { kind: "trace", experiment: "7", id: "tr-1" }],
    ["#/experiments/7/evaluation-runs?selectedRunUuid=abc", { kind: "run", id: "abc", files: false }],
    ["#/experiments/7/models/m-1", { kind: "experiment", id: "7", traces: false }],
    ["#/models", { kind: "models" }],
    ["#/models/a%20b%C3%A9", { kind: "model", name: "a bé" }],
    ["#/models/100%", { kind: "model", name: "100%" }],
    ["#/models/iris/versions/2", { kind: "version", name: "iris", version: "2" }],
    ["#/prompts/summarise", { kind: "model", name: "summarise" }],
  ])("%s", (hash, link) => {
    expect(mlflowLink(hash)).toEqual(link);
  });

  it.each(["", "#", "#content", "#/", "#/elsewhere/1", "#/experiments"])("are not: %s", (hash) => {
    expect(mlflowLink(hash)).toBeNull();
  });
});
