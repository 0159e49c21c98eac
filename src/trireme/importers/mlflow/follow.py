"""A source that grows: brought over, looked at again and again, and brought further."""

from __future__ import annotations

import errno
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
from trireme.importers.mlflow.importer import GROUP, Importer
from trireme.importers.mlflow.source import Message, Source, SourceError, Stub, TraceStub
from trireme.importers.mlflow.watch import Watch, has_ended, watch_of
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
        "scorers",
        "evaluation data sets",
        "evaluation records",
    }
)


@dataclass(slots=True)
class Follower:
    """Keeps a server in step with a source until it is told to stop.

    Parameters:
        seconds: between two looks.
        stop: set when it is time to stop.
    """

    source: Source
    door: Door
    account: Account
    progress: Progress
    seconds: float
    stop: threading.Event
    _followed: set[str] = field(default_factory=set)
    _traces: set[str] = field(default_factory=set)
    _experiments: list[tuple[Message, str]] = field(default_factory=list)
    _known: tuple[object, object] = (None, None)

    def run(self) -> None:
        """Bring everything, then what is new, until it is time to stop; then once more what is new.

        Raises:
            TriremeError: the server refuses. That it, or the source, does not answer is waited for.
        """
        importer, watch = self._fresh()
        whole_at, is_away = 0.0, False
        while True:
            is_last = self.stop.is_set()
            began = time.monotonic()
            is_whole = is_last or began >= whole_at
            self.account.patience = frozenset() if is_last else _GROWING
            try:
                self._pass(importer, watch, whole=is_whole)
            except Unavailable as error:
                if is_last:
                    raise
                if not is_away:
                    self.progress.say(f"{error} Trying on.")
                (importer, watch), is_away, whole_at = self._fresh(), True, 0.0
            else:
                if is_away:
                    self.progress.say("It answers again.")
                is_away = False
            if is_last:
                return
            took = time.monotonic() - began
            if is_whole and not is_away:
                whole_at = time.monotonic() + max(_WHOLE_SECONDS, _SHARE * took)
            self.stop.wait(max(self.seconds, 0.0 if is_whole else took * _SHARE))

    def _fresh(self) -> tuple[Importer, Watch]:
        """An importer that holds nothing that was not stored, and a watch that has seen nothing."""
        self._traces.clear()
        self._known = (None, None)
        importer = Importer(self.source, self.door, self.account, self.progress)
        importer.remember()
        return importer, watch_of(self.source)

    def _pass(self, importer: Importer, watch: Watch, *, whole: bool) -> None:
        experiments, models = watch.experiments(whole=whole), watch.models(whole=whole)
        if experiments != self._known[0]:
            self._experiments = importer.experiments()
        for experiment, identity in self._experiments:
            group: list[Stub] = []
            for stub in watch.runs(experiment, whole=whole):
                group.append(stub)
                if len(group) >= GROUP:
                    self._bring(importer, watch, identity, group)
                    group = []
            self._bring(importer, watch, identity, group)
            if whole:
                importer.logged_models(experiment, identity)
                self._bring_traces(importer, experiment, identity)
                importer.scorers(experiment, identity)
        if models != self._known[1]:
            importer.registered_models()
        if whole:
            importer.eval_datasets()
        self._known = (experiments, models)
        self.account.there.clear()
        self.progress.step()

    def _bring(self, importer: Importer, watch: Watch, identity: str, group: list[Stub]) -> None:
        if not group:
            return
        incomplete = importer.runs(identity, group)
        importer.flush()
        for stub in group:
            if stub.id in incomplete:
                continue
            try:
                ended = has_ended(self.source, stub)
            except SourceError:  # its file is just being written
                continue
            watch.brought(stub, ended=ended)
            if ended and stub.id in self._followed:
                self._followed.discard(stub.id)
                self.progress.say(f"run {stub.id} has ended")
            elif not ended and stub.id not in self._followed:
                self._followed.add(stub.id)
                self.progress.say(f"run {stub.id} is followed")

    def _bring_traces(self, importer: Importer, experiment: Message, identity: str) -> None:
        new: list[TraceStub] = [stub for stub in self.source.traces(experiment) if stub.id not in self._traces]
        if new:
            importer.trace_stubs(new, identity)
            self._traces |= {stub.id for stub in new}


@contextmanager
def only_one(path: Path | None) -> Iterator[None]:
    """Hold a folder or a file, so that it is followed by one process of this machine; nothing for None.

    Raises:
        Conflict: another one follows it.
    """
    if path is None:
        yield
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno in (errno.EWOULDBLOCK, errno.EACCES):
                raise Conflict(f"Another `trireme mlflow` follows {path} already.", hint="Stop that one first.") from None
        yield  # also where a file system knows no such locks: two that follow one source do no harm
    finally:
        os.close(descriptor)
