"""Series reduced to buckets for charts: from the roll-up where it is fine enough, from the points where not. Nothing is sampled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from trireme.domain.ids import RunKey
from trireme.domain.lineage import Segment
from trireme.domain.records import MICRO
from trireme.services.grid import EvenGrid, Grid
from trireme.services.grouping import Columns, by_bucket, by_series, joined, rows_of_neighbours, rows_of_points, stretches
from trireme.storage.warehouse.engine import Warehouse
from trireme.storage.warehouse.lineage import Piece, pieces, with_inherited

if TYPE_CHECKING:
    from numpy.typing import NDArray

LEVEL_SHIFT: Final = {1: 26, 2: 28, 3: 30, 4: 32, 5: 34}
"""log2 of a roll-up bucket's width in millionths of a step, by level (see the warehouse's schema)."""
RAW: Final = 0
HEAD: Final = 1 << LEVEL_SHIFT[1]
"""Steps from 0 up to this one are in no level: they are read from the points."""
_FAR: Final = 1 << 60
SLACK: Final = 0.1
"""How much wider than asked a level's buckets may be: a tenth fewer buckets rather than four times the rows to read."""
_SPLIT_POINTS: Final = 200_000
"""What takes more points than these is read in two halves at once, which takes a fifth less time: the engine hands its answer over in
one thread."""
_READERS: Final = ThreadPoolExecutor(4, thread_name_prefix="buckets")
MAX_FETCHED_POINTS: Final = 4_000_000
"""More points than these (24 bytes each) are grouped inside the engine."""


class Axis(Enum):
    """What x is. RELATIVE: seconds since the run was created; TIME: seconds since 1970."""

    STEP = "step"
    RELATIVE = "relative"
    TIME = "time"


@dataclass(frozen=True, slots=True)
class Extent:
    """How many points a series has, how many of them finite, and its ends: steps in millionths, times in ms."""

    count: int
    finite: int
    first_step: int
    last_step: int
    first_ms: int
    last_ms: int


def read_extents(warehouse: Warehouse, project: int, keys: Sequence[tuple[int, int]]) -> dict[tuple[int, int], Extent]:
    """The extents of those of the series (path_id, run) that have points, and perhaps of others."""
    if not keys:
        return {}
    table = warehouse.query(
        "SELECT path_id, run, count, finite, toInt64(bitShiftRight(first, 128)) AS s0, toInt64(bitShiftRight(last, 128)) AS s1,"
        " toInt64(bitAnd(bitShiftRight(first, 64), toInt256(9223372036854775807))) AS t0,"
        " toInt64(bitAnd(bitShiftRight(last, 64), toInt256(9223372036854775807))) AS t1"
        " FROM float_summary FINAL WHERE project = {project:UInt32} AND run IN {runs:Array(UInt64)}"
        " AND path_id IN {paths:Array(UInt64)}",
        {"project": project, "runs": sorted({run for _, run in keys}), "paths": sorted({path for path, _ in keys})},
    )
    columns = (table[name].to_pylist() for name in ("path_id", "run", "count", "finite", "s0", "s1", "t0", "t1"))
    return {(path, run): Extent(*rest) for path, run, *rest in zip(*columns, strict=True)}


@dataclass(slots=True)
class Found:
    """Buckets of one series as columns."""

    columns: dict[str, NDArray[Any]]

    def followed_by(self, other: Found) -> Found:
        """These buckets and then those."""
        return Found({name: np.concatenate([values, other.columns[name]]) for name, values in self.columns.items()})

    @property
    def points(self) -> int:
        """How many points lie in all buckets."""
        return int(self.columns["count"].sum())

    @property
    def raw(self) -> bool:
        """Whether every bucket is one point."""
        return bool((self.columns["count"] == 1).all())


@dataclass(frozen=True, slots=True)
class Job:
    """What one query reads: series, a level, the range on x (millionths, ms), the buckets (None: every point for itself).

    Parameters:
        steps: only steps from the first up to and without the second (millionths).
    """

    keys: Sequence[tuple[int, int]]
    level: int
    low: float
    high: float
    grid: Grid | None
    steps: tuple[int, int] | None = None


_ROLLUP = "path_id, count, `nan`, pos_inf, neg_inf, sum, min, max, first_step, last_step, first_timestamp, last_timestamp"
_FROM_POINTS = (
    "path_id, count() AS count, countIf(isNaN(value)) AS `nan`, countIf(value = inf) AS pos_inf,"
    " countIf(value = -inf) AS neg_inf, sum(ifNotFinite(value, 0)) AS sum, min(ifNotFinite(value, inf)) AS min,"
    " max(ifNotFinite(value, -inf)) AS max, min(step) AS first_step, max(step) AS last_step,"
    " min(timestamp) AS first_timestamp, max(timestamp) AS last_timestamp"
)
"""Rows of points as a row of the roll-up."""
VALUES_OF_POINTS = (
    "min(ifNotFinite(r.value, inf)) AS lo, max(ifNotFinite(r.value, -inf)) AS hi, sum(ifNotFinite(r.value, 0)) AS total,"
    " count() AS n, countIf(isNaN(r.value)) AS n_nan, countIf(r.value = inf) AS n_pos_inf, countIf(r.value = -inf) AS n_neg_inf"
)


class BucketReader:
    """Chooses a level for each series and reads all series of a level in one query."""

    def __init__(
        self,
        warehouse: Warehouse,
        project: int,
        axis: Axis,
        origins: dict[int, int],
        forks: Mapping[RunKey, Sequence[Segment]],
        *,
        inherited: bool,
    ) -> None:
        self._warehouse = warehouse
        self._project = project
        self._axis = axis
        self._origins = origins
        self._forks = forks
        self._inherited = inherited
        self._is_open = (True, True)

    def read(
        self,
        keys: Sequence[tuple[int, int]],
        summaries: dict[tuple[int, int], Extent],
        start: float | None,
        stop: float | None,
        buckets: int,
    ) -> dict[tuple[int, int], Found]:
        """Buckets by (path_id, run)."""
        self._summaries = summaries
        self._is_open = (start is None, stop is None)
        present = list(dict.fromkeys(key for key in keys if key in summaries))
        if not present:
            return {}
        # One grid for all series of a chart, so that their buckets line up.
        ends = [self._extent(key, summaries[key]) for key in present]
        low = min(e[0] for e in ends) if start is None else self._to_axis(start)
        high = max(e[1] for e in ends) if stop is None else self._to_axis(stop)
        if high < low:
            return {}
        width = max(1.0, (high - low) / buckets)
        by_level: dict[int, list[tuple[int, int]]] = {}
        single: list[tuple[int, int]] = []
        for key in present:
            if summaries[key].count <= buckets:
                single.append(key)
            else:
                by_level.setdefault(self._level(summaries[key], width), []).append(key)
        jobs: list[Job] = [Job(single, RAW, low, high, None)]
        jobs += [Job(level_keys, level, low, high, self._grid(level, low, width)) for level, level_keys in by_level.items()]
        found = self._together(jobs)
        # Few points, unevenly spaced: show each of them rather than buckets.
        uneven = [key for keys_ in by_level.values() for key in keys_ if key in found and not found[key].raw]
        uneven = [key for key in uneven if found[key].points <= buckets]
        return found | self._together([Job(uneven, RAW, low, high, None)])

    def _together(self, jobs: Sequence[Job]) -> dict[tuple[int, int], Found]:
        """Do all jobs; side by side where much is to be read. What several jobs find of a series stands in their order."""
        parts: list[Job] = []
        for job in jobs:
            points = sum(self._summaries[key].count for key in job.keys) if job.level == RAW else 0
            halves = 2 if len(job.keys) > 1 and points > _SPLIT_POINTS else 1
            size = -(-len(job.keys) // halves)
            parts += [replace(job, keys=job.keys[start : start + size]) for start in range(0, len(job.keys), size or 1)]
        if len(parts) < 2:
            return self._query(parts[0]) if parts else {}
        waiting = [_READERS.submit(self._query, part) for part in parts]
        found: dict[tuple[int, int], Found] = {}
        for done in waiting:
            for key, one in done.result().items():
                found[key] = found[key].followed_by(one) if key in found else one
        return found

    def _to_axis(self, x: float) -> float:
        return x * (MICRO if self._axis is Axis.STEP else 1000)

    def _extent(self, key: tuple[int, int], summary: Extent) -> tuple[float, float]:
        if self._axis is Axis.STEP:
            if not self._inherited and key[1] in self._forks:
                return max(summary.first_step, (self._forks[RunKey(key[1])][0].after or 0) + 1), summary.last_step
            return summary.first_step, summary.last_step
        origin = self._origins.get(key[1], 0)
        times = sorted((summary.first_ms, summary.last_ms))
        return times[0] - origin, times[1] - origin

    def _level(self, summary: Extent, width: float) -> int:
        """The coarsest level whose buckets are hardly wider than *width* (on time axes: at this series' mean pace)."""
        if self._axis is not Axis.STEP:
            duration = abs(summary.last_ms - summary.first_ms) or 1
            width = width * (summary.last_step - summary.first_step) / duration
        widest = width * (1 + SLACK)
        return max((level for level, shift in LEVEL_SHIFT.items() if (1 << shift) <= widest), default=RAW)

    def _query(self, job: Job) -> dict[tuple[int, int], Found]:
        """Group rows of one level."""
        keys, level, low, grid = job.keys, job.level, job.low, job.grid
        paths, runs = sorted({key[0] for key in keys}), sorted({key[1] for key in keys})
        params: dict[str, object] = {"project": self._project, "paths": paths, "runs": runs}
        place = "project = {project:UInt32} AND path_id IN {paths:Array(UInt64)}"
        mine = f"{place} AND run IN {{runs:Array(UInt64)}}"
        forks = {RunKey(run): self._forks[RunKey(run)] for run in runs if run in self._forks} if self._inherited else {}
        where = self._inside(params, level, low, job.high) + self._steps_of(params, job)
        if level == RAW and forks:
            steps = where if self._axis is Axis.STEP else ""
            points = with_inherited(
                "float_points", "path_id, timestamp, seq, value", f"{place} AND preview = 0{steps}", pieces(forks)
            )
            columns = self._points(f"{points} AS r WHERE 1{where}", params, paths, grid)
        elif level == RAW:
            narrow = self._step_range(mine, params) if self._axis is not Axis.STEP else ""
            columns = self._points(f"float_points AS r FINAL WHERE {mine}{where}{narrow} AND preview = 0", params, paths, grid)
        else:
            finite = all(self._summaries[key].finite == self._summaries[key].count for key in keys)
            source = f"{self._pyramid(place, mine, params, level, low, pieces(forks))} AS r WHERE 1{where}"
            columns = self._rolled_up(source, params, grid, finite=finite)
        return self._split(columns, set(keys))

    def _points(self, source: str, params: dict[str, object], paths: Sequence[int], grid: Grid | None) -> Columns:
        """Points, grouped here unless they are too many to be fetched."""
        path = "path_id, " if len(paths) > 1 else ""
        x = "step" if self._axis is Axis.STEP else "timestamp"
        table = self._warehouse.query(
            f"SELECT {path}run, r.{x} AS x, r.value AS value FROM {source} LIMIT {MAX_FETCHED_POINTS + 1}", params
        )
        if table.num_rows > MAX_FETCHED_POINTS:
            return self._grouped_by_the_engine(source, params, x, grid)
        parts: list[Columns] = []
        buckets: list[NDArray[np.int64]] = []
        for batch in table.to_batches():
            found = {name: batch.column(name).to_numpy() for name in table.column_names}
            path_ids = found.get("path_id", np.full(batch.num_rows, paths[0], np.uint64))
            columns = (path_ids, found["run"], found["x"], found["value"])
            if grid is not None:
                place = {"path_id": path_ids, "run": found["run"]}
                part, bucket = rows_of_neighbours(*columns, self._buckets_of(place, found["x"], grid))
                buckets.append(bucket)
            else:
                part = rows_of_points(*columns)
            parts.append(part)
        if not parts:
            return {}
        rows = joined(parts, buckets or None)
        return by_bucket(rows, rows.pop("bucket")) if grid is not None else by_series(rows)

    def _grouped_by_the_engine(self, source: str, params: dict[str, object], x: str, grid: Grid | None) -> Columns:
        origin = self._origin(params)
        bucket = "(r.step, r.timestamp, r.seq)" if grid is None else grid.sql(f"r.{x} - {origin}")
        table = self._warehouse.query(
            f"SELECT path_id, run, {bucket} AS b, min(r.{x}) AS x0, max(r.{x}) AS x1, {VALUES_OF_POINTS} FROM {source}"
            " GROUP BY path_id, run, b ORDER BY path_id, run, x0",
            params,
        )
        return {name: table[name].to_numpy() for name in table.column_names if name != "b"}

    def _rolled_up(self, source: str, params: dict[str, object], grid: Grid | None, *, finite: bool) -> Columns:
        """Rows of the roll-up, grouped. *finite*: no value is NaN or infinite, so that three columns need not be read."""
        x = "step" if self._axis is Axis.STEP else "timestamp"
        odd = "" if finite else ", r.nan AS n_nan, r.pos_inf AS n_pos_inf, r.neg_inf AS n_neg_inf"
        table = self._warehouse.query(
            f"SELECT path_id, run, r.bucket AS bucket, r.first_{x} AS x0, r.last_{x} AS x1, r.min AS lo, r.max AS hi,"
            f" r.sum AS total, r.count AS n{odd} FROM {source}",
            params,
        )
        rows = {name: table[name].to_numpy() for name in table.column_names}
        bucket = rows.pop("bucket")
        assert grid is not None
        units = self._axis is Axis.STEP and isinstance(grid, EvenGrid)
        return by_bucket(rows, self._buckets_of(rows, bucket if units else rows["x0"], grid))

    def _buckets_of(self, rows: Columns, x: NDArray[np.int64], grid: Grid) -> NDArray[np.int64]:
        if not self._origins:
            return grid.of(x)
        starts, lengths = stretches(rows)
        origins = np.array([self._origins.get(int(run), 0) for run in rows["run"][starts]], np.int64)
        return grid.of(x, np.repeat(origins, lengths))

    def _pyramid(
        self, place: str, mine: str, params: dict[str, object], level: int, low: float, inherited: Sequence[Piece]
    ) -> str:
        """The rows of one level, and a row of the points at the beginning, which are in no level."""
        params["level"] = level
        shift = LEVEL_SHIFT[level]
        kept, steps = "level = {level:UInt8}", ""
        if self._axis is Axis.STEP:
            kept += " AND t.bucket >= {first:Int64} AND t.bucket <= {last:Int64}"
            steps = f" AND step >= bitShiftLeft({{first:Int64}}, {shift}) AND step < bitShiftLeft({{last:Int64}} + 1, {shift})"
        parts = [f"SELECT {_ROLLUP}, t.bucket AS bucket, run FROM float_rollup AS t WHERE {mine} AND {kept}"]
        if self._axis is not Axis.STEP or low < HEAD:
            parts.append(
                f"SELECT {_FROM_POINTS}, toInt64(0) AS bucket, run FROM float_points FINAL"
                f" WHERE {mine} AND preview = 0 AND step >= 0 AND step < {HEAD} GROUP BY path_id, run"
            )
        for piece in inherited:
            parts += self._inherited_rows(place, kept, steps, shift, piece)
        return f"({' UNION ALL '.join(parts)})"

    def _inherited_rows(self, place: str, kept: str, steps: str, shift: int, piece: Piece) -> list[str]:
        """Rows of an ancestor: buckets that lie inside what is inherited, and at its ends the points."""
        heirs = f"arrayJoin([{', '.join(str(int(run)) for run in piece.runs)}]::Array(UInt64)) AS run"
        first, last = -(-(piece.after + 1) >> shift), ((piece.until + 1) >> shift) - 1  # whole buckets
        inside = f"step > {piece.after} AND step <= {piece.until}"
        points = f"SELECT {_FROM_POINTS}, bitShiftRight(step, {shift}) AS bucket, run FROM (SELECT path_id, step, timestamp, value, {heirs}"
        points += f" FROM float_points FINAL WHERE {place} AND float_points.run = {int(piece.ancestor)} AND preview = 0{steps} AND {inside}"
        if last < first:
            return [f"{points}) GROUP BY path_id, run, bucket"]
        width = 1 << shift
        return [
            f"SELECT {_ROLLUP}, t.bucket AS bucket, {heirs} FROM float_rollup AS t WHERE {place} AND t.run = {int(piece.ancestor)}"
            f" AND {kept} AND t.bucket BETWEEN {first} AND {last}",
            f"{points} AND (step < {first * width} OR step >= {(last + 1) * width} OR (step >= 0 AND step < {HEAD})))"
            " GROUP BY path_id, run, bucket",
        ]

    def _step_range(self, where: str, params: dict[str, object]) -> str:
        """A bound on the step for a range of time: points are sorted by step, so time alone would read whole series."""
        origin = self._origin(params)
        table = self._warehouse.query(
            f"SELECT min(first_step) AS s0, max(last_step) AS s1, count() AS n FROM float_rollup WHERE {where} AND level = 3"
            f" AND last_timestamp - {origin} >= {{low:Int64}} AND first_timestamp - {origin} <= {{high:Int64}}",
            params,
        )
        row = table.to_pylist()[0]
        # The first points are in no level; they are few, so they are always looked at.
        head = f"(step >= 0 AND step < {HEAD})"
        if not row["n"]:
            return f" AND {head}"
        params["s0"], params["s1"] = row["s0"], row["s1"]
        return f" AND ((step >= {{s0:Int64}} AND step <= {{s1:Int64}}) OR {head})"

    def _origin(self, params: dict[str, object]) -> str:
        if self._axis is not Axis.RELATIVE:
            return "0"
        params["run_keys"], params["run_origins"] = list(self._origins), list(self._origins.values())
        return "transform(run, {run_keys:Array(UInt64)}, {run_origins:Array(Int64)}, toInt64(0))"

    def _grid(self, level: int, low: float, width: float) -> EvenGrid:
        if self._axis is not Axis.STEP:
            return EvenGrid(int(low), max(1, round(width)))
        unit = 1 << LEVEL_SHIFT[level] if level else 1
        factor = max(1, -(-int(width) // unit)) if unit <= width else 1
        return EvenGrid(int(low // unit) // factor * factor, factor)  # it stays put while points arrive

    def _inside(self, params: dict[str, object], level: int, low: float, high: float) -> str:
        """The condition that a row of *level* lies in the range."""
        if self._axis is Axis.STEP:
            unit = 1 << LEVEL_SHIFT[level] if level else 1
            column = "bucket" if level else "step"
            params["first"], params["last"] = int(low // unit), int(high // unit if level else -(-high // unit))
            return f" AND {column} >= {{first:Int64}} AND {column} <= {{last:Int64}}"
        origin = self._origin(params)
        # The ends of a series are those of its first and last step; with clocks that differ, its times may lie outside.
        params["low"] = -_FAR if self._is_open[0] else int(low)
        params["high"] = _FAR if self._is_open[1] else int(-(-high // 1))
        first, last = ("first_timestamp", "last_timestamp") if level else ("timestamp", "timestamp")
        return f" AND {last} - {origin} >= {{low:Int64}} AND {first} - {origin} <= {{high:Int64}}"

    def _steps_of(self, params: dict[str, object], job: Job) -> str:
        """The condition that a row belongs to the steps of *job*."""
        if job.steps is None:
            return ""
        unit = 1 << LEVEL_SHIFT[job.level] if job.level else 1
        params["s_first"], params["s_last"] = job.steps[0] // unit, job.steps[1] // unit
        column = "bucket" if job.level else "step"
        return f" AND r.{column} >= {{s_first:Int64}} AND r.{column} < {{s_last:Int64}}"

    def _split(self, rows: Columns, wanted: set[tuple[int, int]]) -> dict[tuple[int, int], Found]:
        """Rows of buckets as what is shown of each series."""
        if not rows:
            return {}
        path, run = rows["path_id"], rows["run"]
        starts, lengths = stretches(rows)
        x = rows["x0"] + (rows["x1"] - rows["x0"]) / 2
        if self._axis is Axis.STEP:
            x = x / MICRO
        else:
            x = (x - np.repeat([self._origins.get(int(key), 0) for key in run[starts]], lengths)) / 1000
        columns = shown(rows, x)
        found: dict[tuple[int, int], Found] = {}
        for begin, length in zip(starts.tolist(), lengths.tolist(), strict=True):
            key = (int(path[begin]), int(run[begin]))
            if key in wanted:
                found[key] = Found(_by_x({name: values[begin : begin + length] for name, values in columns.items()}))
        return found


def shown(rows: Columns, x: NDArray[np.float64]) -> Columns:
    """What a chart is told of rows of buckets, which stand at *x*."""
    none = np.zeros(len(x), np.uint32)
    odd = {name: rows[f"n_{name}"].astype(np.uint32) if f"n_{name}" in rows else none for name in ("nan", "pos_inf", "neg_inf")}
    finite = rows["n"].astype(np.int64) - sum(odd.values())
    empty = finite == 0
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = rows["total"] / finite
    columns = {"x": x, "min": rows["lo"], "max": rows["hi"], "mean": mean, "count": rows["n"].astype(np.uint32), **odd}
    if empty.any():
        columns |= {name: np.where(empty, np.nan, columns[name]) for name in ("min", "max", "mean")}
    return columns


def _by_x(columns: Columns) -> Columns:
    """Buckets may overlap where steps came late."""
    x = columns["x"]
    if (x[1:] >= x[:-1]).all():
        return columns
    order = np.argsort(x, kind="stable")
    return {name: values[order] for name, values in columns.items()}
