"""Which of the points that a foreign protocol sends are stored already: its clients repeat requests, days later even."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from trireme.domain.records import FileRef, Histogram
from trireme.domain.run import RunRecord
from trireme.domain.types import AttributeType
from trireme.services.attribute_types import RunTypes
from trireme.services.writes import FloatEntries, Identity
from trireme.storage.warehouse.batch import PointKey
from trireme.storage.warehouse.engine import Warehouse

if TYPE_CHECKING:
    from numpy.typing import NDArray

NEVER: Final = (-(2**63), -(2**63))
TABLES: Final = {
    AttributeType.STRING_SERIES: ("string_points", "value"),
    AttributeType.HISTOGRAM_SERIES: ("histogram_points", "edges, bins, density"),
    AttributeType.FILE_SERIES: ("file_points", "toString(sha256) AS sha256, size, mime, name"),
}
_FEW: Final = 1000


class Verdict(IntEnum):
    """What becomes of a point."""

    NEW = 0
    EXISTS = 1
    TAKEN = 2
    BEFORE_FORK = 3
    PREVIEW_LATE = 4


class KnownPoints:
    """Looks points up in what is stored and in what came before them in the same request."""

    def __init__(self, warehouse: Warehouse) -> None:
        self._warehouse = warehouse

    def load(self, run: RunRecord, known: RunTypes, type_: AttributeType, paths: Sequence[int]) -> None:
        """Make sure that ``known.last`` has the last committed point of each of *paths*, series of *type_*."""
        unknown = [path for path in paths if path not in known.last]
        if not unknown:
            return
        params = self._params(run, unknown)
        mine = "project = {project:UInt32} AND run = {run:UInt64} AND path_id IN {paths:Array(UInt64)}"
        if type_ is AttributeType.FLOAT_SERIES:
            table = self._warehouse.query(
                "SELECT path_id, toInt64(bitShiftRight(last, 128)) AS s,"
                " toInt64(bitAnd(bitShiftRight(last, 64), toInt256(9223372036854775807))) AS t"
                f" FROM float_summary FINAL WHERE {mine}",
                params,
            )
        else:
            table = self._warehouse.query(
                f"SELECT path_id, max(step) AS s, argMax(timestamp, step) AS t FROM {TABLES[type_][0]} WHERE {mine} GROUP BY path_id",
                params,
            )
        known.last |= dict.fromkeys(unknown, NEVER)
        rows = zip(table["path_id"].to_pylist(), table["s"].to_pylist(), table["t"].to_pylist(), strict=True)
        known.last |= {path: (step, timestamp) for path, step, timestamp in rows}

    def floats(
        self, run: RunRecord, known: RunTypes, path_ids: NDArray[np.uint64], entries: FloatEntries, identity: Identity
    ) -> NDArray[np.uint8]:
        """A `Verdict` for each of *entries*, and the new last points in ``known.last``.

        Parameters:
            path_ids: of ``Writes.paths``.
        """
        verdicts = np.zeros(len(entries.path), np.uint8)
        numbers = np.flatnonzero(np.bincount(entries.path, minlength=len(path_ids)))
        paths = path_ids[numbers].tolist()
        self.load(run, known, AttributeType.FLOAT_SERIES, paths)
        last = np.array([known.last[path] for path in paths], np.int64).reshape(-1, 2)
        place = np.zeros(len(path_ids), np.intp)
        place[numbers] = np.arange(len(numbers))
        inverse = place[entries.path]
        if self._all_follow(run, known, paths, inverse, last, entries, identity):
            return verdicts
        final = entries.preview == 0
        last_step, last_time = last[inverse, 0], last[inverse, 1]
        old = entries.step <= last_step
        if identity is Identity.POINT:
            old &= (entries.step < last_step) | (entries.timestamp <= last_time)
        if run.fork_step is not None:
            verdicts[entries.step <= run.fork_step] = Verdict.BEFORE_FORK
        check = old & final & (verdicts == Verdict.NEW)
        if check.any():
            self._stored(run, path_ids, entries, identity, np.flatnonzero(check), verdicts)
        self._repeated(entries, identity, final, verdicts)
        kept = np.flatnonzero(final & (verdicts == Verdict.NEW))
        self._move_on(known, paths, inverse, entries, kept)
        if not final.all():
            newest = np.array([known.last[path][0] for path in paths], np.int64)[inverse]
            verdicts[~final & (entries.step <= newest) & (verdicts == Verdict.NEW)] = Verdict.PREVIEW_LATE
        return verdicts

    def _all_follow(
        self,
        run: RunRecord,
        known: RunTypes,
        paths: list[int],
        inverse: NDArray[np.intp],
        last: NDArray[np.int64],
        entries: FloatEntries,
        identity: Identity,
    ) -> bool:
        """Whether every point is final and comes after the one before it in its series, as nearly all do: then none can be known.

        If so, the series have moved on.
        """
        if not len(entries.path) or entries.preview.any() or (run.fork_step is not None and entries.step.min() <= run.fork_step):
            return False
        # Sixteen bits are sorted by counting.
        order = np.argsort(inverse.astype(np.uint16) if len(paths) <= 1 << 16 else inverse, kind="stable")
        step, timestamp = entries.step[order], entries.timestamp[order]
        ends = np.cumsum(np.bincount(inverse, minlength=len(paths)))
        starts = np.concatenate([[0], ends[:-1]])
        before_step, before_time = np.empty_like(step), np.empty_like(timestamp)
        before_step[1:], before_time[1:] = step[:-1], timestamp[:-1]
        before_step[starts], before_time[starts] = last[:, 0], last[:, 1]
        follow = step > before_step
        if identity is Identity.POINT:
            follow |= (step == before_step) & (timestamp > before_time)
        if not follow.all():
            return False
        newest = zip(step[ends - 1].tolist(), timestamp[ends - 1].tolist(), strict=True)
        known.last.update(zip(paths, newest, strict=True))
        return True

    def other(
        self, run: RunRecord, known: RunTypes, type_: AttributeType, points: Sequence[tuple[PointKey, Any]], identity: Identity
    ) -> list[Verdict]:
        """The same for points that are not floats."""
        paths = sorted({key.path_id for key, _ in points})
        self.load(run, known, type_, paths)
        table, columns = TABLES[type_]
        old = {(key.path_id, key.step) for key, _ in points if key.step <= known.last[key.path_id][0]}
        found: dict[tuple[int, ...], Any] = {}
        if old:
            steps = sorted({step for _, step in old})
            params = self._params(run, sorted({path for path, _ in old})) | {"low": steps[0], "high": steps[-1]}
            rows = self._warehouse.query(
                f"SELECT path_id, step, timestamp, seq, {columns} FROM {table} FINAL WHERE project = {{project:UInt32}}"
                " AND run = {run:UInt64} AND path_id IN {paths:Array(UInt64)} AND step >= {low:Int64} AND step <= {high:Int64}",
                params,
            ).to_pylist()
            for row in rows:
                place = PointKey(row["path_id"], row["step"], row["timestamp"], row["seq"])
                found[_place(place, identity)] = _value(type_, row)
        verdicts = []
        for key, value in points:
            place = _place(key, identity)
            if run.fork_step is not None and key.step <= run.fork_step:
                verdicts.append(Verdict.BEFORE_FORK)
            elif place in found:
                verdicts.append(Verdict.EXISTS if found[place] == value else Verdict.TAKEN)
            else:
                found[place] = value
                known.last[key.path_id] = max(known.last[key.path_id], (key.step, key.timestamp))
                verdicts.append(Verdict.NEW)
        return verdicts

    def _stored(
        self,
        run: RunRecord,
        path_ids: NDArray[np.uint64],
        entries: FloatEntries,
        identity: Identity,
        which: NDArray[np.int64],
        verdicts: NDArray[np.uint8],
    ) -> None:
        steps = np.unique(entries.step[which])
        params = self._params(run, np.unique(path_ids[entries.path[which]]).tolist())
        params |= {"low": int(steps[0]), "high": int(steps[-1])}
        narrow = ""
        if len(steps) <= _FEW:
            narrow = " AND step IN {steps:Array(Int64)}"
            params["steps"] = steps.tolist()
        table = self._warehouse.query(
            "SELECT path_id, step, timestamp, value FROM float_points FINAL WHERE project = {project:UInt32} AND run = {run:UInt64}"
            f" AND path_id IN {{paths:Array(UInt64)}} AND step >= {{low:Int64}} AND step <= {{high:Int64}}{narrow} AND preview = 0"
            " ORDER BY path_id, step, timestamp DESC",
            params,
        )
        bits = table["value"].to_numpy().view(np.uint64).tolist()
        columns = (table[name].to_pylist() for name in ("path_id", "step", "timestamp"))
        by_step: dict[tuple[int, int], int] = {}
        by_point: set[tuple[int, int, int, int]] = set()
        for path, step, timestamp, value in zip(*columns, bits, strict=True):
            by_step[path, step] = value
            by_point.add((path, step, timestamp, value))
        sent = path_ids[entries.path[which]].tolist(), entries.step[which].tolist(), entries.timestamp[which].tolist()
        for index, path, step, timestamp, value in zip(
            which.tolist(), *sent, entries.value[which].view(np.uint64).tolist(), strict=True
        ):
            if identity is Identity.POINT:
                if (path, step, timestamp, value) in by_point:
                    verdicts[index] = Verdict.EXISTS
            elif (path, step) in by_step:
                verdicts[index] = Verdict.EXISTS if by_step[path, step] == value else Verdict.TAKEN

    def _repeated(self, entries: FloatEntries, identity: Identity, final: NDArray[np.bool_], verdicts: NDArray[np.uint8]) -> None:
        """Points that came twice in this request: the first one counts."""
        which = np.flatnonzero(final & (verdicts == Verdict.NEW))
        if len(which) < 2:
            return
        bits = np.ascontiguousarray(entries.value).view(np.uint64)
        keys = [entries.step[which], entries.path[which]]
        if identity is Identity.POINT:
            keys = [bits[which], entries.timestamp[which], *keys]
        order = which[np.lexsort(keys)]  # stable: what came first stands first
        before, after = order[:-1], order[1:]
        same = (entries.path[before] == entries.path[after]) & (entries.step[before] == entries.step[after])
        if identity is Identity.POINT:
            same &= (entries.timestamp[before] == entries.timestamp[after]) & (bits[before] == bits[after])
        if not same.any():
            return
        starts = np.concatenate([[True], ~same])
        first = order[np.maximum.accumulate(np.where(starts, np.arange(len(order)), 0))]
        again = ~starts
        equal = bits[order[again]] == bits[first[again]]
        verdicts[order[again]] = np.where(equal, Verdict.EXISTS, Verdict.TAKEN)

    def _move_on(
        self, known: RunTypes, paths: list[int], inverse: NDArray[np.intp], entries: FloatEntries, kept: NDArray[np.int64]
    ) -> None:
        if not len(kept):
            return
        order = kept[np.lexsort((entries.timestamp[kept], entries.step[kept], inverse[kept]))]
        ends = np.flatnonzero(np.append(inverse[order][1:] != inverse[order][:-1], True))
        for index in order[ends].tolist():
            path = paths[inverse[index]]
            known.last[path] = max(known.last[path], (int(entries.step[index]), int(entries.timestamp[index])))

    def _params(self, run: RunRecord, paths: Sequence[int]) -> dict[str, object]:
        return {"project": int(run.project_id), "run": int(run.key), "paths": list(paths)}


def _place(key: PointKey, identity: Identity) -> tuple[int, ...]:
    return (key.path_id, key.step) if identity is Identity.STEP else (key.path_id, key.step, key.timestamp, key.seq)


def _value(type_: AttributeType, row: dict[str, Any]) -> object:
    if type_ is AttributeType.STRING_SERIES:
        return row["value"]
    if type_ is AttributeType.HISTOGRAM_SERIES:
        return Histogram(tuple(row["edges"]), tuple(row["bins"]), bool(row["density"]))
    return FileRef(row["sha256"], row["size"], row["mime"], row["name"])
