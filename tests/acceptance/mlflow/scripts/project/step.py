"""The step of an MLflow project: the run was made by `mlflow run`, and is found by the environment alone."""

import sys

import mlflow


def main() -> None:
    with mlflow.start_run():
        mlflow.log_metric("error", 1 - float(sys.argv[1]))
        mlflow.log_text("done", "state.txt")


if __name__ == "__main__":
    main()
