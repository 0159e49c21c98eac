"""Accepting what clients log: who may, what fits, and then the group commit.

Everything that can be wrong with one record costs that record only; the rest of its stretch is stored.
"""

from __future__ import annotations

import json
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Future
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from trireme.domain.errors import Conflict, CorruptData, InvalidInput, NotFound, TriremeError
from trireme.domain.ids import ProjectId, RunKey, split_project
from trireme.domain.ledger import BatchEntry
from trireme.domain.lineage import Segment
from trireme.domain.paths import path_id
from trireme.domain.permissions import Actor, Permission
from trireme.domain.records import (
    MAX_STRING_BYTES,
    FileRef,
    Kind,
    Record,
    decode_file,
    decode_histogram,
    decode_value,
)
from trireme.domain.run import RunRecord
from trireme.domain.types import AttributeType
from trireme.services.apply import END_STATES, Applier, before_fork, ended, touched
from trireme.services.attribute_types import RunTypes, TypesCache, check_writable
from trireme.services.auth import require
from trireme.services.changes import Changes
from trireme.services.known_points import KnownPoints
from trireme.services.rejections import Rejection, Rejections
from trireme.services.stretch import FloatPoints, Names, Stretch
from trireme.services.upkeep import Upkeep
from trireme.services.writes import Identity, Writes
from trireme.storage.warehouse.batch import AttributeRow, Batch, FloatColumns, PointKey
from trireme.storage.warehouse.engine import Warehouse
from trireme.storage.warehouse.trace_writer import TABLES as TRACE_TABLES
from trireme.storage.warehouse.writer import ForkPlan, GroupCommit, Job, recover

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from trireme.storage.catalog.catalog import Catalog

_SERIES_OF_KIND: Final = {
    Kind.STRING_POINT: AttributeType.STRING_SERIES,
    Kind.HISTOGRAM_POINT: AttributeType.HISTOGRAM_SERIES,
    Kind.FILE_POINT: AttributeType.FILE_SERIES,
}
_TABLES: Final = (
    "float_points", "float_summary", "float_summary_by_path", "float_rollup", "string_points",
    "histogram_points", "file_points", "run_attributes", "attribute_values", "run_lineage",
)  # fmt: skip
"""Where the rows of a run stand."""
_FOREIGN: Final = 0xFFFFFF << 40
"""In the ledger, writes without a stream stand under a writer id made of this and the run's key."""


@dataclass(frozen=True, slots=True)
class IngestResult:
    """Units of the writer below ``committed`` are stored and readable."""

    committed: int
    rejections: list[Rejection]
    run: RunRecord


@dataclass(slots=True)
class _Writer:
    committed: int
    suspect_until: int
    lock: threading.Lock = field(default_factory=threading.Lock)


class IngestService:
    """The only way into the warehouse.

    Parameters:
        changes: told of each commit.
    """

    def __init__(self, catalog: Catalog, warehouse: Warehouse, changes: Changes) -> None:
        self._catalog = catalog
        self._warehouse = warehouse
        self._changes = changes
        recover(warehouse, catalog.ledger, catalog.lineage.below)
        self._types = TypesCache(warehouse)
        self._applier = Applier(self._types, KnownPoints(warehouse))
        self._commit = GroupCommit(warehouse, catalog.ledger, catalog.lineage.below, self._committed)
        self._upkeep = Upkeep(catalog, warehouse, self._types, self.set_each)
        self._writers: OrderedDict[int, _Writer] = OrderedDict()
        self._lock = threading.Lock()

    def accept(self, actor: Actor, stretch: Stretch) -> IngestResult:
        """Store a stretch; on return it is on disk and readable. A stretch that came before changes nothing.

        Raises:
            NotFound: the project or run does not exist; create the run first.
            Conflict: units between the writer's position and the stretch are missing, or the writer belongs to another run.
            Unavailable: the store cannot write; the stretch may be sent again as it is.
        """
        run = self._run(actor, stretch)
        writer = self._writer(stretch.writer, run)
        with writer.lock:
            if stretch.stop <= writer.committed:
                return IngestResult(writer.committed, [], run)
            if stretch.start > writer.committed:
                raise Conflict(
                    f"Writer {stretch.writer:016x} sends unit {stretch.start:,}, but only {writer.committed:,} are stored.",
                    hint="Ask for the writer's position and continue from there.",
                )
            rejections = Rejections()
            _skip(stretch, writer.committed)
            with self._types.get(run.project_id, run.key).lock:
                batches = self._batches(run, stretch, rejections)
                entry = BatchEntry(run.project_id, run.key, stretch.writer, stretch.stop)
                job = Job(batches, entry, rebuild=writer.committed < writer.suspect_until)
                self._refer(run, batches)
                done = self._commit.submit(job)
            try:
                done.result()
            except BaseException:
                self._types.forget(run.key)
                writer.suspect_until = max(writer.suspect_until, stretch.stop)  # as the ledger has it now
                raise
            writer.committed = stretch.stop
        self._upkeep.note(run.key, batches)
        return IngestResult(stretch.stop, rejections.all(), run)

    def committed(self, actor: Actor, writer: int) -> int:
        """How many units of *writer*'s stream are stored; 0 for one never seen.

        Raises:
            PermissionDenied: the writer's run is not the actor's to write.
        """
        row = self._catalog.ledger.committed(writer)
        if row is None:
            return 0
        run = self._catalog.runs.by_key(row.run_key)
        if run is not None:
            require(actor, self._catalog.projects.get_by_id(run.project_id), Permission.WRITE)
        return row.committed

    def write(self, actor: Actor, run: RunRecord, writes: Writes, *, identity: Identity) -> list[Rejection]:
        """Store what a foreign protocol sent for *run*; on return it is on disk and readable. Repeating it changes nothing.

        Returns:
            What was refused; everything else is stored.

        Raises:
            Unavailable: the store cannot write; the same may be sent again.
        """
        require(actor, self._catalog.projects.get_by_id(run.project_id), Permission.WRITE)
        rejections = Rejections()
        with self._types.writing(run.project_id, run.key) as known:
            with known.lock:
                batches = self._applier.batches(run, known, writes, identity, rejections)
                entry = BatchEntry(run.project_id, run.key, _FOREIGN | int(run.key), time.time_ns() // 1_000_000)
                self._refer(run, batches)
                done = self._commit.submit(Job(batches, entry))
            try:
                done.result()
            except BaseException:
                self._types.forget(run.key)
                raise
        self._upkeep.note(run.key, batches)
        return rejections.all()

    def write_each(self, actor: Actor, writes: Sequence[tuple[RunRecord, Writes]]) -> dict[RunKey, list[Rejection]]:
        """Store what is brought over for several runs, each named once, as `write` does for one; points are told apart by all they are.

        Returns:
            What was refused, of the runs of which something was.

        Raises:
            Unavailable: the store cannot write; the same may be sent again.
        """
        for project in {run.project_id for run, _ in writes}:
            require(actor, self._catalog.projects.get_by_id(project), Permission.WRITE)
        self._prepare([run for run, _ in writes])
        refused: dict[RunKey, list[Rejection]] = {}
        waiting: list[tuple[RunRecord, list[Batch], Future[None]]] = []
        with ExitStack() as locks:
            try:
                for run, of_run in sorted(
                    writes, key=lambda pair: pair[0].key
                ):  # in one order: two requests do not block each other
                    known = self._types.get(run.project_id, run.key)
                    locks.enter_context(known.writing)
                    rejections = Rejections()
                    with known.lock:
                        batches = self._applier.batches(run, known, of_run, Identity.POINT, rejections, is_news=False)
                        entry = BatchEntry(run.project_id, run.key, _FOREIGN | int(run.key), time.time_ns() // 1_000_000)
                        waiting.append((run, batches, self._commit.submit(Job(batches, entry))))
                    if found := rejections.all():
                        refused[run.key] = found
                for _, _, done in waiting:
                    done.result()
            except BaseException:
                for run, _ in writes:
                    self._types.forget(run.key)
                raise
        for run, batches, _ in waiting:
            self._catalog.files.refer(run.project_id, run.key, _files(batches))
        return refused

    def last_steps(self, actor: Actor, run: RunRecord, paths: Sequence[str]) -> dict[str, int]:
        """The last committed step, in millionths, of those of *paths* that are float series with points."""
        require(actor, self._catalog.projects.get_by_id(run.project_id), Permission.READ)
        known = self._types.get(run.project_id, run.key)
        numbers = {path: path_id(path) for path in paths}
        with known.lock:
            return self._applier.last_steps(run, known, numbers)

    def has(self, actor: Actor, run: RunRecord, paths: Sequence[str]) -> list[str]:
        """Those of *paths* that the run has, or that are on their way."""
        require(actor, self._catalog.projects.get_by_id(run.project_id), Permission.READ)
        known = self._types.get(run.project_id, run.key)
        with known.lock:
            return [path for path in paths if path_id(path) in known.types]

    def begin_run(self, run: RunRecord) -> None:
        """Say that *run* was just made and has nothing yet: its first write need not look."""
        self._types.begin(run.project_id, run.key)

    def begin_fork(self, run: RunRecord, segments: Sequence[Segment], *, values: bool, again: bool) -> None:
        """Give a new run what it inherits. The caller has authorised it.

        Parameters:
            segments: the ancestors', the parent's first.
            values: its parent's single values come along.
            again: it was begun before, and its maker died.
        """
        entry = BatchEntry(run.project_id, run.key, _FOREIGN | int(run.key), time.time_ns() // 1_000_000)
        job = Job([Batch(int(run.project_id), int(run.key))], entry, rebuild=again, fork=ForkPlan(segments, values))
        self._commit.submit(job).result()
        self._types.forget(run.key)

    def set_attributes(self, run: RunRecord, values: Mapping[str, tuple[AttributeType, object]]) -> None:
        """Write single values of *run* on the server's own behalf; readable on return. The caller has authorised it.

        Parameters:
            values: type and value by path; DATETIME in ms since 1970, STRING_SET as a frozenset. A value of None deletes.

        Raises:
            TypeConflict: a path has another type in this run.
        """
        self.set_each([(run, values)])

    def set_attributes_of(self, runs: Sequence[RunRecord], values: Mapping[str, tuple[AttributeType, object]]) -> None:
        """Write the same single values of many runs, as `set_attributes` does of one."""
        self.set_each([(run, values) for run in runs])

    def set_each(self, values: Sequence[tuple[RunRecord, Mapping[str, tuple[AttributeType, object]]]]) -> None:
        """Write single values of several runs, as `set_attributes` does of one, in as few commits as may be."""
        waiting = []
        self._prepare([run for run, _ in values])
        try:
            for run, of_run in values:
                known = self._types.get(run.project_id, run.key)
                batch = Batch(int(run.project_id), int(run.key))
                with known.lock:
                    for path, (type_, value) in of_run.items():
                        identity = path_id(path)
                        if value is None:
                            known.types.pop(identity, None)
                            known.generation = self._types.next_generation()
                            batch.attributes.append(AttributeRow(identity, type_, deleted=True))
                            continue
                        known.register(batch, identity, path, type_)
                        if isinstance(value, frozenset):
                            known.sets[identity] = value
                        batch.attributes.append(AttributeRow(identity, type_, value))
                    waiting.append(self._commit.submit(Job([batch])))
            for done in waiting:
                done.result()
        except BaseException:
            for run, _ in values:
                self._types.forget(run.key)
            raise

    def _prepare(self, runs: Sequence[RunRecord]) -> None:
        for project in {run.project_id for run in runs}:
            self._types.prepare(project, [run.key for run in runs if run.project_id == project])

    def delete_runs(self, project: ProjectId, runs: Sequence[RunKey]) -> None:
        """Remove every row of *runs*. The caller has authorised it and removed them from the catalog."""
        self._upkeep.forget(runs)
        params = {"project": int(project), "runs": [int(run) for run in runs]}
        for table in _TABLES:
            self._warehouse.execute(
                f"DELETE FROM {table} WHERE project = {{project:UInt32}} AND run IN {{runs:Array(UInt64)}}"
                " SETTINGS lightweight_deletes_sync = 2",
                params,
            )
        for run in runs:
            self._types.forget(run)
        self._changes.note(project, runs)

    def delete_project(self, project: ProjectId) -> None:
        """Remove every row of a project. The caller has authorised it and removed it from the catalog."""
        self._upkeep.forget()
        for table in (*_TABLES, "attribute_names", *TRACE_TABLES):
            self._warehouse.execute(
                f"DELETE FROM {table} WHERE project = {{project:UInt32}} SETTINGS lightweight_deletes_sync = 2",
                {"project": int(project)},
            )
        self._types.forget_project(project)
        self._commit.forget_names(project)
        self._changes.note(project, ())

    def close(self) -> None:
        """Commit what is queued and stop."""
        self._upkeep.close()
        self._commit.close()

    def _refer(self, run: RunRecord, batches: Sequence[Batch]) -> None:
        """Write down which files *run* uses, before it does: should the server die in between, none of them is taken for unused."""
        self._catalog.files.refer(run.project_id, run.key, _files(batches))

    def _run(self, actor: Actor, stretch: Stretch) -> RunRecord:
        project = self._catalog.projects.get(*split_project(stretch.project))
        require(actor, project, Permission.WRITE)
        run = self._catalog.runs.by_custom_id(project.id, stretch.run)
        if run is None:
            raise NotFound(
                f"The project '{stretch.project}' has no run '{stretch.run[:80]}'.", hint="Create the run before logging into it."
            )
        return run

    def _writer(self, writer: int, run: RunRecord) -> _Writer:
        with self._lock:
            found = self._writers.get(writer)
            if found is not None:
                self._writers.move_to_end(writer)
        if found is None:
            row = self._catalog.ledger.committed(writer)
            if row is not None and row.run_key != run.key:
                raise Conflict(
                    f"Writer {writer:016x} belongs to another run.", hint="Each process logs with a writer id of its own."
                )
            with self._lock:
                fresh = _Writer(row.committed, row.suspect_until) if row else _Writer(0, 0)
                found = self._writers.setdefault(writer, fresh)
                if len(self._writers) > 100_000:
                    self._writers.popitem(last=False)
        return found

    def _committed(self, jobs: Sequence[Job], heirs: Mapping[int, Collection[RunKey]]) -> None:
        by_project: dict[ProjectId, list[tuple[Job, Batch]]] = {}
        for job in jobs:
            for batch in job.batches:
                by_project.setdefault(ProjectId(batch.project), []).append((job, batch))
        for project, written in by_project.items():
            runs: set[RunKey] = set()
            for _, batch in written:
                below = heirs.get(batch.run, ())
                for heir in below:
                    self._types.forget(heir)
                runs.update((RunKey(batch.run), *below))
            whole = any(job.fork is not None or batch.deletes for job, batch in written)
            paths = {row.path_id for _, batch in written for row in batch.attributes}
            points = any(job.rebuild or batch.has_points for job, batch in written)
            self._changes.note(project, sorted(runs), paths=None if whole else paths, points=points)

    # From a stretch to batches: one batch, or several where attributes are deleted in between.

    def _batches(self, run: RunRecord, stretch: Stretch, rejections: Rejections) -> list[Batch]:
        if stretch.damaged_units:
            problem = CorruptData(f"{stretch.damaged_units:,} units of 32 bytes were damaged and could not be read.")
            rejections.add(stretch.start, "", problem, stretch.damaged_units)
        known = self._types.get(run.project_id, run.key)
        batch = Batch(int(run.project_id), int(run.key))
        batches = [batch]
        points, pending = stretch.points, stretch.records
        cuts = [i for i, record in enumerate(pending) if record.kind is Kind.DELETE]
        start = 0
        for cut in cuts:
            deleted = pending[cut]
            before = points.unit < deleted.unit
            self._fill(run, known, batch, stretch, points.where(before), pending[start:cut], rejections)
            points, start = points.where(~before), cut + 1
            batch = Batch(int(run.project_id), int(run.key))
            self._delete(known, batch, stretch.names, deleted, rejections)
            batches.append(batch)
        self._fill(run, known, batch, stretch, points, pending[start:], rejections)
        touched(known, batch)
        return batches

    def _fill(
        self,
        run: RunRecord,
        known: RunTypes,
        batch: Batch,
        stretch: Stretch,
        points: FloatPoints,
        records: Sequence[Record],
        rejections: Rejections,
    ) -> None:
        if len(points.unit):
            batch.floats = self._floats(run, known, batch, stretch, points, rejections)
        for record in records:
            try:
                self._record(run, known, batch, stretch, record)
            except TriremeError as error:
                path = stretch.names.paths[record.name] if record.name < len(stretch.names.paths) else ""
                rejections.add(record.unit, path, error)

    def _floats(
        self, run: RunRecord, known: RunTypes, batch: Batch, stretch: Stretch, points: FloatPoints, rejections: Rejections
    ) -> FloatColumns:
        names = stretch.names
        size = len(names.types)
        inside = points.name < size
        if not inside.all():
            missing = int(len(inside) - inside.sum())
            rejections.add(int(points.unit[~inside][0]), "", CorruptData("Points refer to a name that was never sent."), missing)
            points = points.where(inside)
        accepted = names.accepted.get((batch.run, known.generation))
        if accepted is None:
            accepted = names.accepted[(batch.run, known.generation)] = np.zeros(size, np.bool_)
        counts = np.bincount(points.name, minlength=size)
        for number in np.flatnonzero((counts > 0) & ~accepted).tolist():
            try:
                self._name(known, batch, names, number, AttributeType.FLOAT_SERIES)
                accepted[number] = True
            except TriremeError as error:
                first = int(points.unit[np.argmax(points.name == number)])
                rejections.add(first, names.paths[number], error, int(counts[number]))
        good = accepted[points.name]
        if not good.all():
            points = points.where(good)
        if run.fork_step is not None and len(points.step) and points.step.min() <= run.fork_step:
            early = points.step <= run.fork_step
            for number in np.unique(points.name[early]).tolist():
                these = early & (points.name == number)
                rejections.add(int(points.unit[np.argmax(these)]), names.paths[number], before_fork(run), int(these.sum()))
            points = points.where(~early)
        return FloatColumns(
            path_id=names.path_ids[points.name],
            step=points.step,
            timestamp=points.timestamp,
            seq=_seq(stretch.writer, points.unit),
            value=points.value,
            preview=points.preview,
        )

    def _record(self, run: RunRecord, known: RunTypes, batch: Batch, stretch: Stretch, record: Record) -> None:
        names = stretch.names
        if record.kind in _SERIES_OF_KIND:
            if run.fork_step is not None and record.step <= run.fork_step:
                raise before_fork(run)
            identity = self._name(known, batch, names, record.name, _SERIES_OF_KIND[record.kind])
            when = _milliseconds(record.timestamp)
            seq = int(_seq(stretch.writer, np.array([record.unit], np.int64))[0])
            key = PointKey(identity, record.step, when, seq)
            if record.kind is Kind.STRING_POINT:
                batch.strings.append((key, _text(record.payload)))
            elif record.kind is Kind.HISTOGRAM_POINT:
                batch.histograms.append((key, decode_histogram(record.payload)))
            else:
                batch.files.append((key, decode_file(record.payload)))
            return
        type_ = names.type_of(record.name)
        if type_ is None or type_.is_series:
            raise CorruptData(names.problems.get(record.name, "A value refers to a name that was never sent."))
        path = names.paths[record.name]
        if record.kind is Kind.ASSIGN:
            if len(record.payload) > MAX_STRING_BYTES:
                raise InvalidInput(f"The value of '{path}' has {len(record.payload):,} bytes; the limit is {MAX_STRING_BYTES:,}.")
            value: object = decode_value(type_, record.payload)
        else:
            value = self._edited_set(run, known, record)(names.path_ids[record.name])
        identity = self._name(known, batch, names, record.name, type_)
        if isinstance(value, frozenset):
            known.sets[identity] = value
        batch.attributes.append(AttributeRow(identity, type_, value))
        if path == "sys/state" and value in END_STATES:
            ended(run, known, batch, str(value), record.timestamp)

    def _edited_set(self, run: RunRecord, known: RunTypes, record: Record) -> Callable[[int], frozenset[str]]:
        try:
            edit = json.loads(record.payload)
            add, remove = frozenset(edit.get("add", ())), frozenset(edit.get("remove", ()))
            if not all(isinstance(item, str) for item in add | remove):
                raise TypeError
        except (ValueError, TypeError, AttributeError) as error:
            raise CorruptData("An edit of a string set is malformed.") from error

        def apply(identity: int) -> frozenset[str]:
            return (self._types.current_set(run, known, int(identity)) | add) - remove

        return apply

    def _delete(self, known: RunTypes, batch: Batch, names: Names, record: Record, rejections: Rejections) -> None:
        type_ = names.type_of(record.name)
        path = names.paths[record.name] if record.name < len(names.paths) else ""
        if type_ is None or path.startswith("sys/"):
            rejections.add(record.unit, path, InvalidInput(f"'{path}' cannot be deleted."))
            return
        identity = int(names.path_ids[record.name])
        known.drop(batch, identity, type_, self._types.next_generation())

    def _name(self, known: RunTypes, batch: Batch, names: Names, number: int, expected: AttributeType) -> int:
        """The path_id of a name whose type is *expected* and fits the run; registers it."""
        type_ = names.type_of(number)
        if type_ is None:
            raise CorruptData(names.problems.get(number, "A record refers to a name that was never sent."))
        path = names.paths[number]
        if type_ is not expected:
            raise CorruptData(f"'{path}' was declared as {type_.label} but carries {expected.label}.")
        check_writable(path)
        identity = int(names.path_ids[number])
        known.register(batch, identity, path, type_)
        return identity


def _skip(stretch: Stretch, committed: int) -> None:
    if stretch.start < committed:
        stretch.points = stretch.points.where(stretch.points.unit >= committed)
        stretch.records = [record for record in stretch.records if record.unit >= committed]


def _seq(writer: int, units: NDArray[np.int64]) -> NDArray[np.uint64]:
    """24 bits of the writer, 40 bits of the position: what tells points of one step and time apart."""
    return units.astype(np.uint64) | np.uint64((writer >> 40) << 40)


def _milliseconds(timestamp: float) -> int:
    return int(timestamp * 1000 + 1e-4) if 0 <= timestamp < 4e9 else time.time_ns() // 1_000_000


def _text(payload: bytes) -> str:
    if len(payload) > MAX_STRING_BYTES:
        raise InvalidInput(f"A line has {len(payload):,} bytes; the limit is {MAX_STRING_BYTES:,}.")
    try:
        return payload.decode()
    except UnicodeDecodeError as error:
        raise CorruptData("A string is not UTF-8.") from error


def _files(batches: Sequence[Batch]) -> list[str]:
    found = {value.sha256 for batch in batches for _, value in batch.files}
    found |= {row.value.sha256 for batch in batches for row in batch.attributes if isinstance(row.value, FileRef)}
    return sorted(found)
