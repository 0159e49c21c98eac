"""Reads back what train.py logged. Arguments: the ids of the parent and of the final run."""

import hashlib
import json
import math
import pathlib
import sys

import mlflow
from mlflow import MlflowClient
from sklearn.datasets import load_iris


def main() -> None:
    parent, final = sys.argv[1:3]
    client = MlflowClient()
    experiment = client.get_experiment_by_name("iris/flowers")
    frame = mlflow.search_runs(experiment_names=["iris/flowers"], order_by=["metrics.training_score DESC"])
    some = mlflow.search_runs(
        experiment_names=["iris/flowers"],
        filter_string="tags.team = 'blue' AND metrics.best < 0.3 AND params.optimizer LIKE 's%' AND attributes.status = 'FINISHED'",
    )
    children = client.search_runs([experiment.experiment_id], f"tags.mlflow.parentRunId = '{parent}'", order_by=["params.C DESC"])
    run = client.get_run(parent)
    history = client.get_metric_history(parent, "train/loss")
    weights = client.download_artifacts(parent, "model files/weights é +.bin")
    version = client.get_model_version_by_alias("iris", "champion")
    x, _ = load_iris(return_X_y=True)
    found = {
        "columns": sorted(
            c for c in frame.columns if c in ("params.C", "metrics.training_score", "tags.team", "metrics.train/loss")
        ),
        "rows": len(frame),
        "some": some["run_id"].tolist() == [parent],
        "children": [child.info.run_name for child in children],
        "status": run.info.status,
        "name": run.info.run_name,
        "note": run.data.tags["mlflow.note.content"],
        "params": {key: run.data.params[key] for key in ("optimizer", "depth")},
        "nan": math.isnan(run.data.metrics["odd"]),
        "last": run.data.metrics["train/loss"],
        "history": [[point.step, point.value] for point in history] == [[step, 1 / (step + 1)] for step in range(120)],
        "artifacts": [file.path for file in client.list_artifacts(parent)],
        "weights": hashlib.sha256(pathlib.Path(weights).read_bytes()).hexdigest(),
        "version": [version.version, version.run_id == final, version.tags, list(version.aliases)],
        "predicted": mlflow.pyfunc.load_model("models:/iris@champion").predict(x[:5]).tolist(),
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
