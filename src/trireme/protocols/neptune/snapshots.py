"""From Neptune's snapshots to our own writes, and from what is wrong with them to Neptune's codes."""

from __future__ import annotations

import math
import time
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from trireme.domain.paths import MAX_PATH_BYTES
from trireme.domain.project import ProjectRecord
from trireme.domain.records import MAX_STRING_BYTES, MICRO, FileRef, Histogram
from trireme.domain.types import AttributeType
from trireme.protocols.neptune.codes import IngestCode
from trireme.protocols.neptune.columns import Columns
from trireme.services.file import locator
from trireme.services.writes import Assign, EditSet, FloatEntries, PointEntry, Writes, preview_mark

if TYPE_CHECKING:
    from numpy.typing import NDArray

_MAX_WHOLE_STEP: Final = 10**12
_MAX_EDGES: Final = 513
_MAX_FILE_REF_BYTES: Final = 4096
_SYS_WRITABLE: Final = frozenset({"sys/tags", "sys/group_tags", "sys/description", "sys/failed", "sys/name"})
_FIRST_MS, _LAST_MS = -2_208_988_800_000, 10_413_792_000_000  # 1900-01-01 and 2300-01-01


class SnapshotReader:
    """Gathers snapshots into `Writes`. Float points, which are nearly everything, come as columns, or go into plain lists in one pass."""

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
        self._places: list[int] = []
        self._columns: list[tuple[NDArray[np.int64], FloatEntries]] = []
        self._writes = Writes([])

    def read(self, snapshot: Any, *, place: int = 0, step: int | None = None) -> None:
        """Take one snapshot.

        Parameters:
            place: which one of its batch it is.
            step: in millionths, for one that has none of its own.
        """
        if snapshot.append:
            self._append(snapshot, place, step)
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

    def read_columns(self, columns: Columns) -> None:
        """Take the points of many snapshots of a batch at once, as if each of them had been read."""
        good = np.ones(len(columns.snapshot), np.bool_)
        for code, wrong in (
            (IngestCode.SERIES_STEP_TOO_LARGE, columns.whole >= _MAX_WHOLE_STEP),
            (IngestCode.SERIES_STEP_INVALID, columns.micro >= MICRO),
        ):
            if (wrong & good).any():
                self.outcome[code] += int((wrong & good).sum()) * len(columns.paths)
                good &= ~wrong
        rows = int(good.sum())
        if not rows:
            return
        numbers = np.array([self._number(path, rows) for path in columns.paths], np.int64)
        step = columns.whole[good] * MICRO + columns.micro[good]
        known = np.flatnonzero(numbers >= 0)
        values = columns.values[good][:, known] if len(known) < len(numbers) else columns.values[good]
        entries = FloatEntries(
            path=np.tile(numbers[known].astype(np.uint32), rows),
            step=np.repeat(step, len(known)),
            timestamp=np.repeat(_times(columns, good), len(known)),
            value=values.reshape(-1),
            preview=np.zeros(values.size, np.uint32),
        )
        self._columns.append((np.repeat(columns.snapshot[good], len(known)), entries))

    def take(self) -> Writes | None:
        """What was read since the last time; None if that is nothing."""
        writes = self._writes
        writes.paths = list(self._numbers)
        if self._path:
            counts = np.array(self._counts)
            entries = FloatEntries(
                path=np.array(self._path, np.uint32),
                step=np.repeat(np.array(self._steps, np.int64), counts),
                timestamp=np.repeat(np.array(self._times, np.int64), counts),
                value=np.array(self._value, np.float64),
                preview=np.repeat(np.array(self._previews, np.uint32), counts),
            )
            self._columns.append((np.repeat(np.array(self._places, np.int64), counts), entries))
        writes.floats = _in_order(self._columns)
        self._reset()
        return writes if writes.floats is not None or writes.points or writes.values else None

    def _append(self, snapshot: Any, place: int, given: int | None) -> None:
        step = micros(snapshot.step) if given is None else given
        if isinstance(step, IngestCode):
            self.outcome[step] += len(snapshot.append)
            return
        when = milliseconds(snapshot.timestamp) if snapshot.HasField("timestamp") else time.time_ns() // 1_000_000
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
            self._places.append(place)

    def _number(self, path: str, times: int = 1) -> int:
        """The path's place among the paths; -1, and counted as often as it came, for one that cannot be written."""
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
            self.outcome[code] += times
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


def _in_order(parts: list[tuple[NDArray[np.int64], FloatEntries]]) -> FloatEntries | None:
    """All points in the order of their snapshots: of two at one step, the first one counts."""
    parts = [part for part in parts if len(part[0])]
    if len(parts) < 2:
        return parts[0][1] if parts else None
    order = np.argsort(np.concatenate([place for place, _ in parts]), kind="stable")
    names = ("path", "step", "timestamp", "value", "preview")
    return FloatEntries(**{name: np.concatenate([getattr(entries, name) for _, entries in parts])[order] for name in names})


def _times(columns: Columns, good: NDArray[np.bool_]) -> NDArray[np.int64]:
    """`milliseconds` of many."""
    now = time.time_ns() // 1_000_000
    if columns.seconds is None or columns.nanos is None:
        return np.full(int(good.sum()), now, np.int64)
    seconds, nanos = columns.seconds[good], columns.nanos[good]
    near = np.minimum(seconds, _LAST_MS)  # far beyond the last one, and small enough to be multiplied
    when = near * 1000 + nanos // 1_000_000
    return np.where((when >= _FIRST_MS) & (when < _LAST_MS), when, now)


def micros(step: Any) -> int | IngestCode:
    """A ``Step`` in millionths, or why it is none."""
    if step.whole >= _MAX_WHOLE_STEP:
        return IngestCode.SERIES_STEP_TOO_LARGE
    if step.micro >= MICRO:
        return IngestCode.SERIES_STEP_INVALID
    return int(step.whole * MICRO + step.micro)


def milliseconds(timestamp: Any) -> int:
    """A ``Timestamp`` in ms since 1970; now for one that is out of range."""
    when = int(timestamp.seconds * 1000 + timestamp.nanos // 1_000_000)
    return when if _FIRST_MS <= when < _LAST_MS else time.time_ns() // 1_000_000


def _histogram(sent: Any) -> Histogram | IngestCode:
    density = sent.WhichOneof("bin_values") == "densities"
    edges, values = sent.bin_edges, sent.densities.values if density else sent.counts.values
    if any(math.isnan(edge) for edge in edges):
        return IngestCode.HISTOGRAM_BIN_EDGES_CONTAINS_NAN
    if len(edges) > _MAX_EDGES:
        return IngestCode.HISTOGRAM_TOO_MANY_BINS
    if not all(low < high for low, high in pairwise(edges)):
        return IngestCode.HISTOGRAM_BIN_EDGES_NOT_INCREASING
    if len(edges) < 2 or len(values) != len(edges) - 1:
        return IngestCode.HISTOGRAM_VALUES_LENGTH_DOESNT_MATCH_BINS
    return Histogram(tuple(edges), tuple(map(float, values)), density)
