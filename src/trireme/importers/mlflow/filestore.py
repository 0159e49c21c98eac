"""An ``mlruns`` folder."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any, Final

from trireme.importers.account import Account
from trireme.importers.mlflow.filestore_models import logged_model, registered_model
from trireme.importers.mlflow.filestore_traces import trace
from trireme.importers.mlflow.folders import files_below, is_inside, local_path, texts, walk
from trireme.importers.mlflow.lines import read_points
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
from trireme.importers.mlflow.yaml_file import read_yaml, whole

TRASH: Final = ".trash"
_META: Final = "meta.yaml"
_NO_RUNS: Final = frozenset({"tags", "datasets", "traces", "models", "evaluation_datasets"})
_NO_EXPERIMENTS: Final = frozenset({"models", TRASH})
ENDED: Final = frozenset({"FINISHED", "FAILED", "KILLED"})


class FileStore:
    """Reads an ``mlruns`` folder.

    Parameters:
        roots: folders beside it that artifacts may lie in.
    """

    def __init__(self, folder: Path, account: Account, *, roots: tuple[Path, ...] = ()) -> None:
        self.folder = folder
        self.label = str(folder)
        self._account = account
        self._roots = (folder, *roots)
        self._remote = Remote()

    def keeps(self, experiment: Message) -> bool:
        """Whether the experiment's artifacts are read: those on this machine, and those that a remote store lets us read."""
        root = experiment["artifact_location"]
        return not is_remote(root) or self._remote.reads(root)

    def experiments(self) -> Iterator[Message]:
        """All experiments, those in the trash too."""
        for folder in chain(self._folders(self.folder, _NO_EXPERIMENTS), self._folders(self.folder / TRASH, frozenset())):
            try:
                found = self._experiment(folder)
            except SourceError as error:
                self._account.fail("experiments", self._shown(folder), str(error))
                continue
            yield found

    def _experiment(self, folder: Path) -> Message:
        meta = read_yaml(folder / _META)
        name = meta.get("name")
        if not isinstance(name, str) or not name:
            raise SourceError("its meta.yaml has no name")
        in_trash = folder.parent.name == TRASH
        tags = meta.get("tags")
        tags = {str(key): str(value) for key, value in tags.items()} if isinstance(tags, dict) else {}
        tags |= texts(folder / "tags", self._roots, self._report("tags"))
        return {
            "experiment_id": str(meta.get("experiment_id", folder.name)),
            "name": name,
            "artifact_location": str(meta.get("artifact_location") or ""),
            "lifecycle_stage": "deleted" if in_trash else str(meta.get("lifecycle_stage") or "active"),
            "creation_time": whole(meta.get("creation_time")),
            "last_update_time": whole(meta.get("last_update_time")),
            "tags": pairs(tags),
            "place": folder,
        }

    def run_count(self, experiment: Message) -> int:
        """How many folders there are that may be runs."""
        return sum(1 for _ in self._folders(experiment["place"], _NO_RUNS))

    def runs(self, experiment: Message) -> Iterator[Stub]:
        """The folders of its runs."""
        for folder in self._folders(experiment["place"], _NO_RUNS):
            if not (folder / _META).exists():
                self._account.fail("runs", self._shown(folder), "it has no meta.yaml")
                continue
            yield self.stub(folder, experiment)

    def run_folders(self, experiment: Message) -> Iterator[Path]:
        """The folders that may be its runs."""
        return self._folders(experiment["place"], _NO_RUNS)

    def stub(self, folder: Path, experiment: Message) -> Stub:
        """The run in a folder as it is now."""
        return Stub(folder.name, self._stamp(folder), (folder, experiment))

    def _stamp(self, folder: Path) -> str:
        digest = hashlib.blake2b(digest_size=12)
        for name, _, found in walk(folder, self._roots, lambda path, reason: None):
            digest.update(f"{name}\0{found.st_size}\0{found.st_mtime_ns}\0".encode())
        return digest.hexdigest()

    def run(self, stub: Stub) -> Message:
        """A run from its folder."""
        folder, experiment = stub.place
        meta = read_yaml(folder / _META)
        identity = meta.get("run_id") or meta.get("run_uuid")
        if identity is None or (isinstance(identity, str) and identity != folder.name):  # digits without quotes are a number
            raise SourceError(f"its meta.yaml names the run {str(identity)[:60]!r}, its folder {folder.name!r}")
        report = self._report("tags")
        tags = texts(folder / "tags", self._roots, report)
        for tag in meta.get("tags") or ():  # of long ago
            if isinstance(tag, dict) and "key" in tag:
                tags.setdefault(str(tag["key"]), str(tag.get("value", "")))
        status = meta.get("status")
        is_deleted = experiment["lifecycle_stage"] == "deleted" or meta.get("lifecycle_stage") == "deleted"
        return {
            "info": {
                "run_id": folder.name,
                "run_name": str(meta.get("run_name") or meta.get("name") or ""),
                "user_id": str(meta.get("user_id") or ""),
                "status": STATUSES.get(status, "RUNNING") if isinstance(status, int) else str(status or "RUNNING"),
                "start_time": whole(meta.get("start_time")),
                "end_time": whole(meta.get("end_time")),
                "lifecycle_stage": "deleted" if is_deleted else "active",
            },
            "data": {
                "params": pairs(texts(folder / "params", self._roots, self._report("params"))),
                "tags": pairs(tags),
            },
            "inputs": self._inputs(folder, experiment["place"]),
            "outputs": {"model_outputs": self._outputs(folder)},
            "artifact_uri": str(meta.get("artifact_uri") or ""),
            "heard_at": self._heard_at(folder),
        }

    def _heard_at(self, folder: Path) -> int:
        """When the run was written last, as its files tell."""
        newest = 0.0
        for name in ("", _META, "metrics", "params", "tags"):
            try:
                newest = max(newest, (folder / name).stat().st_mtime)
            except OSError:
                continue
        for _, _, found in walk(folder / "metrics", self._roots, lambda path, reason: None):
            newest = max(newest, found.st_mtime)
        return int(newest * 1000)

    def _inputs(self, folder: Path, experiment: Path) -> Message:
        datasets, models = [], []
        for entry in self._folders(folder / "inputs", frozenset()):
            try:
                meta = read_yaml(entry / _META)
                identity = str(meta.get("source_id", ""))
                if meta.get("source_type") == "DATASET":
                    data = read_yaml(experiment / "datasets" / Path(identity).name / _META)
                    tags = meta.get("tags") or {}
                    fields = ("name", "digest", "source_type", "source", "schema", "profile")
                    dataset = {name: data.get(name) if data.get(name) is None else str(data[name]) for name in fields}
                    datasets.append({"dataset": dataset, "tags": pairs({str(k): str(v) for k, v in tags.items()})})
                else:
                    models.append({"model_id": identity})
            except (SourceError, AttributeError) as error:
                self._account.fail("data sets", self._shown(entry), str(error))
        return {"dataset_inputs": datasets, "model_inputs": models}

    def _outputs(self, folder: Path) -> list[Message]:
        found = []
        for entry in self._folders(folder / "outputs", frozenset()):
            try:
                meta = read_yaml(entry / _META)
                found.append({"model_id": str(meta.get("destination_id", entry.name)), "step": whole(meta.get("step")) or 0})
            except SourceError as error:
                self._account.fail("logged models", self._shown(entry), str(error))
        return found

    def points(self, stub: Stub, offsets: Mapping[str, int]) -> Iterator[Points]:
        """The points of all files of metrics."""
        folder, _ = stub.place
        ended = self._ended(folder)
        for key, path, found in walk(folder / "metrics", self._roots, self._report("points")):
            offset = offsets.get(key, 0)
            if offset == found.st_size:
                continue
            try:
                yield from read_points(path, key, offset, ended=ended)
            except OSError as error:
                self._account.fail("points", self._shown(path), error.strerror or "it cannot be read")

    def _ended(self, folder: Path) -> bool:
        try:
            status = read_yaml(folder / _META).get("status")
        except SourceError:
            return False
        return (STATUSES.get(status, "") if isinstance(status, int) else status) in ENDED

    def files(self, stub: Stub) -> Iterator[File]:
        """The run's artifacts: in its folder, wherever that was moved to, or where its meta.yaml says."""
        folder, _ = stub.place
        yield from self._artifacts(
            folder / "artifacts", lambda: str(read_yaml(folder / _META).get("artifact_uri") or ""), stub.id
        )

    def _artifacts(self, own: Path, uri_of: Any, item: str) -> Iterator[File]:
        if own.exists() or own.is_symlink():
            if is_inside(own, self._roots):
                yield from files_below(own, self._roots, self._report("files"))
            else:
                self._account.fail("files", self._shown(own), "a link that leads out of what is imported")
            return
        try:
            uri = uri_of()
        except SourceError:
            return
        if is_remote(uri):
            try:
                yield from self._remote.files(uri)
            except SourceError as error:
                self._account.fail("files", item, str(error))
            return
        place = local_path(uri, self.folder.parent) if uri else None
        if place is None:
            if uri:
                self._account.fail("files", item, f"they lie at {uri}, which this importer cannot read")
        elif place.exists() and is_inside(place, self._roots):
            yield from files_below(place, self._roots, self._report("files"))
        elif place.exists():
            self._account.fail(
                "files", item, f"they lie at {place}, outside of the folder; allow it with --artifacts {place.parent}"
            )
        elif not place.as_posix().endswith(f"/{own.parent.name}/artifacts"):
            self._account.fail("files", item, f"their folder {place} is missing")

    def logged_models(self, experiment: Message) -> Iterator[Model]:
        """The folders of its logged models."""
        for folder in self._folders(experiment["place"] / "models", frozenset()):
            try:
                yield Model(logged_model(folder, self._roots, self._report("logged models")), folder)
            except SourceError as error:
                self._account.fail("logged models", self._shown(folder), str(error))

    def model_files(self, model: Model) -> Iterator[File]:
        """The files of a logged model."""
        folder: Path = model.place
        yield from self._artifacts(
            folder / "artifacts", lambda: str(read_yaml(folder / _META).get("artifact_location") or ""), folder.name
        )

    def traces(self, experiment: Message) -> Iterator[TraceStub]:
        """The folders of its traces."""
        for folder in self._folders(experiment["place"] / "traces", frozenset()):
            yield TraceStub(folder.name, partial(trace, folder, self._roots, self._report("traces")))

    def registered_models(self) -> Iterator[Message]:
        """The folders of registered models."""
        for folder in self._folders(self.folder / "models", frozenset()):
            try:
                yield registered_model(folder, self._roots, self._report("registered models"), self._account)
            except SourceError as error:
                self._account.fail("registered models", self._shown(folder), str(error))

    def scorers(self, experiment: Message) -> Iterator[Message]:
        """Folders have none."""
        return iter(())

    def eval_datasets(self) -> Iterator[EvalDataset]:
        """Folders have none."""
        return iter(())

    def left(self) -> Mapping[str, int]:
        """Everything is brought."""
        return {}

    def close(self) -> None:
        """Nothing is open."""

    def _folders(self, folder: Path, without: frozenset[str]) -> Iterator[Path]:
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError:
            return
        for entry in entries:
            if entry.name in without or (entry.name.startswith(".") and entry.name != TRASH):
                continue
            try:
                is_folder = entry.is_dir()
            except OSError:
                continue
            if is_folder:
                path = Path(entry.path)
                if entry.is_symlink() and not is_inside(path, self._roots):
                    self._account.fail("files", self._shown(path), "a link that leads out of what is imported")
                    continue
                yield path

    def _shown(self, path: Path) -> str:
        try:
            return str(path.relative_to(self.folder))
        except ValueError:
            return str(path)

    def _report(self, kind: str) -> Any:
        return lambda path, reason: self._account.fail(kind, self._shown(Path(path)), reason)
