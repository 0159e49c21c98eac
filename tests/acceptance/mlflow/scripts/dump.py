"""Everything that MLflow's client sees of a store, as JSON without what must differ: where things are.

Arguments: the file for it; how many points a long metric has, if the store is to be filled first.
"""

import hashlib
import json
import pathlib
import sys
import tempfile
from typing import Any

import mlflow
from mlflow import MlflowClient
from mlflow.entities import ViewType

THREE = mlflow.__version__.startswith("3")


def main() -> None:
    if len(sys.argv) > 2:
        from seed import seed

        seed(int(sys.argv[2]))
    client = MlflowClient()
    experiments = sorted(client.search_experiments(view_type=ViewType.ALL), key=lambda e: e.experiment_id)
    found: dict[str, Any] = {"experiments": {}, "runs": {}, "models": {}, "logged": {}, "traces": {}}
    for one in experiments:
        about = [one.name, one.lifecycle_stage, one.creation_time, one.last_update_time, one.tags]
        if one.experiment_id != "0":
            found["experiments"][one.experiment_id] = about
        for run in client.search_runs([one.experiment_id], run_view_type=ViewType.ALL):
            found["runs"][run.info.run_id] = of_run(client, client.get_run(run.info.run_id))
        if THREE and one.lifecycle_stage == "active":
            for model in client.search_logged_models([one.experiment_id]):
                found["logged"][model.model_id] = of_model(model)
            for trace in client.search_traces(locations=[one.experiment_id]):
                found["traces"][trace.info.trace_id] = of_trace(trace)
    for model in client.search_registered_models():
        found["models"][model.name] = of_registered(client, client.get_registered_model(model.name))
    if THREE and mlflow.get_tracking_uri().startswith("http"):
        found["evaluation"] = of_evaluation(client, [one.experiment_id for one in experiments if one.lifecycle_stage == "active"])
    if THREE:
        for model in client.search_registered_models("tag.`mlflow.prompt.is_prompt` = 'true'"):
            prompt = mlflow.genai.load_prompt(model.name, version=1)
            about = [prompt.template, prompt.commit_message, prompt.creation_timestamp]
            tags = {key: value for key, value in model.tags.items() if key != "_mlflow_experiment_ids"}  # loading changes it
            found["models"][model.name] = [model.description, tags, model.creation_timestamp, *about]
    pathlib.Path(sys.argv[1]).write_text(json.dumps(found, indent=1, sort_keys=True, default=str))
    print(json.dumps({kind: len(of_kind) for kind, of_kind in found.items()}))


def of_run(client: MlflowClient, run: Any) -> Any:
    info = run.info
    metrics = {key: [[p.timestamp, p.step, repr(p.value)] for p in history(client, info.run_id, key)] for key in run.data.metrics}
    with tempfile.TemporaryDirectory() as folder:
        files = {
            path: hashlib.sha256(
                pathlib.Path(
                    mlflow.artifacts.download_artifacts(run_id=info.run_id, artifact_path=path, dst_path=folder)
                ).read_bytes()
            ).hexdigest()
            for path in paths(client, info.run_id, "")
        }
    return {
        "info": [
            info.run_name,
            info.experiment_id,
            info.user_id,
            info.status,
            info.start_time,
            info.end_time,
            info.lifecycle_stage,
        ],
        "params": run.data.params,
        "tags": run.data.tags,
        "metrics": metrics,
        "last": {key: repr(value) for key, value in run.data.metrics.items()},
        "files": files,
        "data": [[d.dataset.to_dictionary(), sorted((t.key, t.value) for t in d.tags)] for d in run.inputs.dataset_inputs],
        "models in": [m.model_id for m in getattr(run.inputs, "model_inputs", None) or []],
        "models out": [[m.model_id, m.step] for m in (run.outputs.model_outputs if getattr(run, "outputs", None) else [])],
    }


def history(client: MlflowClient, run: str, key: str) -> Any:
    return sorted(client.get_metric_history(run, key), key=lambda p: (p.timestamp, p.step, repr(p.value)))


def paths(client: MlflowClient, run: str, folder: str) -> Any:
    for one in client.list_artifacts(run, folder):
        if one.is_dir:
            yield from paths(client, run, one.path)
        else:
            yield one.path


def of_model(model: Any) -> Any:
    metrics = [[m.key, repr(m.value), m.timestamp, m.step, m.run_id] for m in model.metrics or []]
    about = [model.name, model.experiment_id, model.model_type, str(model.status), model.source_run_id]
    with tempfile.TemporaryDirectory() as folder:
        mlflow.artifacts.download_artifacts(f"models:/{model.model_id}", dst_path=folder)
        root = pathlib.Path(folder)
        files = {str(p.relative_to(root)): hashlib.sha256(p.read_bytes()).hexdigest() for p in root.rglob("*") if p.is_file()}
    files.pop("registered_model_meta", None)
    times = [model.creation_timestamp, model.last_updated_timestamp]
    tags = {key: value for key, value in model.tags.items() if key != "mlflow.modelVersions"}
    return {"about": about, "times": times, "params": model.params, "tags": tags, "metrics": metrics, "files": files}


def of_trace(trace: Any) -> Any:
    info = trace.info
    tags = {k: v for k, v in info.tags.items() if k not in ("mlflow.artifactLocation", "mlflow.trace.spansLocation")}
    assessments = [
        [a.name, a.feedback.value, a.rationale, a.source.source_type, a.source.source_id, a.create_time_ms]
        for a in info.assessments
    ]
    spans = [
        [s.name, s.span_id, s.parent_id, s.start_time_ns, s.end_time_ns, s.attributes, str(s.status)] for s in trace.data.spans
    ]
    metadata = dict(info.trace_metadata)
    for made in ("mlflow.trace.sizeBytes", "mlflow.trace.sizeStats"):
        metadata.pop(made, None)
    return {
        "info": [info.request_time, info.execution_duration, str(info.state), info.request_preview, info.response_preview],
        "tags": tags, "metadata": metadata, "assessments": assessments, "spans": sorted(spans, key=lambda s: s[3]),
    }  # fmt: skip


def of_evaluation(client: MlflowClient, experiments: list[str]) -> Any:
    store = client._tracking_client.store
    datasets = {}
    for one in client.search_datasets():
        records = [
            [r.dataset_record_id, r.inputs, r.outputs, r.expectations, r.tags, r.created_time, r.last_update_time]
            for r in one.records
        ]
        about = [one.name, one.digest, one.created_time, one.last_update_time, one.created_by, one.tags, one.schema]
        datasets[one.dataset_id] = [*about, sorted(one.experiment_ids), sorted(records, key=lambda r: r[0])]
    scorers = [
        [v.experiment_id, v.scorer_name, v.scorer_version, v.scorer_id, v.creation_time, v._serialized_scorer]
        for experiment in experiments
        for scorer in store.list_scorers(experiment)
        for v in store.list_scorer_versions(experiment, scorer.scorer_name)
    ]
    return {"datasets": datasets, "scorers": scorers}


def of_registered(client: MlflowClient, model: Any) -> Any:
    versions = {}
    for one in client.search_model_versions(f"name = '{model.name}'"):
        version = client.get_model_version(model.name, one.version)
        about = [
            version.current_stage,
            version.description or "",
            version.source,
            version.run_id or "",
            version.status,
            version.tags,
        ]
        about += [version.creation_timestamp, version.last_updated_timestamp, sorted(version.aliases)]
        with tempfile.TemporaryDirectory() as folder:
            mlflow.artifacts.download_artifacts(f"models:/{model.name}/{version.version}", dst_path=folder)
            files = sorted(p.name for p in pathlib.Path(folder).rglob("*") if p.is_file() and p.name != "registered_model_meta")
        versions[version.version] = [*about, files]
    about = [
        model.description or "",
        model.tags,
        {k: str(v) for k, v in model.aliases.items()},
        model.creation_timestamp,
        model.last_updated_timestamp,
    ]
    return {"about": about, "versions": versions}


if __name__ == "__main__":
    main()
