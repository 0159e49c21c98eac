"""What the server keeps of a run under ``sys/`` follows its writes: some seconds behind, then exactly.

A run that is written all the time would be described all the time as well, so it is described every few seconds, and once more when it
falls silent. Of runs of foreign clients, which never say how long they took or what they hold, that is kept too.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from trireme.domain.ids import ProjectId, RunKey
from trireme.domain.paths import path_id
from trireme.domain.run import STALE_AFTER_MS, RunRecord
from trireme.domain.types import AttributeType
from trireme.services.attribute_types import TypesCache
from trireme.storage.warehouse.batch import Batch
from trireme.storage.warehouse.engine import Warehouse

if TYPE_CHECKING:
    from trireme.storage.catalog.catalog import Catalog

log = logging.getLogger(__name__)

_AFTER_SECONDS: Final = 5.0
_PING, _RUNNING = "sys/ping_time", "sys/running_time_seconds"
_COUNTED: Final = {
    AttributeType.BOOL: "bool",
    AttributeType.FILE: "file_ref",
    AttributeType.FILE_SERIES: "file_ref_series",
    AttributeType.FLOAT: "float",
    AttributeType.FLOAT_SERIES: "float_series",
    AttributeType.HISTOGRAM_SERIES: "histogram_series",
    AttributeType.INT: "int",
    AttributeType.STRING: "string",
    AttributeType.STRING_SERIES: "string_series",
    AttributeType.STRING_SET: "string_set",
}
"""How Neptune's ``sys/diagnostics/attributes/<name>_count`` call the types."""

_HEAD: Final = "sys/diagnostics/attributes"
_DESCRIPTIONS: Final = frozenset(
    path_id(f"{_HEAD}/{name}") for name in (*(f"{n}_count" for n in _COUNTED.values()), "total_count", "total_series_datapoints")
)
"""They do not count themselves."""
_POINTS_OF: Final = {
    AttributeType.STRING_SERIES: "string_points",
    AttributeType.HISTOGRAM_SERIES: "histogram_points",
    AttributeType.FILE_SERIES: "file_points",
}
_MAX_REMEMBERED: Final = 100_000

Values = dict[str, tuple[AttributeType, object]]


class Upkeep:
    """Remembers which runs were written, and describes them in a thread of its own.

    Parameters:
        write: stores values of runs; readable on return.
    """

    def __init__(
        self,
        catalog: Catalog,
        warehouse: Warehouse,
        types: TypesCache,
        write: Callable[[Sequence[tuple[RunRecord, Values]]], None],
    ) -> None:
        self._catalog = catalog
        self._warehouse = warehouse
        self._types = types
        self._write = write
        self._written: dict[RunKey, tuple[int, int]] = {}
        """Runs with writes that are not described yet: when the last one came (ms), and how many points came."""
        self._worked: dict[RunKey, tuple[int, int]] = {}
        """How long runs have worked (ms) and until when that is counted."""
        self._points: dict[RunKey, int] = {}
        self._changed = threading.Condition()
        self._busy = threading.Lock()
        self._closed = False
        self._thread = threading.Thread(target=self._work, name="upkeep", daemon=True)
        self._thread.start()

    def note(self, run: RunKey, batches: Sequence[Batch]) -> None:
        """*batches* of *run* were stored just now."""
        came = sum(len(b.strings) + len(b.histograms) + len(b.files) + (len(b.floats.step) if b.floats else 0) for b in batches)
        with self._changed:
            _, before = self._written.get(run, (0, 0))
            self._written[run] = (time.time_ns() // 1_000_000, before + came)
            if len(self._written) == 1:
                self._changed.notify()

    def forget(self, runs: Iterable[RunKey] | None = None) -> None:
        """*runs* go, or all that the catalog does not know any more; on return nothing is written into them."""
        with self._busy, self._changed:
            for run in runs or ():
                self._written.pop(run, None)
            self._worked.clear()
            self._points.clear()

    def close(self) -> None:
        """Describe what is left, and stop."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        self._thread.join(timeout=30)

    def _work(self) -> None:
        while True:
            with self._changed:
                while not self._written and not self._closed:
                    self._changed.wait()
                if not self._closed:
                    self._changed.wait(_AFTER_SECONDS)
                closed = self._closed
            with self._busy:
                with self._changed:
                    due, self._written = self._written, {}
                try:
                    self._describe(due)
                except Exception:
                    # What is lost is a description; the next write brings it up to date.
                    log.exception("runs could not be described")
            if closed:
                return

    def _describe(self, due: Mapping[RunKey, tuple[int, int]]) -> None:
        if len(self._worked) > _MAX_REMEMBERED:
            self._worked.clear()
            self._points.clear()
        found: list[tuple[RunRecord, Values]] = []
        for run in sorted(self._catalog.runs.by_keys(list(due)), key=lambda run: run.depth):  # parents before their forks
            at, came = due[run.key]
            values: Values = {"sys/modification_time": (AttributeType.DATETIME, at)}
            if path_id(_PING) in self._types.get(run.project_id, run.key).types:
                values |= {_PING: (AttributeType.DATETIME, at)} | self._running(run, at) | self._counts(run, came)
            found.append((run, values))
        self._write(found)

    def _running(self, run: RunRecord, at: int) -> Values:
        """Time during which it was written; pauses of some minutes do not count."""
        if run.key not in self._worked:
            seconds, until = self._running_times(run.project_id, [run.key]).get(run.key, (0.0, 0))
            self._worked[run.key] = (round(seconds * 1000), until if seconds else run.created_at)
        worked, until = self._worked[run.key]
        if 0 < at - until <= STALE_AFTER_MS:
            worked += at - until
        self._worked[run.key] = (worked, max(at, until))
        values: Values = {_RUNNING: (AttributeType.FLOAT, worked / 1000)}
        if run.experiment is not None:
            chain = self._catalog.lineage.chains([run.key]).get(run.key, [])
            before = self._running_times(run.project_id, [link.parent for link in chain if link.parent not in self._worked])
            before |= {link.parent: (self._worked[link.parent][0] / 1000, 0) for link in chain if link.parent in self._worked}
            total = worked / 1000 + sum(seconds for seconds, _ in before.values())
            values["sys/experiment/running_time_seconds"] = (AttributeType.FLOAT, total)
        return values

    def _counts(self, run: RunRecord, came: int) -> Values:
        known = self._types.get(run.project_id, run.key)
        with known.lock:
            found = Counter(type_ for path, type_ in known.types.items() if path not in _DESCRIPTIONS)
            others = [path for path, type_ in known.types.items() if type_ in _POINTS_OF]
        if run.key in self._points:
            self._points[run.key] += came
        else:
            self._points[run.key] = self._count(run, others)
        values: Values = {f"{_HEAD}/{name}_count": (AttributeType.INT, found[type_]) for type_, name in _COUNTED.items()}
        values[f"{_HEAD}/total_count"] = (AttributeType.INT, found.total())
        values[f"{_HEAD}/total_series_datapoints"] = (AttributeType.INT, self._points[run.key])
        return values

    def _count(self, run: RunRecord, others: Sequence[int]) -> int:
        """How many points it has.

        Parameters:
            others: its series that are not of floats.
        """
        mine = "project = {project:UInt32} AND run = {run:UInt64}"
        parts = [f"SELECT sum(count) AS n FROM float_summary WHERE {mine}"]
        chosen = f"{mine} AND path_id IN {{paths:Array(UInt64)}}"
        parts += [f"SELECT count() AS n FROM {table} FINAL WHERE {chosen}" for table in _POINTS_OF.values()]
        table = self._warehouse.query(
            f"SELECT sum(n) AS n FROM ({' UNION ALL '.join(parts)})",
            {"project": int(run.project_id), "run": int(run.key), "paths": list(others)},
        )
        return int(table["n"][0].as_py() or 0)

    def _running_times(self, project: ProjectId, runs: Sequence[RunKey]) -> dict[RunKey, tuple[float, int]]:
        """What is written down of each run: seconds, and when it was heard of last (ms)."""
        if not runs:
            return {}
        paths = f"({path_id(_RUNNING)}, {path_id(_PING)})"
        table = self._warehouse.query(
            f"SELECT run, maxIf(number, path_id = {path_id(_RUNNING)}) AS seconds, maxIf(int, path_id = {path_id(_PING)}) AS until"
            f" FROM run_attributes FINAL WHERE project = {{project:UInt32}} AND run IN {{runs:Array(UInt64)}} AND path_id IN {paths}"
            " GROUP BY run",
            {"project": int(project), "runs": [int(run) for run in runs]},
        )
        return {RunKey(row["run"]): (row["seconds"], row["until"]) for row in table.to_pylist()}
