"""A store as its users leave it: what `trireme import mlflow` must bring over."""

import math
import pathlib

import mlflow
from mlflow import MlflowClient
from mlflow.entities import Metric, Param, RunTag

THREE = mlflow.__version__.startswith("3")


def seed(points: int) -> None:
    """Fill the store. *points* is how many the long metric has."""
    pathlib.Path("parts/deep").mkdir(parents=True, exist_ok=True)
    pathlib.Path("parts/MLmodel").write_text("flavors: {}\n")
    pathlib.Path("parts/deep/model.bin").write_bytes(b"\x00\x01" * 5000)
    client = MlflowClient()
    mlflow.set_experiment("iris/flowers")
    mlflow.set_experiment_tag("team", "blue ü")
    with mlflow.start_run(run_name="parent é", description="all *of* it") as parent:
        mlflow.log_params({"optimizer": "sgd", "depth": 3, "long": "ü\n" * 100, "group/rate": 0.1})
        mlflow.set_tags({"stage": "try", "odd tag": "=", "a/b": "c"})
        for name, value in (("nan", math.nan), ("up", math.inf), ("down", -math.inf), ("tiny", 5e-324), ("big", 1.7e308)):
            mlflow.log_metric(name, value, step=-3)
        mlflow.log_metric("train/loss", 0.25, step=9)
        long = [Metric("long", math.sin(n / 50), 1_700_000_000_000 + n, n // 2) for n in range(points)]
        for start in range(0, len(long), 1000):
            client.log_batch(parent.info.run_id, metrics=long[start : start + 1000])
        mlflow.log_dict({"a": [1, 2]}, "notes/settings.json")
        pathlib.Path("weights é +.bin").write_bytes(bytes(range(256)) * 400)
        mlflow.log_artifact("weights é +.bin", "model files")
        pathlib.Path("empty.txt").write_bytes(b"")
        mlflow.log_artifact("empty.txt")
        with mlflow.start_run(run_name="child", nested=True) as child:
            mlflow.log_metrics({"acc": 0.5}, step=0)
            mlflow.log_metrics({"acc": 0.75}, step=1)
        data = mlflow.data.meta_dataset.MetaDataset(
            mlflow.data.http_dataset_source.HTTPDatasetSource("http://example.org/flowers.csv"), name="flowers", digest="0a1b2c"
        )
        mlflow.log_input(data, context="training", tags={"rows": "150"})
    failed = client.create_run(
        parent.info.experiment_id, start_time=1_600_000_000_123, run_name="failed", tags={"mlflow.user": "ada"}
    )
    client.log_batch(failed.info.run_id, params=[Param("p", "")], tags=[RunTag("t", "")])
    client.set_terminated(failed.info.run_id, "FAILED", 1_600_000_060_456)
    gone = client.create_run(parent.info.experiment_id, run_name="gone")
    client.log_metric(gone.info.run_id, "m", 1.5)
    client.delete_run(gone.info.run_id)
    running = client.create_run(parent.info.experiment_id, run_name="running")
    client.log_metric(running.info.run_id, "m", 2.5, timestamp=5, step=3)
    trash = client.create_experiment("old things", tags={"x": "y"})
    client.create_run(trash, run_name="in trash")
    client.delete_experiment(trash)
    client.create_experiment("/Users/ada/empty")
    models(client, parent.info.run_id, child.info.run_id)
    if THREE:
        traces()
    if THREE and mlflow.get_tracking_uri().startswith("http"):  # folders have none of these
        evaluation(client, parent.info.experiment_id)


def models(client: MlflowClient, parent: str, child: str) -> None:
    """A registered model with three versions, one of them deleted, a prompt, and logged models."""
    pathlib.Path("MLmodel").write_text("flavors: {}\n")
    client.log_artifact(parent, "MLmodel", "model")
    client.create_registered_model("iris", tags={"area": "plants"}, description="Which *iris* it is")
    for number in (1, 2, 3):
        root = client.get_run(parent).info.artifact_uri
        client.create_model_version("iris", f"{root}/model", parent, tags={"n": str(number)}, description=f"version {number}")
    client.delete_model_version("iris", "2")
    client.set_registered_model_alias("iris", "champion", "3")
    client.set_registered_model_alias("iris", "old-one", "1")
    client.transition_model_version_stage("iris", "1", "Production")
    client.create_registered_model("nothing yet")
    if not THREE:
        return
    from mlflow.entities import LoggedModelInput, LoggedModelOutput, LoggedModelStatus

    experiment = client.get_run(parent).info.experiment_id
    made = client.create_logged_model(
        experiment, name="forest", source_run_id=parent, params={"trees": "10"}, tags={"a": "b"}, model_type="sk"
    )
    client.log_model_artifacts(made.model_id, str(pathlib.Path("MLmodel").parent.resolve() / "parts"))
    client.log_metric(child, "acc", 0.875, step=5, timestamp=1_700_000_000_000, model_id=made.model_id)
    client.finalize_logged_model(made.model_id, LoggedModelStatus.READY)
    client.log_outputs(parent, [LoggedModelOutput(made.model_id, 4)])
    client.log_inputs(child, models=[LoggedModelInput(made.model_id)])
    client.create_model_version("nothing yet", f"models:/{made.model_id}", model_id=made.model_id)
    mlflow.genai.register_prompt("greeting", "Hello {{name}}", commit_message="first")


def evaluation(client: MlflowClient, experiment: str) -> None:
    """An evaluation data set with records, and a scorer with two versions."""
    made = mlflow.genai.datasets.create_dataset(name="questions é", experiment_id=[experiment], tags={"a": "b"})
    made.merge_records(
        [
            {"inputs": {"q": "ü"}, "expectations": {"answer": [1, None]}, "tags": {"n": "1"}},
            {"inputs": {"q": 2}, "outputs": "text"},
        ]
    )
    for number in (1, 2):
        client._tracking_client.store.register_scorer(experiment, "tone", f'{{"name": "tone", "n": {number}}}')


def traces() -> None:
    """Traces with nested spans, an error and an assessment."""
    mlflow.set_experiment("talk")

    @mlflow.trace(span_type="TOOL")
    def look(x: int) -> int:
        if x > 1:
            raise ValueError("too much")
        return x + 1

    @mlflow.trace
    def ask(x: int) -> int:
        mlflow.update_current_trace(tags={"who": "ada"})
        return look(x) * 2

    ask(1)
    first = mlflow.get_last_active_trace_id()
    try:
        ask(2)
    except ValueError:
        pass
    mlflow.flush_trace_async_logging()
    mlflow.log_feedback(
        trace_id=first, name="good", value=True, rationale="it is", source=mlflow.entities.AssessmentSource("HUMAN", "ada")
    )
