"""What was read once and holds until it changes: columns of all runs of a project, and what was made of single runs."""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from trireme.domain.ids import ProjectId, RunKey
from trireme.services.changes import Changes
from trireme.storage.catalog.clock import now_ms
from trireme.storage.warehouse.engine import Warehouse

if TYPE_CHECKING:
    import pyarrow as pa

_MAX_COLUMN_BYTES: Final = 128 * 1024 * 1024
_MAX_TEXT_BYTES: Final = 128 * 1024 * 1024
_OVERHEAD_BYTES: Final = 400


class KeptColumns:
    """Answers of the warehouse that say something of every run of a project, kept until that changes."""

    def __init__(self, warehouse: Warehouse, changes: Changes) -> None:
        self._warehouse = warehouse
        self._changes = changes
        self._kept: OrderedDict[tuple[ProjectId, str, str], tuple[int, pa.Table]] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    def read(self, project: ProjectId, sql: str, params: Mapping[str, object], *, paths: Iterable[int], points: bool) -> pa.Table:
        """As `Warehouse.query`.

        Parameters:
            paths, points: what the answer depends on: values under these paths, and with *points* series.
        """
        version = self._changes.version(project)
        changed = self._changes.last_of_paths(project, paths, points=points)
        key = (project, sql, repr(params))
        with self._lock:
            found = self._kept.get(key)
            if found is not None and found[0] >= changed:
                self._kept.move_to_end(key)
                return found[1]
        table = self._warehouse.query(sql, params)
        if table.nbytes > _MAX_COLUMN_BYTES // 2:  # it would push out all others
            return table
        with self._lock:
            old = self._kept.pop(key, None)
            self._size += table.nbytes - (old[1].nbytes if old else 0)
            self._kept[key] = version, table
            while self._size > _MAX_COLUMN_BYTES:
                self._size -= self._kept.popitem(last=False)[1][1].nbytes
        return table


class Text(NamedTuple):
    """What was made of a run.

    Parameters:
        until: when it does not hold any more, unless the run changes before; in ms since 1970.
    """

    text: bytes
    until: float = math.inf


class KeptTexts:
    """A text for each run, such as its message in a protocol, kept until the run changes."""

    def __init__(self, changes: Changes) -> None:
        self._changes = changes
        self._kept: OrderedDict[RunKey, tuple[int, Text]] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    def version(self, project: ProjectId) -> int:
        """What `keep` wants to know: ask before anything is read that a text is made of."""
        return self._changes.version(project)

    def get(self, project: ProjectId, runs: Sequence[RunKey]) -> dict[RunKey, bytes]:
        """The texts of those of *runs* that have one which still holds."""
        texts: dict[RunKey, bytes] = {}
        changed = self._changes.last_of_runs(project, runs)
        now = now_ms()
        with self._lock:
            for run, last in zip(runs, changed, strict=True):
                found = self._kept.get(run)
                if found is not None and found[0] >= last and now < found[1].until:
                    self._kept.move_to_end(run)
                    texts[run] = found[1].text
        return texts

    def keep(self, version: int, texts: Mapping[RunKey, Text]) -> None:
        """Keep *texts*, made of what was read at *version*, as long as there is room and their runs do not change."""
        with self._lock:
            for run, text in texts.items():
                old = self._kept.pop(run, None)
                if old is not None:
                    self._size -= _size(old[1])
                self._kept[run] = version, text
                self._size += _size(text)
            while self._size > _MAX_TEXT_BYTES:
                self._size -= _size(self._kept.popitem(last=False)[1][1])


def _size(text: Text) -> int:
    return len(text.text) + _OVERHEAD_BYTES
