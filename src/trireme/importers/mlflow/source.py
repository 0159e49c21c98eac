"""What the importer needs of a source. Experiments, runs, models and traces are MLflow's REST messages, as dicts."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

Message = dict[str, Any]
STATUSES: Mapping[int, str] = {1: "RUNNING", 2: "SCHEDULED", 3: "FINISHED", 4: "FAILED", 5: "KILLED"}
MODEL_STATUSES: Mapping[int, str] = {1: "LOGGED_MODEL_PENDING", 2: "LOGGED_MODEL_READY", 3: "LOGGED_MODEL_UPLOAD_FAILED"}
_VERSION_STATUSES = {"1": "PENDING_REGISTRATION", "2": "FAILED_REGISTRATION", "3": "READY"}
HIDDEN_STAGE = "Deleted_Internal"
"""The stage of a version that was deleted: only its number stays."""


class SourceError(Exception):
    """One item cannot be read; the sentence says why. The rest of the source can."""


@dataclass(frozen=True, slots=True)
class Stub:
    """A run that there is.

    Parameters:
        stamp: changes whenever anything of the run does.
        place: where the source finds it.
    """

    id: str
    stamp: str
    place: Any = None


@dataclass(slots=True)
class Points:
    """A stretch of a metric: equally long columns.

    Parameters:
        offset: how much of the metric was read when this stretch is stored; None if the source cannot continue from there.
        broken: what could not be read, in words.
    """

    key: str
    timestamps: array[int] = field(default_factory=lambda: array("q"))
    steps: array[int] = field(default_factory=lambda: array("q"))
    values: array[float] = field(default_factory=lambda: array("d"))
    offset: int | None = None
    broken: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class File:
    """A file.

    Parameters:
        path: below its run or model, with slashes.
        local: gives it as a file on this machine for a while.
        stamp: changes when the file does; empty if that is not known.
    """

    path: str
    size: int | None
    local: AbstractContextManager[Path]
    stamp: str = ""


@dataclass(frozen=True, slots=True)
class Model:
    """A logged model: its message ``{info, data, lifecycle_stage}`` and where the source finds it."""

    message: Message
    place: Any = None


@dataclass(frozen=True, slots=True)
class TraceStub:
    """A trace that there is; ``load`` gives its message ``{trace_info, spans}`` or raises `SourceError`."""

    id: str
    load: Callable[[], Message]


@dataclass(frozen=True, slots=True)
class EvalDataset:
    """An evaluation data set: its message, whose ``experiment_ids`` are the source's, and its records, some at a time."""

    message: Message
    records: Callable[[], Iterator[list[Message]]]


class Source(Protocol):
    """A place where MLflow kept things. What cannot be read is reported to the account that the source was made with."""

    label: str

    def keeps(self, experiment: Message) -> bool:
        """Whether the experiment's artifacts are read, so that they come over; else they stay where they are."""
        ...

    def experiments(self) -> Iterator[Message]:
        """All experiments, deleted ones too."""
        ...

    def run_count(self, experiment: Message) -> int:
        """How many runs it has, about."""
        ...

    def runs(self, experiment: Message) -> Iterator[Stub]:
        """Its runs, deleted ones too."""
        ...

    def run(self, stub: Stub) -> Message:
        """A run without its points.

        Raises:
            SourceError: it cannot be read.
        """
        ...

    def points(self, stub: Stub, offsets: Mapping[str, int]) -> Iterator[Points]:
        """The points of all metrics, each after its offset."""
        ...

    def files(self, stub: Stub) -> Iterator[File]:
        """The run's artifacts."""
        ...

    def logged_models(self, experiment: Message) -> Iterator[Model]:
        """Its logged models, deleted ones too."""
        ...

    def model_files(self, model: Model) -> Iterator[File]:
        """A logged model's files."""
        ...

    def traces(self, experiment: Message) -> Iterator[TraceStub]:
        """Its traces."""
        ...

    def registered_models(self) -> Iterator[Message]:
        """All registered models with ``versions``, ``aliases`` and ``highest_version``."""
        ...

    def scorers(self, experiment: Message) -> Iterator[Message]:
        """Its scorers: ``{name, scorer_id, versions: [{version, content, created_at}]}``."""
        ...

    def eval_datasets(self) -> Iterator[EvalDataset]:
        """All evaluation data sets."""
        ...

    def left(self) -> Mapping[str, int]:
        """How many there are of what no importer brings, by its name in the plural."""
        ...

    def close(self) -> None:
        """Let go of connections."""
        ...


def version_status(status: Any) -> str | None:
    """The status of a model's version, by its name or number; None for one that no release knows, and ready is what counts then."""
    text = _VERSION_STATUSES.get(str(status), str(status))
    return text if text in _VERSION_STATUSES.values() else None


def pairs(found: Mapping[str, str]) -> list[dict[str, str]]:
    """Keys and values as messages have them."""
    return [{"key": key, "value": value} for key, value in found.items()]
