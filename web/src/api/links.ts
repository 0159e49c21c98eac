import { queryOptions } from "@tanstack/react-query";
import { answer, api } from "./client";

/** The project, or the run, that MLflow knows by an id. */
export const mlflowPlaceQuery = (kind: "experiment" | "run", id: string) =>
  queryOptions({
    queryKey: ["mlflow-link", kind, id],
    queryFn: ({ signal }) =>
      kind === "run"
        ? answer(api.GET("/api/v1/mlflow-links/runs/{run}", { params: { path: { run: id } }, signal }))
        : answer(
            api.GET("/api/v1/mlflow-links/experiments/{experiment}", {
              params: { path: { experiment: id } },
              signal,
            }),
          ),
  });
