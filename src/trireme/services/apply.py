"""From what a foreign protocol writes to batches: names, types, sets, and points that are not there yet."""

from __future__ import annotations

import time
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

import numpy as np

from trireme.domain.errors import BeforeFork, InvalidInput, PointExists, PreviewLate, StepTaken, TriremeError
from trireme.domain.paths import check_path, path_id
from trireme.domain.records import FileRef, Histogram, encode_histogram, encode_value
from trireme.domain.run import RunRecord
from trireme.domain.types import AttributeType
from trireme.services.attribute_types import RunTypes, TypesCache, check_writable
from trireme.services.known_points import NEVER, KnownPoints, Verdict
from trireme.services.rejections import Rejections
from trireme.services.writes import Assign, Delete, EditSet, FloatEntries, Identity, PointEntry, Writes
from trireme.storage.warehouse.batch import AttributeRow, Batch, FloatColumns, PointKey

END_STATES: Final = frozenset({"finished", "failed", "aborted"})
_MODIFIED_EVERY_MS: Final = 5000
_TYPE_OF_POINT: Final = {
    str: AttributeType.STRING_SERIES,
    Histogram: AttributeType.HISTOGRAM_SERIES,
    FileRef: AttributeType.FILE_SERIES,
}


class Applier:
    """Makes batches of `Writes`. Hold the run's locks while calling."""

    def __init__(self, types: TypesCache, points: KnownPoints) -> None:
        self._types = types
        self._points = points

    def batches(
        self,
        run: RunRecord,
        known: RunTypes,
        writes: Writes,
        identity: Identity,
        rejections: Rejections,
        *,
        is_news: bool = True,
    ) -> list[Batch]:
        """What is to be stored of *writes*, in order; what is not goes into *rejections*, by the index of its path.

        Parameters:
            is_news: it happens now; what is brought over from elsewhere happened long ago.
        """
        names = _Names(writes.paths)
        batches = [Batch(int(run.project_id), int(run.key))]
        for entry in writes.values:
            try:
                if isinstance(entry, Delete):
                    self._delete(run, known, names, entry, batches)
                else:
                    self._value(run, known, names, entry, batches[-1])
            except TriremeError as error:
                rejections.add(entry.path, writes.paths[entry.path], error)
        if writes.floats is not None and len(writes.floats.path):
            self._floats(run, known, names, writes.floats, batches[-1], identity, rejections)
        if writes.points:
            self._others(run, known, names, writes.points, batches[-1], identity, rejections)
        if is_news:
            touched(known, batches[-1])
        return batches

    def last_steps(self, run: RunRecord, known: RunTypes, numbers: Mapping[str, int]) -> dict[str, int]:
        """The last committed step, in millionths, of each float series that has points, by its path."""
        self._points.load(run, known, AttributeType.FLOAT_SERIES, list(numbers.values()))
        return {path: known.last[number][0] for path, number in numbers.items() if known.last[number] != NEVER}

    def _delete(self, run: RunRecord, known: RunTypes, names: _Names, entry: Delete, batches: list[Batch]) -> None:
        path, identity = names.get(entry.path)
        if path.startswith("sys/") and path != "sys/description":
            raise InvalidInput(f"'{path}' cannot be deleted.")
        type_ = known.types.get(identity)
        if type_ is not None:
            batches.append(Batch(int(run.project_id), int(run.key)))
            known.drop(batches[-1], identity, type_, self._types.next_generation())

    def _value(self, run: RunRecord, known: RunTypes, names: _Names, entry: Assign | EditSet, batch: Batch) -> None:
        path, identity = names.get(entry.path)
        check_writable(path)
        type_ = entry.type if isinstance(entry, Assign) else AttributeType.STRING_SET
        if isinstance(entry, Assign):
            value = entry.value
            encode_value(type_, value)  # refuses what is too large or does not fit
        else:
            value = (self._types.current_set(run, known, identity) | entry.add) - entry.remove
        known.register(batch, identity, path, type_)
        if isinstance(value, frozenset):
            known.sets[identity] = value
        batch.attributes.append(AttributeRow(identity, type_, value))
        if path == "sys/state" and value in END_STATES:
            ended(run, known, batch, str(value), time.time())

    def _floats(
        self,
        run: RunRecord,
        known: RunTypes,
        names: _Names,
        entries: FloatEntries,
        batch: Batch,
        identity: Identity,
        rejections: Rejections,
    ) -> None:
        counts = np.bincount(entries.path, minlength=len(names.paths))
        path_ids = np.zeros(len(names.paths), np.uint64)
        good = np.zeros(len(names.paths), np.bool_)
        for number in np.flatnonzero(counts).tolist():
            try:
                path, path_ids[number] = names.get(number)
                check_writable(path)
                identity_of_path = int(path_ids[number])
                if identity_of_path not in known.types:  # nothing of it is stored
                    known.last[identity_of_path] = NEVER
                known.register(batch, identity_of_path, path, AttributeType.FLOAT_SERIES)
                good[number] = True
            except TriremeError as error:
                rejections.add(number, names.paths[number], error, int(counts[number]))
        if not good.all():
            entries = entries.where(good[entries.path])
        if not len(entries.path):
            return
        verdicts = self._points.floats(run, known, path_ids, entries, identity)
        if verdicts.any():
            bad = verdicts != Verdict.NEW
            pairs, repeats = np.unique(np.stack([entries.path[bad], verdicts[bad]]), axis=1, return_counts=True)
            for (number, verdict), count in zip(pairs.T.tolist(), repeats.tolist(), strict=True):
                rejections.add(number, names.paths[number], _reason(run, names.paths[number], Verdict(verdict)), count)
            entries = entries.where(~bad)
        bits = np.ascontiguousarray(entries.value).view(np.uint64)
        batch.floats = FloatColumns(
            path_id=path_ids[entries.path],
            step=entries.step,
            timestamp=entries.timestamp,
            seq=bits if identity is Identity.POINT else np.zeros(len(bits), np.uint64),
            value=entries.value,
            preview=entries.preview.astype(np.uint32),
        )

    def _others(
        self,
        run: RunRecord,
        known: RunTypes,
        names: _Names,
        entries: list[PointEntry],
        batch: Batch,
        identity: Identity,
        rejections: Rejections,
    ) -> None:
        by_type: dict[AttributeType, list[tuple[int, PointKey, str | Histogram | FileRef]]] = {}
        for entry in entries:
            try:
                path, path_number = names.get(entry.path)
                check_writable(path)
                if entry.preview:
                    raise InvalidInput(f"'{path}' is no float series; only those have previews.")
                type_ = _TYPE_OF_POINT[type(entry.value)]
                payload = _checked(entry.value)
                known.register(batch, path_number, path, type_)
            except TriremeError as error:
                rejections.add(entry.path, names.paths[entry.path], error)
                continue
            seq = path_id(payload) if identity is Identity.POINT else 0
            key = PointKey(path_number, entry.step, entry.timestamp, seq)
            by_type.setdefault(type_, []).append((entry.path, key, entry.value))
        for type_, points in by_type.items():
            verdicts = self._points.other(run, known, type_, [(key, value) for _, key, value in points], identity)
            target = {
                AttributeType.STRING_SERIES: batch.strings,
                AttributeType.HISTOGRAM_SERIES: batch.histograms,
                AttributeType.FILE_SERIES: batch.files,
            }[type_]
            for (number, key, value), verdict in zip(points, verdicts, strict=True):
                if verdict is Verdict.NEW:
                    target.append((key, value))  # type: ignore[arg-type]
                else:
                    rejections.add(number, names.paths[number], _reason(run, names.paths[number], verdict))


@lru_cache(maxsize=20_000)
def _checked_path(path: str) -> tuple[str, int]:
    """A path as it is stored, and its number: clients send the same ones again and again."""
    path = check_path(path)
    return path, path_id(path)


class _Names:
    """Checked paths and their numbers."""

    def __init__(self, paths: list[str]) -> None:
        self.paths = paths
        self._found: dict[int, tuple[str, int]] = {}

    def get(self, number: int) -> tuple[str, int]:
        found = self._found.get(number)
        if found is None:
            found = self._found[number] = _checked_path(self.paths[number])
        return found


def _checked(value: str | Histogram | FileRef) -> str:
    """A text that tells values apart, once the value is known to fit."""
    if isinstance(value, str):
        encode_value(AttributeType.STRING, value)
        return value
    if isinstance(value, Histogram):
        return encode_histogram(value).hex()
    return f"{value.sha256} {value.name}"


def before_fork(run: RunRecord) -> BeforeFork:
    """The error for points at or before a run's fork step."""
    step = (run.fork_step or 0) / 1e6
    return BeforeFork(
        f"The run '{run.custom_run_id[:80]}' was forked at step {step:.15g}; its own points come after it.",
        hint="Log with greater steps, or fork from an earlier one.",
    )


def _reason(run: RunRecord, path: str, verdict: Verdict) -> TriremeError:
    match verdict:
        case Verdict.BEFORE_FORK:
            return before_fork(run)
        case Verdict.PREVIEW_LATE:
            return PreviewLate(f"A preview of '{path}' lies before its last committed step.")
        case Verdict.TAKEN:
            return StepTaken(f"'{path}' has another value at that step, which stays.")
        case _:
            return PointExists(f"The point of '{path}' is stored already.")


def touched(known: RunTypes, batch: Batch) -> None:
    """Write down that the run was modified now, every few seconds."""
    now = time.time_ns() // 1_000_000
    if now - known.modified_at_ms >= _MODIFIED_EVERY_MS:
        known.modified_at_ms = now
        identity = path_id("sys/modification_time")
        known.register(batch, identity, "sys/modification_time", AttributeType.DATETIME)
        batch.attributes.append(AttributeRow(identity, AttributeType.DATETIME, now))
        ping = path_id("sys/ping_time")
        if ping in known.types:
            batch.attributes.append(AttributeRow(ping, AttributeType.DATETIME, now))


def ended(run: RunRecord, known: RunTypes, batch: Batch, state: str, timestamp: float) -> None:
    """Write down what follows from a run's end.

    Parameters:
        timestamp: of the end, seconds since 1970.
    """
    seconds = max(0.0, timestamp - run.created_at / 1000)
    for path, type_, value in (
        ("sys/running_time_seconds", AttributeType.FLOAT, seconds),
        ("sys/failed", AttributeType.BOOL, state == "failed"),
    ):
        identity = path_id(path)
        known.register(batch, identity, path, type_)
        batch.attributes.append(AttributeRow(identity, type_, value))
