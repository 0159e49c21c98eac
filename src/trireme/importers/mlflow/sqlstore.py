"""A database of MLflow's, and the folders that it says artifacts are in."""

from __future__ import annotations

import hashlib
import itertools
import json
import math
from array import array
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from sqlalchemy import Integer, and_, func, literal_column, select

from trireme.importers.account import Account
from trireme.importers.mlflow.database import PART, Database, Row
from trireme.importers.mlflow.folders import files_below, is_inside, local_path, walk
from trireme.importers.mlflow.remote import Remote, is_remote
from trireme.importers.mlflow.source import (
    STATUSES,
    EvalDataset,
    File,
    Message,
    Model,
    Points,
    SourceError,
    Stub,
    TraceStub,
    pairs,
)
from trireme.importers.mlflow.sqlstore_evals import eval_datasets, left, scorers
from trireme.importers.mlflow.sqlstore_models import logged_models, registered_models
from trireme.importers.mlflow.sqlstore_traces import TraceGroup

_ROWS: Final = 50_000
_MAX_FLOAT: Final = 1.7976931348623157e308
"""What the database holds for an infinity."""
_GROUP: Final = 500
_LAST, _COUNT = "#last row", "#rows"
"""Among the offsets of a run: its newest row's number in SQLite, and how many rows there are up to it."""
PROXIED: Final = "mlartifacts"
"""Where a server keeps proxied artifacts unless it was told otherwise."""


class SqlStore:
    """Reads a database.

    Parameters:
        roots: folders that artifacts may lie in, beside those near the database.
    """

    def __init__(self, database: Database, account: Account, *, roots: Sequence[Path] = ()) -> None:
        self._database = database
        self._account = account
        self.label = database.label
        self._base = _folder(database)
        self.file = database.file
        self._given = tuple(roots)
        self._remote = Remote()
        self._roots = (*roots, self._base / "mlruns", self._base / PROXIED)

    def keeps(self, experiment: Message) -> bool:
        """Whether the experiment's artifacts are read: those on this machine, and those that a remote store lets us read."""
        root = experiment["artifact_location"]
        return not is_remote(root) or self._remote.reads(root)

    def experiments(self) -> Iterator[Message]:
        """All experiments, deleted ones too."""
        found = list(self._database.rows("experiments", order=("experiment_id",)))
        tags = self._database.by("experiment_tags", "experiment_id", [row["experiment_id"] for row in found])
        for row in found:
            workspace = row.get("workspace") or "default"
            yield {
                "experiment_id": str(row["experiment_id"]),
                "name": row["name"] if workspace == "default" else f"{workspace}/{row['name']}",
                "artifact_location": row.get("artifact_location") or "",
                "lifecycle_stage": row.get("lifecycle_stage") or "active",
                "creation_time": row.get("creation_time"),
                "last_update_time": row.get("last_update_time"),
                "tags": _tags(tags[row["experiment_id"]]),
                "place": row["experiment_id"],
            }

    def run_count(self, experiment: Message) -> int:
        """How many runs it has."""
        return len(self._run_ids(experiment))

    def _run_ids(self, experiment: Message) -> list[str]:
        runs = self._database.table("runs")
        assert runs is not None
        statement = select(runs.c.run_uuid).where(runs.c.experiment_id == experiment["place"])
        with self._database.connect() as connection:
            return list(connection.execute(statement.order_by(runs.c.start_time, runs.c.run_uuid)).scalars())

    def runs(self, experiment: Message) -> Iterator[Stub]:
        """Its runs, some hundred at a time with all that belongs to them but points."""
        for group in _parts(self._run_ids(experiment)):
            rows = {row["run_uuid"]: row for row in self._database.rows("runs", run_uuid=group)}
            values = {name: self._database.by(name, "run_uuid", group) for name in ("params", "tags", "latest_metrics")}
            inputs = self._inputs(group)
            for identity in group:
                if identity not in rows:
                    continue
                is_deleted = experiment["lifecycle_stage"] == "deleted"
                message = self._message(rows[identity], values, inputs.get(identity, {}), is_deleted=is_deleted)
                newest = sorted(
                    (row["key"], row["timestamp"], row["step"], row["value"]) for row in values["latest_metrics"][identity]
                )
                digest = hashlib.blake2b(json.dumps([message, newest], default=str).encode(), digest_size=12)
                folder = self._folder_of(str(rows[identity]["artifact_uri"] or ""))
                if folder is not None:
                    for name, _, found in walk(folder, self._roots, lambda path, reason: None):
                        digest.update(f"{name}\0{found.st_size}\0{found.st_mtime_ns}\0".encode())
                yield Stub(identity, digest.hexdigest(), message)

    def _message(
        self, row: Row, values: Mapping[str, Mapping[str, Sequence[Row]]], inputs: Message, *, is_deleted: bool
    ) -> Message:
        identity = row["run_uuid"]
        status = row["status"]
        newest = [entry["timestamp"] or 0 for entry in values["latest_metrics"][identity]]
        return {
            "info": {
                "run_id": identity,
                "run_name": row.get("name") or "",
                "user_id": row.get("user_id") or "",
                "status": STATUSES.get(status, status) if isinstance(status, int) else status or "RUNNING",
                "start_time": row["start_time"],
                "end_time": row["end_time"],
                "lifecycle_stage": "deleted" if is_deleted or row["lifecycle_stage"] == "deleted" else "active",
            },
            "data": {"params": _tags(values["params"][identity]), "tags": _tags(values["tags"][identity])},
            "inputs": {"dataset_inputs": inputs.get("datasets", []), "model_inputs": inputs.get("models", [])},
            "outputs": {"model_outputs": inputs.get("outputs", [])},
            "artifact_uri": row["artifact_uri"] or "",
            "heard_at": max(newest, default=0),
        }

    def _inputs(self, runs: list[str]) -> dict[str, Message]:
        """Data sets, models used and models made, by run."""
        found: dict[str, Message] = {}
        used = list(self._database.rows("inputs", destination_type="RUN", destination_id=runs))
        datasets = {
            row["dataset_uuid"]: row for row in self._database.rows("datasets", dataset_uuid=[r["source_id"] for r in used])
        }
        tags = self._database.by("input_tags", "input_uuid", [row["input_uuid"] for row in used])
        for row in used:
            dataset = datasets.get(row["source_id"])
            if row["source_type"] != "DATASET" or dataset is None:
                continue
            about = {
                "name": dataset["name"],
                "digest": dataset["digest"],
                "source_type": dataset["dataset_source_type"],
                "source": dataset["dataset_source"],
                "schema": dataset["dataset_schema"],
                "profile": dataset["dataset_profile"],
            }
            of_use = pairs({tag["name"]: tag["value"] for tag in tags[row["input_uuid"]]})
            found.setdefault(row["destination_id"], {}).setdefault("datasets", []).append({"dataset": about, "tags": of_use})
        for kind, name in (("RUN_INPUT", "models"), ("RUN_OUTPUT", "outputs")):
            for row in self._database.rows("inputs", source_type=kind, source_id=runs):
                one = {"model_id": row["destination_id"]}
                if kind == "RUN_OUTPUT":
                    one["step"] = row.get("step") or 0
                found.setdefault(row["source_id"], {}).setdefault(name, []).append(one)
        return found

    def run(self, stub: Stub) -> Message:
        """A run that `runs` has read."""
        message: Message = stub.place
        return message

    def points(self, stub: Stub, offsets: Mapping[str, int]) -> Iterator[Points]:
        """The points of all metrics, by metric and step; of SQLite, those that came after the offset's row."""
        metrics = self._database.table("metrics")
        assert metrics is not None
        columns = [metrics.c.key, metrics.c.timestamp, metrics.c.value]
        columns += [metrics.c[name] for name in ("step", "is_nan") if name in metrics.c]
        order = (metrics.c.key, *([metrics.c.step] if "step" in metrics.c else []))
        mine = metrics.c.run_uuid == stub.id
        rowid = literal_column("metrics.rowid", Integer) if self._database.url.get_backend_name() == "sqlite" else None
        with self._database.connect() as connection:
            last = count = 0
            if rowid is not None:
                after = offsets.get(_LAST, 0)
                known = connection.execute(select(func.count()).select_from(metrics).where(mine, rowid <= after)).scalar_one()
                if known != offsets.get(_COUNT, 0):  # rows were numbered anew
                    after = 0
                last, count = connection.execute(select(func.max(rowid), func.count()).select_from(metrics).where(mine)).one()
                mine = and_(mine, rowid > after, rowid <= (last or 0))
            result = connection.execution_options(yield_per=_ROWS).execute(select(*columns).where(mine).order_by(*order))
            for rows in result.partitions():
                for key, of_key in itertools.groupby(rows, key=lambda row: row[0]):
                    yield _points(str(key), list(of_key), has_step="step" in metrics.c, has_nan="is_nan" in metrics.c)
            if last:
                yield Points(_LAST, offset=last)
                yield Points(_COUNT, offset=count)

    def files(self, stub: Stub) -> Iterator[File]:
        """The run's artifacts."""
        yield from self._files(stub.place["artifact_uri"], f"run {stub.id}")

    def _files(self, uri: str, item: str) -> Iterator[File]:
        if not uri:
            return
        if is_remote(uri):
            try:
                yield from self._remote.files(uri)
            except SourceError as error:
                self._account.fail("files", item, str(error))
            return
        folder = self._folder_of(uri)
        if folder is not None:
            yield from files_below(folder, self._roots, lambda path, reason: self._account.fail("files", path, reason))
            return
        place = local_path(uri, self._base)
        if urlsplit(uri).scheme == "mlflow-artifacts":
            if not any((root / "").is_dir() for root in (*self._given, self._base / PROXIED)):
                reason = (
                    "they lie in the folder that the server was given with --artifacts-destination; name it with --artifacts DIR"
                )
                self._account.fail("files", item, reason)
        elif place is None:
            scheme = urlsplit(uri).scheme
            self._account.fail("files", item, f"they lie in a store ({scheme}://…) that this importer cannot read")
        elif place.exists():
            root = place.parent.parent.parent
            self._account.fail("files", item, f"they lie outside of what may be read; allow it with --artifacts {root}")

    def _folder_of(self, uri: str) -> Path | None:
        """The folder that may be read for an artifact URI; None if there is none."""
        parts = urlsplit(uri)
        if parts.scheme == "mlflow-artifacts":
            path = unquote(parts.path).strip("/")
            candidates = [root / path for root in (*self._given, self._base / PROXIED)]
        else:
            place = local_path(uri, self._base)
            candidates = [] if place is None else [place]
        return next((path for path in candidates if path.is_dir() and is_inside(path, self._roots)), None)

    def logged_models(self, experiment: Message) -> Iterator[Model]:
        """Its logged models, deleted ones too."""
        return logged_models(self._database, experiment["place"])

    def model_files(self, model: Model) -> Iterator[File]:
        """The files of a logged model."""
        yield from self._files(str(model.place or ""), f"logged model {model.message['info']['model_id']}")

    def traces(self, experiment: Message) -> Iterator[TraceStub]:
        """Its traces."""
        table = self._database.table("trace_info")
        if table is None:
            return
        with self._database.connect() as connection:
            ids = list(
                connection.execute(select(table.c.request_id).where(table.c.experiment_id == experiment["place"])).scalars()
            )
        for group in _parts(ids):
            loader = TraceGroup(self._database, group, self._folder_of, self._roots, self._account)
            for identity in group:
                yield TraceStub(identity, partial(loader.load, identity))

    def registered_models(self) -> Iterator[Message]:
        """All registered models with their versions."""
        return registered_models(self._database, self._account)

    def scorers(self, experiment: Message) -> Iterator[Message]:
        """Its scorers with all versions."""
        return scorers(self._database, experiment["place"])

    def eval_datasets(self) -> Iterator[EvalDataset]:
        """All evaluation data sets of the default workspace."""
        return eval_datasets(self._database, self._account)

    def left(self) -> Mapping[str, int]:
        """How many rows there are in tables of what is not brought."""
        return left(self._database)

    def close(self) -> None:
        """Close the database."""
        self._database.close()


def _folder(database: Database) -> Path:
    """What relative paths are below: the folder of the database's file, else this one."""
    return Path.cwd() if database.file is None else database.file.parent


def _points(key: str, rows: Sequence[Any], *, has_step: bool, has_nan: bool) -> Points:
    columns = list(zip(*rows, strict=True))
    values = array("d", columns[2])
    if max(values) >= _MAX_FLOAT or min(values) <= -_MAX_FLOAT:
        values = array("d", (math.copysign(math.inf, value) if abs(value) >= _MAX_FLOAT else value for value in values))
    if has_nan and any(columns[-1]):
        values = array("d", (math.nan if is_nan else value for value, is_nan in zip(values, columns[-1], strict=True)))
    steps = array("q", columns[3]) if has_step else array("q", bytes(8 * len(rows)))
    return Points(key, array("q", columns[1]), steps, values)


def _tags(rows: Sequence[Row]) -> list[dict[str, str]]:
    return pairs({row["key"]: row["value"] or "" for row in rows})


def _parts(found: Sequence[str]) -> Iterator[list[str]]:
    for start in range(0, len(found), min(_GROUP, PART)):
        yield list(found[start : start + min(_GROUP, PART)])
