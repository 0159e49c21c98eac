"""A folder that grows: brought over, looked at again and again, and brought further."""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from trireme.domain.errors import Conflict, Unavailable
from trireme.importers.account import Account
from trireme.importers.mlflow.door import Door
from trireme.importers.mlflow.filestore import ENDED, FileStore
from trireme.importers.mlflow.importer import GROUP, Importer
from trireme.importers.mlflow.source import Message, SourceError, Stub, TraceStub
from trireme.importers.progress import Progress

_WHOLE_SECONDS: Final = 10.0
"""Between two looks at everything; the looks between are at runs that go on and at what is new."""
_SHARE: Final = 5
"""Looking takes at most this part of the time."""
_GROWING: Final = frozenset(
    {
        "experiments",
        "runs",
        "data sets",
        "files",
        "tags",
        "params",
        "logged models",
        "registered models",
        "model versions",
        "traces",
    }
)


@dataclass(slots=True)
class _Seen:
    """How a run was when it was brought last."""

    stamp: str = ""
    glance: tuple[int, ...] = ()
    ended: bool = False


@dataclass(slots=True)
class Follower:
    """Keeps a server in step with a folder until it is told to stop.

    Parameters:
        seconds: between two looks.
        stop: set when it is time to stop.
    """

    source: FileStore
    door: Door
    account: Account
    progress: Progress
    seconds: float
    stop: threading.Event
    _seen: dict[Path, _Seen] = field(default_factory=dict)
    _traces: set[str] = field(default_factory=set)
    _experiments: list[tuple[Message, str]] = field(default_factory=list)
    _glance: tuple[object, ...] = ()
    _models: tuple[object, ...] = ()

    def run(self) -> None:
        """Bring everything, then what is new, until it is time to stop; then once more what is new.

        Raises:
            TriremeError: the server refuses. That it does not answer is waited for.
        """
        importer = self._fresh()
        whole_at, is_away = 0.0, False
        while True:
            is_last = self.stop.is_set()
            began = time.monotonic()
            is_whole = is_last or began >= whole_at
            self.account.patience = frozenset() if is_last else _GROWING
            try:
                self._pass(importer, whole=is_whole)
            except Unavailable as error:
                if is_last:
                    raise
                if not is_away:
                    self.progress.say(f"{error} Trying on.")
                importer, is_away, whole_at = self._fresh(), True, 0.0
            else:
                if is_away:
                    self.progress.say("The server answers again.")
                is_away = False
            if is_last:
                return
            took = time.monotonic() - began
            if is_whole and not is_away:
                whole_at = time.monotonic() + max(_WHOLE_SECONDS, _SHARE * took)
            self.stop.wait(max(self.seconds, took * _SHARE if not is_whole else 0.0))

    def _fresh(self) -> Importer:
        """An importer that holds nothing that was not stored."""
        self._seen.clear()
        self._traces.clear()
        self._glance, self._models = (), ()
        importer = Importer(self.source, self.door, self.account, self.progress)
        importer.remember()
        return importer

    def _pass(self, importer: Importer, *, whole: bool) -> None:
        glance = tuple(_glance(folder / "meta.yaml") for folder in _experiment_folders(self.source.folder))
        if glance != self._glance:
            self._experiments = importer.experiments()
            self._glance = glance
        for experiment, identity in self._experiments:
            group: list[Stub] = []
            for stub in self._changed(experiment, whole=whole):
                group.append(stub)
                if len(group) >= GROUP:
                    self._bring(importer, identity, group)
                    group = []
            self._bring(importer, identity, group)
            if whole:
                importer.logged_models(experiment, identity)
                self._bring_traces(importer, experiment, identity)
        models = tuple(_glance(path) for path in sorted((self.source.folder / "models").rglob("*"))) if whole else self._models
        if models != self._models:
            importer.registered_models()
            self._models = models
        self.account.there.clear()
        self.progress.step()

    def _bring(self, importer: Importer, identity: str, group: list[Stub]) -> None:
        if group:
            importer.runs(identity, group)
            importer.flush()
            for stub in group:
                folder, _ = stub.place
                is_new = folder not in self._seen
                was = self._seen.setdefault(folder, _Seen())
                was.stamp, was.glance = stub.stamp, _run_glance(folder)
                ended = _status(self.source, stub) in ENDED
                if ended != was.ended or (is_new and not ended):
                    self.progress.say(f"run {folder.name}: {'brought' if ended else 'followed'}")
                was.ended = ended

    def _changed(self, experiment: Message, *, whole: bool) -> Iterator[Stub]:
        for folder in self.source.run_folders(experiment):
            seen = self._seen.get(folder)
            if seen is not None and seen.ended and not whole and _run_glance(folder) == seen.glance:
                continue
            if not (folder / "meta.yaml").exists():
                continue  # it is just being made
            stub = self.source.stub(folder, experiment)
            if seen is None or stub.stamp != seen.stamp:
                yield stub

    def _bring_traces(self, importer: Importer, experiment: Message, identity: str) -> None:
        new: list[TraceStub] = [stub for stub in self.source.traces(experiment) if stub.id not in self._traces]
        if new:
            importer.trace_stubs(new, identity)
            self._traces |= {stub.id for stub in new}


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Hold a folder, so that it is followed by one process of this machine.

    Raises:
        Conflict: another one follows it.
    """
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Conflict(f"Another `trireme mlflow` follows {folder} already.", hint="Stop that one first.") from None
        yield
    finally:
        os.close(descriptor)


def _experiment_folders(root: Path) -> list[Path]:
    return sorted(folder for pattern in ("*", ".trash/*") for folder in root.glob(pattern) if folder.name != "models")


def _glance(path: Path) -> tuple[str, int, int]:
    try:
        found = path.stat()
    except OSError:
        return str(path), 0, 0
    return str(path), found.st_size, found.st_mtime_ns


def _run_glance(folder: Path) -> tuple[int, ...]:
    """What changes of an ended run when it is renamed, tagged or given an artifact, at the cost of a few looks."""
    return tuple(_glance(folder / name)[2] for name in ("", "meta.yaml", "metrics", "params", "tags", "artifacts"))


def _status(source: FileStore, stub: Stub) -> str:
    try:
        return str(source.run(stub)["info"]["status"])
    except SourceError:
        return "RUNNING"
