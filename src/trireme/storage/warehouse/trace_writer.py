"""Group commit of traces: what many requests want written becomes one block per table, then the summaries of the traces that it touches
are made anew, and only then are the requests answered.

Everything is keyed, so no ledger is needed: a request that was cut off by a crash was not answered, and its retry writes the same rows and
makes the same summaries. Several servers may write one trace: each inserts before it takes a version and reads, so whoever has the highest
version has seen what the others wrote (as far as their clocks agree; the next write settles the rest).
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Future
from typing import Any, Final

from trireme.domain.errors import TriremeError, Unavailable
from trireme.domain.trace import COSTS, TOKENS, ValueKind
from trireme.domain.trace_summary import SpanHead, TraceSummary, summarise
from trireme.storage.warehouse.engine import Warehouse
from trireme.storage.warehouse.trace_rows import (
    TraceChange,
    TraceValue,
    assessment_block,
    span_block,
    summary_block,
    value_block,
)

log = logging.getLogger(__name__)

MAX_ROWS_PER_COMMIT: Final = 50_000
TABLES: Final = ("traces", "trace_assessments", "trace_values_by_key", "trace_values", "spans")
_WHERE: Final = "project = {project:UInt32} AND trace IN {traces:Array(String)}"
_USAGE: Final = (*TOKENS, *COSTS)


class TraceWriter:
    """One thread that commits changes in the order they came."""

    def __init__(self, warehouse: Warehouse) -> None:
        self._warehouse = warehouse
        self._queue: list[tuple[TraceChange, Future[None]]] = []
        self._wake = threading.Condition()
        self._committed = threading.Condition()
        self._count = 0
        self._closed = False
        self._version = 0
        self._thread = threading.Thread(target=self._work, name="trace-commit", daemon=True)
        self._thread.start()

    def write(self, change: TraceChange) -> None:
        """Carry out *change*. On return it is on disk and readable.

        Raises:
            Unavailable: it could not be written; it may be repeated as it is.
        """
        done: Future[None] = Future()
        with self._wake:
            if self._closed:
                raise Unavailable("The server is shutting down.", hint="The client repeats the request.")
            self._queue.append((change, done))
            self._wake.notify()
        done.result()

    def wait_for(self, found: Callable[[], bool], seconds: float) -> bool:
        """Ask *found* now, after every commit, and when the time is up, until it says yes; what it said last."""
        deadline = time.monotonic() + seconds
        while True:
            with self._committed:
                seen = self._count
            if found():
                return True
            with self._committed:
                left = deadline - time.monotonic()
                if left <= 0 or self._closed:
                    return False
                self._committed.wait_for(lambda seen=seen: self._count != seen or self._closed, left)

    def close(self) -> None:
        """Commit what is queued, then end."""
        with self._wake:
            self._closed = True
            self._wake.notify()
        with self._committed:
            self._committed.notify_all()
        self._thread.join()

    def _work(self) -> None:
        while True:
            with self._wake:
                self._wake.wait_for(lambda: bool(self._queue) or self._closed)
                if not self._queue:
                    return
                jobs = self._take()
            self._commit(jobs)
            with self._committed:
                self._count += 1
                self._committed.notify_all()

    def _take(self) -> list[tuple[TraceChange, Future[None]]]:
        rows = 0
        for count, (change, _) in enumerate(self._queue):
            rows += change.rows
            if count and rows > MAX_ROWS_PER_COMMIT:
                break
        else:
            count = len(self._queue)
        jobs, self._queue = self._queue[:count], self._queue[count:]
        return jobs

    def _commit(self, jobs: Sequence[tuple[TraceChange, Future[None]]]) -> None:
        try:
            for changes in _rounds([change for change, _ in jobs]):
                self._write(changes)
        except BaseException as error:
            # Nobody else hears of an error in this thread: every kind must reach those who wait.
            if len(jobs) > 1:
                for job in jobs:
                    self._commit([job])
                return
            log.exception("a commit of traces failed")
            reason = error if isinstance(error, TriremeError) else Unavailable("The write failed.", hint="See the server's log.")
            for _, done in jobs:
                done.set_exception(reason)
            return
        for _, done in jobs:
            done.set_result(None)

    def _write(self, changes: Sequence[TraceChange]) -> None:
        for change in changes:
            if change.deleted:
                params = {"project": change.project, "traces": list(change.deleted)}
                for table in TABLES:
                    self._warehouse.execute(f"DELETE FROM {table} WHERE {_WHERE} SETTINGS lightweight_deletes_sync = 2", params)
        version = self._next_version(sum(change.rows for change in changes) + 1)
        for table, block in (
            ("spans", span_block(changes, version)),
            ("trace_values", value_block(changes, version)),
            ("trace_assessments", assessment_block(changes, version)),
        ):
            if block is not None:
                self._warehouse.insert(table, block)
        self._summarise(changes)

    def _summarise(self, changes: Sequence[TraceChange]) -> None:
        touched: dict[int, set[str]] = {}
        for change in changes:
            touched.setdefault(change.project, set()).update(change.touched)
        version = self._next_version(1)
        summaries: dict[tuple[int, str], TraceSummary] = {}
        derived: list[TraceChange] = []
        for project, traces in touched.items():
            made = summaries_of(self._warehouse, project, traces)
            summaries |= {(project, trace): summary for trace, summary in made.items()}
            derived.append(TraceChange(project, values=_derived(made)))
        if block := value_block(derived, version):
            self._warehouse.insert("trace_values", block)
        if (rows := summary_block(summaries, version)) is not None:
            self._warehouse.insert("traces", rows)

    def _next_version(self, count: int) -> int:
        """The first of *count* versions; they only rise, also when the clock is set back."""
        first = max(time.time_ns() // 1000, self._version)
        self._version = first + count
        return first


def summaries_of(warehouse: Warehouse, project: int, traces: Collection[str]) -> dict[str, TraceSummary]:
    """What is known of these traces, made anew from what was said and from their spans."""
    if not traces:
        return {}
    params: dict[str, Any] = {"project": project, "traces": sorted(traces), "kind": int(ValueKind.SAID)}
    said: dict[str, dict[str, str]] = {}
    values = warehouse.query(f"SELECT trace, key, value FROM trace_values FINAL WHERE {_WHERE} AND kind = {{kind:UInt8}}", params)
    for row in values.to_pylist():
        said.setdefault(row["trace"], {})[row["key"]] = row["value"]
    spans: dict[str, list[SpanHead]] = {}
    columns = "trace, span, parent, name, status, start_ns, end_ns, session, user, request, response, " + ", ".join(_USAGE)
    found = warehouse.query(f"SELECT {columns} FROM spans FINAL WHERE {_WHERE} ORDER BY trace, start_ns, span", params)
    for row in found.to_pylist():
        usage = {name: row[name] for name in _USAGE if row[name] == row[name]}
        head = SpanHead(
            row["span"], row["parent"], row["name"], row["status"], row["start_ns"], row["end_ns"], row["session"], row["user"],
            row["request"], row["response"], usage,
        )  # fmt: skip
        spans.setdefault(row["trace"], []).append(head)
    return {trace: summarise(said.get(trace, {}), spans.get(trace, [])) for trace in said.keys() | spans.keys()}


def _derived(summaries: Mapping[str, TraceSummary]) -> list[TraceValue]:
    made = [
        TraceValue(trace, ValueKind.TAG, key, value, said=False)
        for trace, s in summaries.items()
        for key, value in s.tags.items()
    ]
    made += [
        TraceValue(trace, ValueKind.METADATA, key, value, said=False)
        for trace, s in summaries.items()
        for key, value in s.metadata.items()
    ]
    return made


def _rounds(changes: Sequence[TraceChange]) -> list[list[TraceChange]]:
    """Changes in order, a new list before each one that deletes: what came before it must be in place by then."""
    rounds: list[list[TraceChange]] = [[]]
    for change in changes:
        if change.deleted and rounds[-1]:
            rounds.append([])
        rounds[-1].append(change)
    return rounds
