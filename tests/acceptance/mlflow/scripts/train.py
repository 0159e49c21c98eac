"""A training job as an MLflow user writes it: autologging, a nested run, artifacts, a registered model. Prints what it knows."""

import json
import math
import pathlib

import mlflow
from mlflow import MlflowClient
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression


def main() -> None:
    mlflow.set_experiment("iris/flowers")
    mlflow.sklearn.autolog(log_models=False)
    x, y = load_iris(return_X_y=True)
    with mlflow.start_run(run_name="parent", description="all of it") as parent:
        mlflow.set_tags({"team": "blue", "stage": "try"})
        for rate in (0.1, 1.0):
            with mlflow.start_run(run_name=f"c-{rate}", nested=True):
                LogisticRegression(C=rate, max_iter=500).fit(x, y)
        for step in range(120):
            mlflow.log_metric("train/loss", 1 / (step + 1), step=step)
        mlflow.log_metrics({"odd": math.nan, "best": 0.25}, step=7)
        mlflow.log_params({"optimizer": "sgd", "depth": 3})
        mlflow.log_dict({"a": [1, 2]}, "notes/settings.json")
        pathlib.Path("weights é +.bin").write_bytes(bytes(range(256)) * 400)
        mlflow.log_artifact("weights é +.bin", "model files")
    mlflow.sklearn.autolog(disable=True)
    model = LogisticRegression(max_iter=500).fit(x, y)
    with mlflow.start_run(run_name="final") as final:
        where = {"name": "model"} if mlflow.__version__.startswith("3") else {"artifact_path": "model"}
        mlflow.sklearn.log_model(model, registered_model_name="iris", pip_requirements=["scikit-learn"], **where)
    client = MlflowClient()
    client.set_registered_model_alias("iris", "champion", "1")
    client.set_model_version_tag("iris", "1", "checked", "yes")
    print(json.dumps({"parent": parent.info.run_id, "final": final.info.run_id, "expected": model.predict(x[:5]).tolist()}))


if __name__ == "__main__":
    main()
