"""Which types the attributes of a run have: one path, one type. Kept in memory for runs that are being written."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field

from trireme.domain.ids import ProjectId, RunKey
from trireme.domain.types import AttributeType
from trireme.storage.warehouse.engine import Warehouse

_MAX_ENTRIES = 4_000_000


@dataclass(slots=True, eq=False)
class RunTypes:
    """The types of one run. Hold ``lock`` while checking and registering."""

    types: dict[int, AttributeType]
    generation: int
    """Changes when a path is deleted, so that answers worked out before are asked for again."""
    sets: dict[int, frozenset[str]] = field(default_factory=dict)
    """String sets that were edited, by path_id."""
    modified_at_ms: int = 0
    lock: threading.RLock = field(default_factory=threading.RLock)


class TypesCache:
    """`RunTypes` of the runs written most recently."""

    def __init__(self, warehouse: Warehouse) -> None:
        self._warehouse = warehouse
        self._runs: OrderedDict[RunKey, RunTypes] = OrderedDict()
        self._lock = threading.Lock()
        self._generation = 0

    def next_generation(self) -> int:
        """A number that no `RunTypes` has had."""
        with self._lock:
            self._generation += 1
            return self._generation

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
            found = self._runs.setdefault(run, RunTypes(types, generation))
            self._shrink()
            return found

    def forget(self, run: RunKey) -> None:
        """Drop what is known of *run*: a write of it failed, or it is gone."""
        with self._lock:
            self._runs.pop(run, None)

    def _shrink(self) -> None:
        entries = sum(len(run.types) for run in self._runs.values()) if len(self._runs) % 64 == 0 else 0
        while entries > _MAX_ENTRIES and len(self._runs) > 1:
            _, oldest = self._runs.popitem(last=False)
            entries -= len(oldest.types)
