"""Which types the attributes of a run have: one path, one type. Kept in memory for runs that are being written."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final
from weakref import WeakValueDictionary

from trireme.domain.errors import ReadOnly, TypeConflict
from trireme.domain.ids import ProjectId, RunKey
from trireme.domain.run import RunRecord
from trireme.domain.types import AttributeType
from trireme.storage.warehouse.batch import AttributeRow, Batch
from trireme.storage.warehouse.engine import Warehouse

_MAX_ENTRIES = 4_000_000

SYS_WRITABLE: Final = frozenset(
    {"sys/name", "sys/description", "sys/tags", "sys/group_tags", "sys/state", "sys/failed", "sys/hostname"}
)
"""What a client may write under ``sys/``; the server keeps the rest."""


@dataclass(slots=True, eq=False)
class RunTypes:
    """The types of one run. Hold ``lock`` while checking and registering."""

    project: ProjectId
    types: dict[int, AttributeType]
    generation: int
    """Changes when a path is deleted, so that answers worked out before are asked for again."""
    sets: dict[int, frozenset[str]] = field(default_factory=dict)
    """String sets that were edited, by path_id."""
    last: dict[int, tuple[int, int]] = field(default_factory=dict)
    """Step and timestamp of the last committed point of series that foreign protocols write, by path_id."""
    writing: threading.Lock = field(default_factory=threading.Lock)
    """Held by a foreign protocol's write until it is on disk: what it repeats must be found there (`TypesCache.writing`)."""
    modified_at_ms: int = 0
    lock: threading.RLock = field(default_factory=threading.RLock)

    def register(self, batch: Batch, identity: int, path: str, type_: AttributeType) -> None:
        """Make sure that *path* has that type in this run; a new one is written down in *batch*.

        Raises:
            TypeConflict: it has another type.
        """
        has = self.types.get(identity)
        if has is type_:
            return
        if has is not None:
            raise TypeConflict(
                f"'{path}' is a {has.label} in this run; a {type_.label} was sent.",
                hint="Use another path, or delete the attribute first.",
            )
        self.types[identity] = type_
        batch.names.append((identity, type_, path))
        if type_.is_series:
            batch.attributes.append(AttributeRow(identity, type_))

    def drop(self, batch: Batch, identity: int, type_: AttributeType, generation: int) -> None:
        """Write down in *batch* that an attribute goes, with its points.

        Parameters:
            generation: a new one (`TypesCache.next_generation`).
        """
        self.types.pop(identity, None)
        self.sets.pop(identity, None)
        self.last.pop(identity, None)
        self.generation = generation
        batch.deletes.append(identity)
        batch.attributes.append(AttributeRow(identity, type_, deleted=True))


def check_writable(path: str) -> None:
    """Return if clients may write *path*.

    Raises:
        ReadOnly: the server keeps it.
    """
    if path.startswith("sys/") and path not in SYS_WRITABLE:
        raise ReadOnly(f"'{path}' is kept by the server.", hint=f"Writable are {', '.join(sorted(SYS_WRITABLE))}.")


class TypesCache:
    """`RunTypes` of the runs written most recently."""

    def __init__(self, warehouse: Warehouse) -> None:
        self._warehouse = warehouse
        self._runs: OrderedDict[RunKey, RunTypes] = OrderedDict()
        self._lock = threading.Lock()
        self._generation = 0
        self._writing: WeakValueDictionary[RunKey, threading.Lock] = WeakValueDictionary()
        """One lock a run, however often its types are forgotten while somebody writes."""

    def next_generation(self) -> int:
        """A number that no `RunTypes` has had."""
        with self._lock:
            self._generation += 1
            return self._generation

    def begin(self, project: ProjectId, run: RunKey) -> None:
        """Take it as known that *run*, which was just made, has no attribute yet."""
        generation = self.next_generation()
        with self._lock:
            self._runs.setdefault(run, RunTypes(project, {}, generation))
            self._shrink()

    def get(self, project: ProjectId, run: RunKey) -> RunTypes:
        """The types of *run*, read from the warehouse when it was not written lately."""
        with self._lock:
            if run in self._runs:
                self._runs.move_to_end(run)
                return self._runs[run]
        table = self._warehouse.query(
            "SELECT path_id, type FROM run_attributes FINAL WHERE project = {project:UInt32} AND run = {run:UInt64}",
            {"project": int(project), "run": int(run)},
        )
        types = dict(zip(table["path_id"].to_pylist(), map(AttributeType, table["type"].to_pylist()), strict=True))
        generation = self.next_generation()
        with self._lock:
            fresh = RunTypes(project, types, generation)
            fresh.writing = self._writing.setdefault(run, fresh.writing)
            found = self._runs.setdefault(run, fresh)
            self._shrink()
            return found

    @contextmanager
    def writing(self, project: ProjectId, run: RunKey) -> Iterator[RunTypes]:
        """The types of *run* for a foreign protocol's write: one at a time, each with what the ones before it left."""
        while True:
            known = self.get(project, run)
            with known.writing:
                if self.get(project, run) is known:  # else it was forgotten while this one waited
                    yield known
                    return

    def prepare(self, project: ProjectId, runs: Sequence[RunKey]) -> None:
        """Read the types of many runs at once, before each of them is asked for."""
        with self._lock:
            unknown = [run for run in runs if run not in self._runs]
        if len(unknown) < 2:
            return
        table = self._warehouse.query(
            "SELECT run, path_id, type FROM run_attributes FINAL WHERE project = {project:UInt32} AND run IN {runs:Array(UInt64)}",
            {"project": int(project), "runs": [int(run) for run in unknown]},
        )
        types: dict[RunKey, dict[int, AttributeType]] = {run: {} for run in unknown}
        rows = zip(table["run"].to_pylist(), table["path_id"].to_pylist(), table["type"].to_pylist(), strict=True)
        for run, path, type_ in rows:
            types[RunKey(run)][path] = AttributeType(type_)
        generation = self.next_generation()
        with self._lock:
            for run, found in types.items():
                self._runs.setdefault(run, RunTypes(project, found, generation))
            self._shrink()

    def current_set(self, run: RunRecord, known: RunTypes, identity: int) -> frozenset[str]:
        """What a string set holds now, edits that are on their way included."""
        if identity not in known.sets:
            table = self._warehouse.query(
                "SELECT strings FROM run_attributes FINAL"
                " WHERE project = {project:UInt32} AND run = {run:UInt64} AND path_id = {path:UInt64}",
                {"project": int(run.project_id), "run": int(run.key), "path": identity},
            )
            known.sets[identity] = frozenset(table["strings"][0].as_py()) if table.num_rows else frozenset()
        return known.sets[identity]

    def forget(self, run: RunKey) -> None:
        """Drop what is known of *run*: a write of it failed, or it is gone."""
        with self._lock:
            self._runs.pop(run, None)

    def forget_project(self, project: ProjectId) -> None:
        """Drop what is known of a project's runs: they are gone."""
        with self._lock:
            for run in [run for run, known in self._runs.items() if known.project == project]:
                del self._runs[run]

    def _shrink(self) -> None:
        entries = sum(len(run.types) for run in self._runs.values()) if len(self._runs) % 64 == 0 else 0
        while entries > _MAX_ENTRIES and len(self._runs) > 1:
            _, oldest = self._runs.popitem(last=False)
            entries -= len(oldest.types)
