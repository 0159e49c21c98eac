"""From a Neptune ``RunOperation`` to our own writes, and from refusals to Neptune's codes."""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, Final

import numpy as np
from google.protobuf.message import DecodeError

from trireme.domain.errors import CorruptData, InvalidInput, NotFound, TooLarge
from trireme.domain.lineage import ForkPoint
from trireme.domain.paths import MAX_PATH_BYTES
from trireme.domain.permissions import Actor
from trireme.domain.project import ProjectRecord
from trireme.domain.records import MAX_STRING_BYTES, MICRO, FileRef, Histogram
from trireme.domain.types import AttributeType
from trireme.protocols.neptune.codes import OF_ERROR, IngestCode
from trireme.protocols.neptune.wire import message
from trireme.services.file import locator
from trireme.services.ingest import IngestService
from trireme.services.project import ProjectService
from trireme.services.run import RunService
from trireme.services.writes import Assign, EditSet, FloatEntries, Identity, PointEntry, Writes, preview_mark

MAX_BODY_BYTES: Final = 17 * 1024 * 1024
"""The client sends at most 16 MiB of operations in a request."""
_MIN_SNAPSHOT_BYTES: Final = 8
"""On average over a body. A step and a value take more; a body of millions of empty messages would take gigabytes once decoded."""
_MAX_WHOLE_STEP: Final = 10**12
_MAX_EDGES: Final = 513
_MAX_FILE_REF_BYTES: Final = 4096
_SYS_WRITABLE: Final = frozenset({"sys/tags", "sys/group_tags", "sys/description", "sys/failed", "sys/name"})
_FIRST_MS, _LAST_MS = -2_208_988_800_000, 10_413_792_000_000  # 1900-01-01 and 2300-01-01

RunOperation = message("ingest.RunOperation")


class Intake:
    """Carries out operations."""

    def __init__(self, projects: ProjectService, runs: RunService, ingest: IngestService) -> None:
        self._projects = projects
        self._runs = runs
        self._ingest = ingest

    def submit(self, actor: Actor, body: bytes, client: str) -> Counter[int]:
        """Store what a request holds; on return it is on disk and readable.

        Parameters:
            client: what sends it, by its own account.

        Returns:
            How often which `IngestCode` came up: nothing for a request without a fault.

        Raises:
            CorruptData: the body is no such message.
            TooLarge: it holds far more snapshots than values.
        """
        _refuse_bomb(body)
        try:
            operation = RunOperation.FromString(body)
        except DecodeError as error:
            raise CorruptData("The body is no RunOperation.") from error
        try:
            project = self._projects.by_name(actor, operation.project)
        except NotFound:
            return Counter({IngestCode.PROJECT_NOT_FOUND: 1})
        except InvalidInput:
            return Counter({IngestCode.PROJECT_INVALID_NAME: 1})
        kind = operation.WhichOneof("operation")
        if kind == "create":
            return self._create(actor, project, operation, client)
        snapshots = [operation.update] if kind == "update" else operation.update_batch.snapshots
        run = self._runs.by_custom_id(actor, project, operation.run_id)
        if run is None:
            return Counter({IngestCode.RUN_NOT_FOUND: max(1, len(snapshots))})
        reader = SnapshotReader(project)
        for snapshot in snapshots:
            if snapshot.append and not snapshot.HasField("step"):
                # What came before decides which step is the next.
                self._write(actor, run, reader)
                after = self._ingest.last_steps(actor, run, list(snapshot.append))
                reader.read(snapshot, step=(max(after.values(), default=-MICRO) // MICRO + 1) * MICRO)
            else:
                reader.read(snapshot)
        self._write(actor, run, reader)
        return reader.outcome

    def _write(self, actor: Actor, run: Any, reader: SnapshotReader) -> None:
        writes = reader.take()
        if writes is None:
            return
        for rejection in self._ingest.write(actor, run, writes, identity=Identity.STEP):
            reader.outcome[OF_ERROR.get(rejection.code, IngestCode.FIELD_TYPE_UNSUPPORTED)] += rejection.count

    def _create(self, actor: Actor, project: ProjectRecord, operation: Any, client: str) -> Counter[int]:
        made = operation.create
        fork = None
        if made.HasField("fork_point"):
            point = made.fork_point
            step = _micros(point.step) if point.HasField("step") else None
            parent_project = point.parent_project if point.HasField("parent_project") else None
            if isinstance(step, IngestCode) or not point.parent_run_id:
                return Counter({IngestCode.RUN_INVALID_CREATION_PARAMETERS: 1})
            fork = ForkPoint(point.parent_run_id, step, parent_project or None)
        try:
            view = self._runs.create(
                actor,
                project=project.full_name,
                custom_run_id=operation.run_id or made.run_id,
                created_at=_milliseconds(made.creation_time) if made.HasField("creation_time") else None,
                experiment=made.experiment_id if made.HasField("experiment_id") else None,
                fork=fork,
                family=made.family or None,
                inherit=not made.HasField("inherit_configs") or made.inherit_configs,
                tracker=made.tracker or client or None,
                native=False,
                create_project=False,
            )
        except InvalidInput:
            return Counter({IngestCode.RUN_INVALID_CREATION_PARAMETERS: 1})
        if view.existed:
            return Counter({IngestCode.RUN_CONFLICTING if view.conflicting else IngestCode.RUN_DUPLICATE: 1})
        return Counter({IngestCode.RUN_FORK_PARENT_NOT_FOUND: 1}) if view.missing_parent else Counter()


class SnapshotReader:
    """Gathers snapshots into `Writes`. Float points, which are nearly everything, go into plain lists in one pass."""

    def __init__(self, project: ProjectRecord) -> None:
        self._project = project
        self.outcome: Counter[int] = Counter()
        self._reset()

    def _reset(self) -> None:
        self._numbers: dict[str, int] = {}
        self._path: list[int] = []
        self._value: list[float] = []
        self._counts: list[int] = []
        self._steps: list[int] = []
        self._times: list[int] = []
        self._previews: list[int] = []
        self._writes = Writes([])

    def read(self, snapshot: Any, *, step: int | None = None) -> None:
        """Take one snapshot.

        Parameters:
            step: in millionths, for one that has none of its own.
        """
        if snapshot.append:
            self._append(snapshot, step)
        for path, value in snapshot.assign.items():
            number = self._number(path)
            if number >= 0:
                self._assign(number, value)
        for path, edit in snapshot.modify_sets.items():
            number = self._number(path)
            if number >= 0:
                values = edit.string.values
                add = frozenset(item for item, what in values.items() if what == 1)
                remove = frozenset(item for item, what in values.items() if what == 2)
                self._writes.values.append(EditSet(number, add, remove))

    def take(self) -> Writes | None:
        """What was read since the last time; None if that is nothing."""
        writes = self._writes
        writes.paths = list(self._numbers)
        if self._path:
            counts = np.array(self._counts)
            writes.floats = FloatEntries(
                path=np.array(self._path, np.uint32),
                step=np.repeat(np.array(self._steps, np.int64), counts),
                timestamp=np.repeat(np.array(self._times, np.int64), counts),
                value=np.array(self._value, np.float64),
                preview=np.repeat(np.array(self._previews, np.uint32), counts),
            )
        self._reset()
        return writes if writes.floats is not None or writes.points or writes.values else None

    def _append(self, snapshot: Any, given: int | None) -> None:
        step = _micros(snapshot.step) if given is None else given
        if isinstance(step, IngestCode):
            self.outcome[step] += len(snapshot.append)
            return
        when = _milliseconds(snapshot.timestamp) if snapshot.HasField("timestamp") else time.time_ns() // 1_000_000
        preview = 0
        if snapshot.HasField("preview") and snapshot.preview.is_preview:
            preview = preview_mark(snapshot.preview.completion_ratio)
        numbers, paths, values = self._numbers, self._path, self._value
        before = len(paths)
        for path, value in snapshot.append.items():
            number = numbers.get(path)
            if number is None:
                number = self._number(path)
            if number < 0:
                continue
            kind = value.WhichOneof("value")
            if kind == "float64":
                paths.append(number)
                values.append(value.float64)
            elif kind == "int64":
                paths.append(number)
                values.append(float(value.int64))
            else:
                self._point(number, kind, value, step, when, preview)
        if len(paths) > before:
            self._counts.append(len(paths) - before)
            self._steps.append(step)
            self._times.append(when)
            self._previews.append(preview)

    def _number(self, path: str) -> int:
        """The path's place among the paths; -1, and counted, for one that cannot be written."""
        known = self._numbers.get(path)
        if known is not None:
            return known
        code = None
        if not path.strip("/"):
            code = IngestCode.FIELD_PATH_EMPTY
        elif len(path.encode(errors="replace")) > MAX_PATH_BYTES:
            code = IngestCode.FIELD_PATH_EXCEEDS_SIZE_LIMIT
        elif path.startswith("sys/") and path not in _SYS_WRITABLE:
            code = IngestCode.FIELD_PATH_NON_WRITABLE
        if code is not None:
            self.outcome[code] += 1
            return -1
        number = self._numbers[path] = len(self._numbers)
        return number

    def _point(self, number: int, kind: str | None, value: Any, step: int, when: int, preview: int) -> None:
        found: str | Histogram | FileRef | IngestCode
        if kind == "string":
            found = value.string
            if len(value.string.encode()) > MAX_STRING_BYTES:
                found = IngestCode.STRING_VALUE_EXCEEDS_SIZE_LIMIT
        elif kind == "histogram":
            found = _histogram(value.histogram)
        elif kind == "file_ref":
            found = self._file(value.file_ref)
        else:
            found = IngestCode.FIELD_TYPE_UNSUPPORTED
        if isinstance(found, IngestCode):
            self.outcome[found] += 1
        else:
            self._writes.points.append(PointEntry(number, step, when, found, bool(preview)))

    def _assign(self, number: int, value: Any) -> None:
        kind = value.WhichOneof("value")
        code, type_, found = IngestCode.FIELD_TYPE_UNSUPPORTED, AttributeType.STRING, None
        match kind:
            case "float64":
                type_, found = AttributeType.FLOAT, value.float64
            case "int64":
                type_, found = AttributeType.INT, value.int64
            case "bool":
                type_, found = AttributeType.BOOL, value.bool
            case "string":
                found = value.string if len(value.string.encode()) <= MAX_STRING_BYTES else None
                code = IngestCode.STRING_VALUE_EXCEEDS_SIZE_LIMIT
            case "timestamp":
                when = value.timestamp.seconds * 1000 + value.timestamp.nanos // 1_000_000
                type_, found = AttributeType.DATETIME, when if _FIRST_MS <= when < _LAST_MS else None
                code = IngestCode.DATETIME_VALUE_OUT_OF_RANGE
            case "string_set":
                items = frozenset(value.string_set.values)
                type_, code = AttributeType.STRING_SET, IngestCode.STRING_SET_EXCEEDS_SIZE_LIMIT
                found = items if sum(len(item.encode()) + 4 for item in items) <= MAX_STRING_BYTES else None
            case "file_ref":
                ref = self._file(value.file_ref)
                type_, code = AttributeType.FILE, IngestCode.FILE_REF_EXCEEDS_SIZE_LIMIT
                found = None if isinstance(ref, IngestCode) else ref
        if found is None:
            self.outcome[code] += 1
        else:
            self._writes.values.append(Assign(number, type_, found))

    def _file(self, ref: Any) -> FileRef | IngestCode:
        if ref.ByteSize() > _MAX_FILE_REF_BYTES or ref.size_bytes < 0:
            return IngestCode.FILE_REF_EXCEEDS_SIZE_LIMIT
        return FileRef(locator(self._project, ref.path), ref.size_bytes, ref.mime_type, ref.path)


def _refuse_bomb(body: bytes) -> None:
    """Count the snapshots of a batch from their lengths alone, before anything is decoded."""
    allowed = len(body) // _MIN_SNAPSHOT_BYTES + 100
    for number, start, stop in _messages(body, 0, len(body)):
        if number == RunOperation.UPDATE_BATCH_FIELD_NUMBER:
            for _ in _messages(body, start, stop):
                allowed -= 1
                if allowed < 0:
                    raise TooLarge("The body holds far more snapshots than values.")


def _messages(body: bytes, start: int, stop: int) -> Iterator[tuple[int, int, int]]:
    """The length-delimited fields of a message: number, and where it begins and ends (the protobuf encoding, "Message Structure").

    It ends early where the bytes are no such message; decoding will say so.
    """
    while start < stop:
        tag, start = _varint(body, start, stop)
        wire_type = tag & 7
        if wire_type == 0:
            _, start = _varint(body, start, stop)
        elif wire_type == 2:
            length, start = _varint(body, start, stop)
            yield tag >> 3, start, min(start + length, stop)
            start += length
        elif wire_type in (1, 5):
            start += 8 if wire_type == 1 else 4
        else:
            return


def _varint(body: bytes, start: int, stop: int) -> tuple[int, int]:
    value = shift = 0
    while start < stop:
        byte = body[start]
        start += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80 or shift > 63:
            break
    return value, start


def _micros(step: Any) -> int | IngestCode:
    if step.whole >= _MAX_WHOLE_STEP:
        return IngestCode.SERIES_STEP_TOO_LARGE
    if step.micro >= MICRO:
        return IngestCode.SERIES_STEP_INVALID
    return int(step.whole * MICRO + step.micro)


def _milliseconds(timestamp: Any) -> int:
    when = int(timestamp.seconds * 1000 + timestamp.nanos // 1_000_000)
    return when if _FIRST_MS <= when < _LAST_MS else time.time_ns() // 1_000_000


def _histogram(sent: Any) -> Histogram | IngestCode:
    edges = tuple(sent.bin_edges)
    density = sent.WhichOneof("bin_values") == "densities"
    values = tuple(sent.densities.values if density else map(float, sent.counts.values))
    if any(math.isnan(edge) for edge in edges):
        return IngestCode.HISTOGRAM_BIN_EDGES_CONTAINS_NAN
    if len(edges) > _MAX_EDGES:
        return IngestCode.HISTOGRAM_TOO_MANY_BINS
    if not all(low < high for low, high in pairwise(edges)):
        return IngestCode.HISTOGRAM_BIN_EDGES_NOT_INCREASING
    if len(edges) < 2 or len(values) != len(edges) - 1:
        return IngestCode.HISTOGRAM_VALUES_LENGTH_DOESNT_MATCH_BINS
    return Histogram(edges, values, density)
