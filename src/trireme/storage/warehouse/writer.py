"""Group commit: what many requests want written becomes one block per table, and only then are they answered.

The crash rule. A base table's sorting key identifies a row, so inserting a row twice changes nothing; a view is not one
transaction with its table, so after a kill it may lack a batch or, after the retry, hold it twice. Hence the ledger:

1. ``begin``: which runs and which stretches of which writers are about to be written.
2. The inserts.
3. ``finish``, one transaction: the writers' new positions are recorded and the entry goes. Then the requests are answered.

Entries that survive a crash name the runs whose summaries and roll-ups are rebuilt from the points before anything is served
(`recover`), and the stretches whose retry is followed by one more rebuild, because its rows may be there already.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Final, Protocol

from trireme.domain.errors import TriremeError, Unavailable
from trireme.domain.ids import ProjectId, RunKey
from trireme.domain.ledger import BatchEntry
from trireme.domain.lineage import Fork, Segment, heirs
from trireme.storage.warehouse.batch import Batch, blocks
from trireme.storage.warehouse.engine import Warehouse
from trireme.storage.warehouse.lineage import begin_fork, pass_on
from trireme.storage.warehouse.rebuild import rebuild_runs

log = logging.getLogger(__name__)

MAX_ROWS_PER_COMMIT: Final = 1_000_000
_MAX_NAMES: Final = 500_000
"""Up to here an insert is one part: all or nothing."""

_TABLES_WITH_PATHS = (
    "float_points",
    "float_summary",
    "float_summary_by_path",
    "float_rollup",
    "string_points",
    "histogram_points",
    "file_points",
)


class Ledger(Protocol):
    """What the catalog remembers of batches in flight and of writers' positions."""

    def begin(self, batch_id: int, entries: Sequence[BatchEntry]) -> None:
        """Record that *entries* are about to be written."""
        ...

    def finish(self, batch_id: int, committed: Mapping[int, int]) -> None:
        """Record that a batch is on disk: writers move on to the given positions."""
        ...

    def unfinished(self) -> Iterable[tuple[int, Sequence[BatchEntry]]]:
        """Batches that began and did not finish, oldest first."""
        ...

    def mark_suspect(self, batch_id: int) -> None:
        """Close an unfinished batch: its stretches may be stored already and will be sent again."""
        ...


ForksBelow = Callable[[Sequence[RunKey]], Mapping[RunKey, Sequence[Fork]]]
"""For each run that was forked: all forks below it, parents first (`trireme.storage.catalog.lineage`)."""


@dataclass(frozen=True, slots=True)
class ForkPlan:
    """A new run inherits the points of *segments*, and with ``values`` its parent's single values."""

    segments: Sequence[Segment]
    values: bool


@dataclass(slots=True)
class Job:
    """What one request wants written. ``rebuild``: its rows may partly be there already, see the module's text.

    A ``fork`` is carried out before the batches, of which there is at least one, the new run's.
    """

    batches: Sequence[Batch]
    entry: BatchEntry | None = None
    rebuild: bool = False
    fork: ForkPlan | None = None
    done: Future[None] = field(default_factory=Future)

    @property
    def rows(self) -> int:
        """Size in rows."""
        return sum(batch.rows for batch in self.batches)


class GroupCommit:
    """One thread that commits jobs in the order they came.

    Parameters:
        on_commit: called with the jobs of a commit, and by run the forks that inherit from it, after it is durable and before they
            are answered; must not block.
    """

    def __init__(
        self,
        warehouse: Warehouse,
        ledger: Ledger,
        forks_below: ForksBelow,
        on_commit: Callable[[Sequence[Job], Mapping[int, Collection[RunKey]]], None],
    ) -> None:
        self._warehouse = warehouse
        self._ledger = ledger
        self._forks_below = forks_below
        self._on_commit = on_commit
        self._queue: list[Job] = []
        self._wake = threading.Condition()
        self._closed = False
        self._uncertain = False
        # Names by project that are stored for certain: each new run has those of the others, and an insert costs milliseconds.
        self._named: dict[int, set[tuple[int, int]]] = {}
        self._version = _first_version(warehouse)
        self._batch_id = time.time_ns()
        self._thread = threading.Thread(target=self._work, name="group-commit", daemon=True)
        self._thread.start()

    def submit(self, job: Job) -> Future[None]:
        """Queue *job*. The future ends when it is on disk and readable, or with the reason why it is not.

        Raises:
            Unavailable: the server is shutting down.
        """
        with self._wake:
            if self._closed:
                raise Unavailable("The server is shutting down.", hint="The client repeats the request.")
            self._queue.append(job)
            self._wake.notify()
        return job.done

    def forget_names(self, project: ProjectId) -> None:
        """Names of *project* are no longer stored."""
        self._named.pop(int(project), None)

    def close(self) -> None:
        """Commit what is queued, then end."""
        with self._wake:
            self._closed = True
            self._wake.notify()
        self._thread.join()

    def _work(self) -> None:
        while True:
            with self._wake:
                while not self._queue and not self._closed:
                    self._wake.wait()
                if not self._queue:
                    return
                jobs = self._take()
            self._commit(jobs)

    def _take(self) -> list[Job]:
        rows = 0
        for count, job in enumerate(self._queue):
            rows += job.rows
            if count and rows > MAX_ROWS_PER_COMMIT:
                break
        else:
            count = len(self._queue)
        jobs, self._queue = self._queue[:count], self._queue[count:]
        return jobs

    def _commit(self, jobs: list[Job]) -> None:
        try:
            self._write(jobs)
        except BaseException as error:
            # Nobody else hears of an error in this thread: every kind must reach those who wait.
            if len(jobs) > 1 and not self._uncertain:
                for job in jobs:
                    self._commit([job])
                return
            log.exception("a commit of %d jobs failed", len(jobs))
            reason = error if isinstance(error, TriremeError) else Unavailable("The write failed.", hint="See the server's log.")
            for job in jobs:
                job.done.set_exception(reason)
            return
        for job in jobs:
            job.done.set_result(None)

    def _write(self, jobs: Sequence[Job]) -> None:
        if self._uncertain:
            recover(self._warehouse, self._ledger, self._forks_below)
            self._uncertain = False
        for job in jobs:
            for batch in job.batches:
                if batch.names:
                    known = self._named.get(batch.project, ())
                    batch.names = [name for name in batch.names if (name[0], int(name[1])) not in known]
        fork_version = self._next_version()  # before all others: a fork's own values win over what it inherits
        rounds = []
        for part in _rounds(jobs):
            rounds.append(blocks(part, self._version))
            self._version += sum(len(batch.attributes) for batch in part)  # a later round wins over an earlier one
        entries = [job.entry for job in jobs if job.entry is not None]
        self._batch_id += 1
        if entries:
            self._ledger.begin(self._batch_id, entries)
        self._uncertain = bool(entries)
        for job in jobs:
            if job.fork is not None:
                self._fork(job, job.fork, fork_version)
        # Asked here, where one commit follows the other: a fork either sees the points of this one, or is among the heirs.
        inheriting = self._heirs(jobs)
        for part, made in zip(_rounds(jobs), rounds, strict=True):
            for batch in part:
                if batch.deletes:
                    self._delete(batch, inheriting.get(batch.run, {}))
            for table, block in made:
                self._warehouse.insert(table, block)
            self._note_names(part)
            if inheriting:
                pass_on(self._warehouse, part, inheriting, self._next_version())
        for job in jobs:
            if job.rebuild and job.entry is not None:
                again = [job.entry.run_key, *inheriting.get(job.entry.run_key, {})]
                rebuild_runs(self._warehouse, job.entry.project_id, again)
        if entries:
            self._ledger.finish(self._batch_id, {entry.writer: entry.stop_unit for entry in entries})
        self._uncertain = False
        self._on_commit(jobs, inheriting)

    def _note_names(self, stored: Sequence[Batch]) -> None:
        if sum(len(names) for names in self._named.values()) > _MAX_NAMES:
            self._named.clear()
        for batch in stored:
            if batch.names:
                self._named.setdefault(batch.project, set()).update((number, int(type_)) for number, type_, _ in batch.names)

    def _fork(self, job: Job, plan: ForkPlan, version: int) -> None:
        batch = job.batches[0]
        if job.rebuild:  # its maker died half way: what it had inherited is dropped first
            rebuild_runs(self._warehouse, ProjectId(batch.project), [RunKey(batch.run)], inherit=False)
        begin_fork(self._warehouse, batch.project, plan.segments, batch.run, values=plan.values, version=version)

    def _heirs(self, jobs: Sequence[Job]) -> dict[int, dict[RunKey, int]]:
        keys = sorted({RunKey(batch.run) for job in jobs for batch in job.batches if batch.has_points or batch.deletes})
        return {int(run): heirs(run, forks) for run, forks in self._forks_below(keys).items()} if keys else {}

    def _next_version(self) -> int:
        self._version += 1
        return self._version - 1

    def _delete(self, batch: Batch, inheriting: Mapping[RunKey, int]) -> None:
        params = {"project": batch.project, "run": batch.run, "paths": batch.deletes}
        where = "project = {project:UInt32} AND run = {run:UInt64} AND path_id IN {paths:Array(UInt64)}"
        for table in _TABLES_WITH_PATHS:
            self._warehouse.execute(f"DELETE FROM {table} WHERE {where} SETTINGS lightweight_deletes_sync = 2", params)
        if inheriting:
            rebuild_runs(self._warehouse, ProjectId(batch.project), list(inheriting))


def recover(warehouse: Warehouse, ledger: Ledger, forks_below: ForksBelow) -> int:
    """Settle what a crash or a failed commit left open. Run it before anything is read.

    Returns:
        The number of batches that were in flight.
    """
    open_batches = list(ledger.unfinished())
    runs: dict[ProjectId, set[RunKey]] = {}
    for _, entries in open_batches:
        for entry in entries:
            runs.setdefault(entry.project_id, set()).add(entry.run_key)
    for project, keys in runs.items():
        keys |= {fork.run for forks in forks_below(sorted(keys)).values() for fork in forks}
        rebuild_runs(warehouse, project, sorted(keys))
    for batch_id, _ in open_batches:
        ledger.mark_suspect(batch_id)
    return len(open_batches)


def _rounds(jobs: Sequence[Job]) -> list[list[Batch]]:
    """Batches in order, a new list before each one that deletes: what came before it must be in place by then."""
    rounds: list[list[Batch]] = [[]]
    for job in jobs:
        for batch in job.batches:
            if batch.deletes and rounds[-1]:
                rounds.append([])
            rounds[-1].append(batch)
    return rounds


def _first_version(warehouse: Warehouse) -> int:
    """Attribute versions are microseconds since 1970 that only ever rise, also when the clock was set back."""
    newest = warehouse.query("SELECT max(version) AS newest FROM run_attributes")["newest"][0].as_py()
    return max(time.time_ns() // 1000, int(newest or 0) + 1)
