"""A running tracking server."""

from __future__ import annotations

import hashlib
import json
from array import array
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, Final

from trireme.importers.account import Account
from trireme.importers.mlflow.http import Missing, Rest
from trireme.importers.mlflow.places import files_of
from trireme.importers.mlflow.source import (
    HIDDEN_STAGE,
    EvalDataset,
    File,
    Message,
    Model,
    Points,
    SourceError,
    Stub,
    TraceStub,
    version_status,
)

_API: Final = "/api/2.0/mlflow"
_AJAX: Final = "/ajax-api/2.0/mlflow"
_V3: Final = "/api/3.0/mlflow"
_POINTS: Final = 25_000
_RECORDS: Final = 1000
_THREADS: Final = 8
_MAX_FLOAT: Final = 1.7976931348623157e308
_PROMPTS: Final = "tag.`mlflow.prompt.is_prompt` = 'true'"
_NUMBERS: Final = {"NaN": float("nan"), "Infinity": float("inf"), "-Infinity": float("-inf")}


class LiveServer:
    """Reads a server."""

    def __init__(self, rest: Rest, account: Account) -> None:
        self._rest = rest
        self._account = account
        self._threads = ThreadPoolExecutor(_THREADS, "history")
        self.label = rest.url

    def keeps(self, experiment: Message) -> bool:
        """All artifacts come through the server."""
        return True

    def experiments(self) -> Iterator[Message]:
        """All experiments, deleted ones too."""
        for one in self._rest.pages("POST", f"{_API}/experiments/search", "experiments", max_results=1000, view_type="ALL"):
            yield {**one, "creation_time": _int(one.get("creation_time")), "last_update_time": _int(one.get("last_update_time"))}

    def run_count(self, experiment: Message) -> int:
        """Not known before they are read."""
        return 0

    def runs(self, experiment: Message) -> Iterator[Stub]:
        """Its runs, deleted ones too."""
        found = self._rest.pages(
            "POST",
            f"{_API}/runs/search",
            "runs",
            experiment_ids=[experiment["experiment_id"]],
            run_view_type="ALL",
            max_results=500,
            order_by=["attributes.start_time ASC"],
        )
        for run in found:
            text = json.dumps(run, sort_keys=True)
            yield Stub(run["info"]["run_id"], hashlib.blake2b(text.encode(), digest_size=12).hexdigest(), (run, experiment))

    def run(self, stub: Stub) -> Message:
        """A run that `runs` has read, once more: a search leaves the models out that runs used."""
        run, experiment = stub.place
        run = self._rest.get(f"{_API}/runs/get", run_id=stub.id, run_uuid=stub.id).get("run", run)
        info, data, inputs = dict(run["info"]), run.get("data", {}), run.get("inputs", {})
        if experiment.get("lifecycle_stage") == "deleted":
            info["lifecycle_stage"] = "deleted"
        for name in ("start_time", "end_time"):
            info[name] = _int(info.get(name))
        newest = [_int(metric.get("timestamp")) or 0 for metric in data.get("metrics", ())]
        return {
            "info": info,
            "data": {"params": data.get("params", []), "tags": data.get("tags", [])},
            "inputs": {"dataset_inputs": inputs.get("dataset_inputs", []), "model_inputs": inputs.get("model_inputs", [])},
            "outputs": {"model_outputs": run.get("outputs", {}).get("model_outputs", [])},
            "heard_at": max(newest, default=0),
        }

    def points(self, stub: Stub, offsets: Mapping[str, int]) -> Iterator[Points]:
        """The points of all metrics; several histories are asked for at a time."""
        keys = [metric["key"] for metric in stub.place[0].get("data", {}).get("metrics", ())]
        for start in range(0, len(keys), _THREADS):
            part = keys[start : start + _THREADS]
            for key, first in zip(part, self._threads.map(partial(self._first, stub.id), part), strict=True):
                answer = first
                while not isinstance(answer, SourceError):
                    found = answer.get("metrics", [])
                    if found:
                        yield _points(key, found)
                    token = answer.get("next_page_token")
                    if not token or not found:
                        break
                    answer = self._first(stub.id, key, token)
                if isinstance(answer, SourceError):
                    self._account.fail("points", f"metric '{key}' of run {stub.id}", str(answer))

    def _first(self, run: str, key: str, token: str | None = None) -> Message | SourceError:
        try:
            return self._rest.get(
                f"{_API}/metrics/get-history", run_id=run, run_uuid=run, metric_key=key, max_results=_POINTS, page_token=token
            )
        except SourceError as error:
            return error

    def files(self, stub: Stub) -> Iterator[File]:
        """The run's artifacts, through the server."""
        open_ = partial(self._rest.download, "/get-artifact", run_id=stub.id, run_uuid=stub.id)
        listing = partial(self._rest.pages, "GET", f"{_API}/artifacts/list", "files", run_id=stub.id, run_uuid=stub.id)
        yield from self._files(lambda folder: listing(path=folder or None), lambda path: open_(path=path), f"run {stub.id}")

    def _files(self, listing: Any, opening: Any, item: str) -> Iterator[File]:
        stack, seen = [""], set[str]()
        while stack:
            folder = stack.pop()
            try:
                for one in listing(folder):
                    path = str(one["path"])
                    inside = path.startswith(f"{folder}/") if folder else True
                    if not inside or ".." in path.split("/") or path.startswith("/") or path in seen:
                        self._account.fail("files", f"{path} of {item}", "the server names it where it cannot be")
                        continue
                    seen.add(path)
                    if one.get("is_dir"):
                        stack.append(path)
                    else:
                        yield File(path, _int(one.get("file_size")), opening(path))
            except SourceError as error:
                self._account.fail("files", f"{folder or 'the artifacts'} of {item}", str(error))

    def logged_models(self, experiment: Message) -> Iterator[Model]:
        """Its logged models; the server does not tell of deleted ones."""
        try:
            for one in self._rest.pages(
                "POST",
                f"{_API}/logged-models/search",
                "models",
                experiment_ids=[experiment["experiment_id"]],
                max_results=50,
            ):
                info = dict(one["info"])
                for name in ("creation_timestamp_ms", "last_updated_timestamp_ms"):
                    info[name] = _int(info.get(name))
                yield Model({"info": info, "data": one.get("data", {}), "lifecycle_stage": "active"})
        except Missing:
            return
        except SourceError as error:
            self._account.fail("logged models", f"those of experiment {experiment['name']}", str(error))

    def model_files(self, model: Model) -> Iterator[File]:
        """The files of a logged model, through the server."""
        identity = model.message["info"]["model_id"]
        listing = partial(self._rest.pages, "GET", f"{_API}/logged-models/{identity}/artifacts/directories", "files")
        open_ = partial(self._rest.download, f"{_AJAX}/logged-models/{identity}/artifacts/files")
        yield from self._files(
            lambda folder: listing(artifact_directory_path=folder or None),
            lambda path: open_(artifact_file_path=path),
            f"logged model {identity}",
        )

    def traces(self, experiment: Message) -> Iterator[TraceStub]:
        """Its traces."""
        place = {"type": "MLFLOW_EXPERIMENT", "mlflow_experiment": {"experiment_id": experiment["experiment_id"]}}
        try:
            for info in self._rest.pages("POST", f"{_V3}/traces/search", "traces", locations=[place], max_results=500):
                yield TraceStub(info["trace_id"], partial(self._trace, info))
        except Missing:
            return
        except SourceError as error:
            self._account.fail("traces", f"those of experiment {experiment['name']}", str(error))

    def _trace(self, info: Message) -> Message:
        with self._rest.download(f"{_AJAX}/get-trace-artifact", request_id=info["trace_id"]) as path:
            try:
                spans = json.loads(path.read_bytes())["spans"]
            except (ValueError, KeyError, TypeError, RecursionError):
                raise SourceError("its spans cannot be read") from None
        return {"trace_info": info, "spans": spans}

    def registered_models(self) -> Iterator[Message]:
        """All registered models and prompts with their versions."""
        for condition in (None, _PROMPTS):
            try:
                found = self._rest.pages(
                    "GET", f"{_API}/registered-models/search", "registered_models", max_results=100, filter=condition
                )
                for model in found:
                    yield self._model(model, condition)
            except Missing:
                continue
            except SourceError as error:
                if condition is None:
                    self._account.fail("registered models", "all of them", str(error))

    def _model(self, model: Message, condition: str | None) -> Message:
        name = str(model["name"])
        quote = '"' if "'" in name else "'"
        wanted = f"name = {quote}{name}{quote}" + (f" AND {condition}" if condition else "")
        found = self._rest.pages("GET", f"{_API}/model-versions/search", "model_versions", filter=wanted, max_results=1000)
        versions = [_version(one) for one in found if one["name"] == name and one.get("current_stage") != HIDDEN_STAGE]
        return {
            "name": name,
            "creation_timestamp": _int(model.get("creation_timestamp")) or 0,
            "last_updated_timestamp": _int(model.get("last_updated_timestamp")),
            "description": model.get("description"),
            "tags": model.get("tags", []),
            "aliases": model.get("aliases", []) or self._aliases(name),
            "versions": versions,
            "highest_version": max((version["version"] for version in versions), default=0),
        }

    def _aliases(self, name: str) -> list[Message]:
        try:
            found = self._rest.get(f"{_API}/registered-models/get", name=name)
            aliases: list[Message] = found["registered_model"].get("aliases", [])
            return aliases
        except (SourceError, KeyError):
            return []

    def scorers(self, experiment: Message) -> Iterator[Message]:
        """Its scorers with all versions; older servers have none."""
        identity = experiment["experiment_id"]
        try:
            for one in self._rest.get(f"{_V3}/scorers/list", experiment_id=identity).get("scorers", []):
                name = one["scorer_name"]
                versions = self._rest.get(f"{_V3}/scorers/versions", experiment_id=identity, name=name).get("scorers", [])
                yield {
                    "name": name,
                    "scorer_id": one.get("scorer_id") or hashlib.sha256(f"{identity}/{name}".encode()).hexdigest()[:32],
                    "versions": [
                        {
                            "version": version["scorer_version"],
                            "content": version["serialized_scorer"],
                            "created_at": _int(version.get("creation_time")) or 0,
                        }
                        for version in versions
                    ],
                }
        except Missing:
            return
        except SourceError as error:
            if experiment.get("lifecycle_stage") != "deleted":  # of those, servers tell nothing
                self._account.fail("scorers", f"those of experiment {experiment['name']}", str(error))

    def eval_datasets(self) -> Iterator[EvalDataset]:
        """All evaluation data sets that the server tells of."""
        try:
            for one in self._rest.pages("POST", f"{_V3}/datasets/search", "datasets", max_results=1000):
                identity = one["dataset_id"]
                homes = self._rest.get(f"{_V3}/datasets/{identity}/experiment-ids").get("experiment_ids", [])
                message = {
                    **one,
                    "experiment_ids": homes,
                    "tags": _json(one.get("tags")) or {},
                    "schema": _json(one.get("schema")),
                    "created_time": _int(one.get("created_time")) or 0,
                    "last_update_time": _int(one.get("last_update_time")) or 0,
                }
                yield EvalDataset(message, partial(self._eval_records, identity))
        except Missing:
            return
        except SourceError as error:
            self._account.fail("evaluation data sets", "all of them", str(error))

    def _eval_records(self, dataset: str) -> Iterator[list[Message]]:
        token: str | None = None
        while True:
            answer = self._rest.get(f"{_V3}/datasets/{dataset}/records", max_results=_RECORDS, page_token=token)
            found = _json(answer.get("records")) or []
            if found:
                yield found
            following = answer.get("next_page_token") or None
            if following is None or following == token:
                return
            token = following

    def left(self) -> Mapping[str, int]:
        """How many webhooks the server has; older ones have none."""
        try:
            return {"webhooks": sum(1 for _ in self._rest.pages("GET", f"{_API}/webhooks", "webhooks", max_results=100))}
        except SourceError:
            return {}

    def close(self) -> None:
        """Close all connections."""
        self._threads.shutdown(cancel_futures=True)
        self._rest.close()


def _version(one: Message) -> Message:
    source, run = one.get("source") or "", one.get("run_id") or ""
    model = one.get("model_id")
    return {
        "version": int(one["version"]),
        "creation_timestamp": _int(one.get("creation_timestamp")) or 0,
        "last_updated_timestamp": _int(one.get("last_updated_timestamp")),
        "description": one.get("description"),
        "user_id": one.get("user_id"),
        "current_stage": one.get("current_stage") or "None",
        "source": source,
        "run_id": run,
        "run_link": one.get("run_link"),
        "status": version_status(one.get("status")),
        "status_message": one.get("status_message"),
        "model_id": model,
        "tags": one.get("tags", []),
        "files": f"models:/{model}" if model else files_of("", source, run),
    }


def _points(key: str, found: list[Message]) -> Points:
    values = array("d", (_number(point["value"]) for point in found))
    timestamps = array("q", (int(point["timestamp"]) for point in found))
    return Points(key, timestamps, array("q", (int(point.get("step", 0)) for point in found)), values)


def _number(value: Any) -> float:
    number = _NUMBERS[value] if isinstance(value, str) else float(value)
    if abs(number) >= _MAX_FLOAT:  # what MLflow's databases hold for an infinity
        return float("inf") if number > 0 else float("-inf")
    return number


def _json(text: Any) -> Any:
    try:
        return json.loads(text or "null")
    except (ValueError, TypeError, RecursionError):
        return None


def _int(value: Any) -> int | None:
    return None if value is None else int(value)
