"""Series for charts and pages: buckets whose envelope is exact, raw points, strings, histograms, files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from trireme.domain.errors import InvalidInput, NotFound
from trireme.domain.ids import RunKey
from trireme.domain.limits import MAX_BUCKETS, MAX_POINTS_PER_PAGE, MAX_SERIES_PER_REQUEST
from trireme.domain.paths import check_path, path_id
from trireme.domain.permissions import Actor, Permission
from trireme.domain.project import ProjectRecord
from trireme.domain.records import MICRO
from trireme.services.auth import require
from trireme.services.cursor import decode_cursor, encode_cursor
from trireme.storage.warehouse.engine import Warehouse

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from trireme.storage.catalog.catalog import Catalog

LEVEL_SHIFT: Final = {1: 26, 2: 30, 3: 34}
"""log2 of a roll-up bucket's width in millionths of a step, by level (see the warehouse's schema)."""
_RAW = 0


class Axis(Enum):
    """What x is. RELATIVE: seconds since the run was created; TIME: seconds since 1970."""

    STEP = "step"
    RELATIVE = "relative"
    TIME = "time"


@dataclass(frozen=True, slots=True)
class SeriesKey:
    """A series of a project."""

    run: RunKey
    path: str


@dataclass(frozen=True, slots=True)
class SeriesInfo:
    """About one asked series: how many points it has in all, and whether each row is one point."""

    key: SeriesKey
    total: int
    raw: bool


@dataclass(frozen=True, slots=True)
class BucketResult:
    """``table``: series int32, x, min, max, mean float64 (null without finite points), count, nan, pos_inf, neg_inf uint32;
    ordered by series and x.
    """

    table: pa.Table
    series: list[SeriesInfo]


@dataclass(frozen=True, slots=True)
class Page:
    """Rows as an Arrow table, the size of the whole series, and cursors for what follows and what came before."""

    table: pa.Table
    total: int
    next_cursor: str | None = None
    previous_cursor: str | None = None


@dataclass(frozen=True, slots=True)
class _Summary:
    count: int
    finite: int
    first_step: int
    last_step: int
    first_ms: int
    last_ms: int


class SeriesService:
    """Reads series. Every method authorises."""

    def __init__(self, catalog: Catalog, warehouse: Warehouse) -> None:
        self._catalog = catalog
        self._warehouse = warehouse

    def buckets(
        self,
        actor: Actor,
        project: ProjectRecord,
        series: Sequence[SeriesKey],
        *,
        axis: Axis = Axis.STEP,
        start: float | None = None,
        stop: float | None = None,
        buckets: int = 1000,
    ) -> BucketResult:
        """Reduce series to at most about *buckets* buckets of equal width.

        Every stored point of the range lies in exactly one bucket and inside its [min, max]; a bucket at the edge may also hold
        neighbours from outside. x is the middle between a bucket's first and last point. Series with at most *buckets* points in
        the range come back point by point.

        Parameters:
            start, stop: the visible range on x; the whole series when None.

        Raises:
            InvalidInput: too many series or buckets, or an empty range.
        """
        require(actor, project, Permission.READ)
        if len(series) > MAX_SERIES_PER_REQUEST or not 1 <= buckets <= MAX_BUCKETS:
            raise InvalidInput(
                f"{len(series):,} series in {buckets:,} buckets were asked for.",
                hint=f"At most {MAX_SERIES_PER_REQUEST:,} series and 1 to {MAX_BUCKETS:,} buckets a request.",
            )
        if start is not None and stop is not None and not start < stop:
            raise InvalidInput(f"The range {start!r} to {stop!r} is empty.", hint="'start' must be below 'stop'.")
        keys = [(path_id(check_path(key.path)), int(key.run)) for key in series]
        summaries = self._summaries(project, keys)
        reader = _BucketReader(self._warehouse, int(project.id), axis, self._origins(series, axis))
        found = reader.read(keys, summaries, start, stop, buckets)
        return _assemble(series, keys, summaries, found)

    def points(
        self,
        actor: Actor,
        project: ProjectRecord,
        series: Sequence[SeriesKey],
        *,
        start: float | None = None,
        stop: float | None = None,
        limit: int = MAX_POINTS_PER_PAGE,
        cursor: str | None = None,
    ) -> Page:
        """Raw points of float series: series int32, step float64, timestamp (ms, UTC), value float64, preview bool.

        Parameters:
            start, stop: steps, both inclusive.
        """
        import pyarrow as pa

        require(actor, project, Permission.READ)
        if len(series) > MAX_SERIES_PER_REQUEST or not 1 <= limit <= MAX_POINTS_PER_PAGE:
            raise InvalidInput(f"At most {MAX_SERIES_PER_REQUEST:,} series and {MAX_POINTS_PER_PAGE:,} points a request.")
        first, after = decode_cursor(cursor, "points", [0, []]) if cursor else (0, [])
        tables: list[pa.Table] = []
        room = limit
        next_cursor = None
        for index in range(int(first), len(series)):
            key = series[index]
            part = self._series_rows(project, "float_points", key, "value, preview", start, stop, after, room + 1)
            after = []
            if part.num_rows > room:
                part = part.slice(0, room)
                position = _position(part, room - 1) if room else []
                next_cursor = encode_cursor("points", [index, position])
            tables.append(part.append_column("series", pa.array(np.full(part.num_rows, index, np.int32))))
            room -= part.num_rows
            if next_cursor:
                break
        table = pa.concat_tables(tables) if tables else None
        return Page(_points_table(table), table.num_rows if table else 0, next_cursor)

    def strings(
        self, actor: Actor, project: ProjectRecord, key: SeriesKey, *, limit: int = 1000, cursor: str | None = None, tail: int = 0
    ) -> Page:
        """A page of a string series: step, timestamp (ms), seq, value; in step order.

        Parameters:
            tail: instead of a page from the beginning, the last *tail* points.
            cursor: from an earlier page; a ``next_cursor`` also asks later for what is new.
        """
        require(actor, project, Permission.READ)
        return self._page(project, "string_points", key, "value", limit, cursor, tail)

    def files(
        self, actor: Actor, project: ProjectRecord, key: SeriesKey, *, limit: int = 1000, cursor: str | None = None
    ) -> Page:
        """A page of a file series: step, timestamp (ms), seq, sha256, size, mime, name; in step order."""
        require(actor, project, Permission.READ)
        return self._page(project, "file_points", key, "toString(sha256) AS sha256, size, mime, name", limit, cursor, 0)

    def file_at(self, actor: Actor, project: ProjectRecord, key: SeriesKey, step: float) -> dict[str, Any]:
        """The file of a file series at *step*: sha256, size, mime, name.

        Raises:
            NotFound: the series has no point there.
        """
        require(actor, project, Permission.READ)
        table = self._series_rows(project, "file_points", key, "toString(sha256) AS sha256, size, mime, name", step, step, [], 1)
        if not table.num_rows:
            raise NotFound(f"'{key.path}' has no file at step {step:g}.")
        row: dict[str, Any] = table.to_pylist()[0]
        return row

    def histograms(self, actor: Actor, project: ProjectRecord, key: SeriesKey, *, limit: int = 100) -> Page:
        """At most *limit* histograms of a series, evenly chosen, first and last among them: step, timestamp, edges, bins, density."""
        require(actor, project, Permission.READ)
        if not 1 <= limit <= 1000:
            raise InvalidInput("At most 1,000 histograms a request.")
        total = self._count(project, "histogram_points", key)
        every = max(1, -(-(total - 1) // max(1, limit - 1))) if total > limit else 1
        table = self._warehouse.query(
            "SELECT step, timestamp, edges, bins, density FROM ("
            " SELECT *, row_number() OVER (ORDER BY step, timestamp, seq) - 1 AS n FROM histogram_points FINAL"
            " WHERE project = {project:UInt32} AND path_id = {path:UInt64} AND run = {run:UInt64})"
            " WHERE n % {every:UInt64} = 0 OR n = {last:Int64} ORDER BY n",
            self._where(project, key) | {"every": every, "last": total - 1},
        )
        return Page(table, total)

    def _page(
        self, project: ProjectRecord, table: str, key: SeriesKey, columns: str, limit: int, cursor: str | None, tail: int
    ) -> Page:
        limit = tail or limit
        if not 1 <= limit <= 10_000:
            raise InvalidInput("At most 10,000 points a request.")
        backward = bool(tail)
        after: list[int] = []
        if cursor:
            backward, after = decode_cursor(cursor, "page", [False, []])
        rows = self._series_rows(project, table, key, columns, None, None, after, limit + 1, backward=backward)
        more = rows.num_rows > limit
        rows = rows.slice(0, limit)
        if backward:
            rows = rows.take(np.arange(rows.num_rows)[::-1])
        end = _position(rows, rows.num_rows - 1) if rows.num_rows else (after if not backward else [])
        before = _position(rows, 0) if rows.num_rows and (more or not backward) and (after or backward) else None
        return Page(
            rows,
            self._count(project, table, key),
            encode_cursor("page", [False, end]),
            encode_cursor("page", [True, before]) if before else None,
        )

    def _series_rows(
        self,
        project: ProjectRecord,
        table: str,
        key: SeriesKey,
        columns: str,
        start: float | None,
        stop: float | None,
        after: Sequence[int],
        limit: int,
        *,
        backward: bool = False,
    ) -> pa.Table:
        params = self._where(project, key) | {"limit": limit}
        where = "project = {project:UInt32} AND path_id = {path:UInt64} AND run = {run:UInt64}"
        for name, sign, bound in (("start", ">=", start), ("stop", "<=", stop)):
            if bound is not None:
                where += f" AND step {sign} {{{name}:Int64}}"
                params[name] = _micros(bound)
        if after:
            if len(after) != 3 or not all(type(part) is int for part in after):
                raise InvalidInput("The cursor is not one that this server made for this page.")
            sign = "<" if backward else ">"
            where += f" AND (step, timestamp, seq) {sign} ({{s:Int64}}, {{t:Int64}}, {{q:UInt64}})"
            params |= {"s": after[0], "t": after[1], "q": after[2]}
        order = " DESC" if backward else ""
        return self._warehouse.query(
            f"SELECT step, timestamp, seq, {columns} FROM {table} FINAL WHERE {where}"
            f" ORDER BY step{order}, timestamp{order}, seq{order} LIMIT {{limit:UInt64}}",
            params,
        )

    def _count(self, project: ProjectRecord, table: str, key: SeriesKey) -> int:
        found = self._warehouse.query(
            f"SELECT count() AS n FROM {table} FINAL"
            " WHERE project = {project:UInt32} AND path_id = {path:UInt64} AND run = {run:UInt64}",
            self._where(project, key),
        )
        return int(found["n"][0].as_py())

    def _where(self, project: ProjectRecord, key: SeriesKey) -> dict[str, object]:
        return {"project": int(project.id), "path": path_id(check_path(key.path)), "run": int(key.run)}

    def _summaries(self, project: ProjectRecord, keys: Sequence[tuple[int, int]]) -> dict[tuple[int, int], _Summary]:
        if not keys:
            return {}
        table = self._warehouse.query(
            "SELECT path_id, run, count, finite, toInt64(bitShiftRight(first, 128)) AS s0, toInt64(bitShiftRight(last, 128)) AS s1,"
            " toInt64(bitAnd(bitShiftRight(first, 64), toInt256(9223372036854775807))) AS t0,"
            " toInt64(bitAnd(bitShiftRight(last, 64), toInt256(9223372036854775807))) AS t1"
            " FROM float_summary FINAL WHERE project = {project:UInt32} AND run IN {runs:Array(UInt64)}"
            " AND path_id IN {paths:Array(UInt64)}",
            {"project": int(project.id), "runs": sorted({run for _, run in keys}), "paths": sorted({path for path, _ in keys})},
        )
        columns = (table[name].to_pylist() for name in ("path_id", "run", "count", "finite", "s0", "s1", "t0", "t1"))
        return {(path, run): _Summary(*rest) for path, run, *rest in zip(*columns, strict=True)}

    def _origins(self, series: Sequence[SeriesKey], axis: Axis) -> dict[int, int]:
        if axis is not Axis.RELATIVE:
            return {}
        runs = self._catalog.runs.by_keys(sorted({key.run for key in series}))
        return {int(run.key): run.created_at for run in runs}


@dataclass(slots=True)
class _Found:
    """Buckets of one series as columns."""

    columns: dict[str, NDArray[Any]]

    @property
    def points(self) -> int:
        return int(self.columns["count"].sum())

    @property
    def raw(self) -> bool:
        return bool((self.columns["count"] == 1).all())


_ENDS = {
    # (raw, step axis) -> first and last x of a bucket
    (True, True): "min(r.step) AS x0, max(r.step) AS x1",
    (True, False): "min(r.timestamp) AS x0, max(r.timestamp) AS x1",
    (False, True): "min(r.first_step) AS x0, max(r.last_step) AS x1",
    (False, False): "min(r.first_timestamp) AS x0, max(r.last_timestamp) AS x1",
}
_NONE = "toUInt64(0) AS n_nan, toUInt64(0) AS n_pos, toUInt64(0) AS n_neg"
_AGGREGATES = {
    # (raw, all values finite: known from the summaries, and then half of the work need not be done)
    (True, True): f"min(r.value) AS lo, max(r.value) AS hi, sum(r.value) AS total, count() AS n, n AS finite, {_NONE}",
    (True, False): (
        "countIf(isFinite(r.value)) AS finite, min(ifNotFinite(r.value, inf)) AS lo, max(ifNotFinite(r.value, -inf)) AS hi,"
        " sum(ifNotFinite(r.value, 0)) AS total, count() AS n, countIf(isNaN(r.value)) AS n_nan,"
        " countIf(r.value = inf) AS n_pos, countIf(r.value = -inf) AS n_neg"
    ),
    (False, True): f"min(r.min) AS lo, max(r.max) AS hi, sum(r.sum) AS total, sum(r.count) AS n, n AS finite, {_NONE}",
    (False, False): (
        "n - n_nan - n_pos - n_neg AS finite, min(r.min) AS lo, max(r.max) AS hi, sum(r.sum) AS total,"
        " sum(r.count) AS n, sum(r.nan) AS n_nan, sum(r.pos_inf) AS n_pos, sum(r.neg_inf) AS n_neg"
    ),
}


class _BucketReader:
    """Chooses a level for each series and reads all series of a level in one query."""

    def __init__(self, warehouse: Warehouse, project: int, axis: Axis, origins: dict[int, int]) -> None:
        self._warehouse = warehouse
        self._project = project
        self._axis = axis
        self._origins = origins

    def read(
        self,
        keys: Sequence[tuple[int, int]],
        summaries: dict[tuple[int, int], _Summary],
        start: float | None,
        stop: float | None,
        buckets: int,
    ) -> dict[tuple[int, int], _Found]:
        """Buckets by (path_id, run)."""
        self._summaries = summaries
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
        found: dict[tuple[int, int], _Found] = {}
        if single:
            found |= self._query(single, _RAW, low, high, 0)
        for level, level_keys in by_level.items():
            found |= self._query(level_keys, level, low, high, width)
        # Few points, unevenly spaced: show each of them rather than buckets.
        uneven = [key for keys_ in by_level.values() for key in keys_ if key in found and not found[key].raw]
        uneven = [key for key in uneven if found[key].points <= buckets]
        if uneven:
            found |= self._query(uneven, _RAW, low, high, 0)
        return found

    def _to_axis(self, x: float) -> float:
        return x * (MICRO if self._axis is Axis.STEP else 1000)

    def _extent(self, key: tuple[int, int], summary: _Summary) -> tuple[float, float]:
        if self._axis is Axis.STEP:
            return summary.first_step, summary.last_step
        origin = self._origins.get(key[1], 0)
        times = sorted((summary.first_ms, summary.last_ms))
        return times[0] - origin, times[1] - origin

    def _level(self, summary: _Summary, width: float) -> int:
        """The coarsest level whose buckets are no wider than *width* (on time axes: at this series' mean pace)."""
        if self._axis is not Axis.STEP:
            duration = abs(summary.last_ms - summary.first_ms) or 1
            width = width * (summary.last_step - summary.first_step) / duration
        return max((level for level, shift in LEVEL_SHIFT.items() if (1 << shift) <= width), default=_RAW)

    def _query(
        self, keys: Sequence[tuple[int, int]], level: int, low: float, high: float, width: float
    ) -> dict[tuple[int, int], _Found]:
        """Group rows of one level. ``width`` 0: every point for itself."""
        paths, runs = sorted({key[0] for key in keys}), sorted({key[1] for key in keys})
        params: dict[str, object] = {"project": self._project, "paths": paths, "runs": runs}
        where_rows = "project = {project:UInt32} AND path_id IN {paths:Array(UInt64)} AND run IN {runs:Array(UInt64)}"
        where = where_rows
        raw = level == _RAW
        group = self._group(params, raw, level, low, high, width)
        where += group.where
        if raw and self._axis is not Axis.STEP:
            where += self._step_range(where_rows, params)
        finite = all(self._summaries[key].finite == self._summaries[key].count for key in keys)
        ends = _ENDS[raw, self._axis is Axis.STEP]
        if raw:
            source = f"float_points AS r FINAL WHERE {where} AND preview = 0"
        else:
            source = f"{self._pyramid(where_rows, params, level, low)} AS r WHERE 1 {group.where}"
        table = self._warehouse.query(
            f"SELECT path_id, run, {group.expression} AS b, {ends}, {_AGGREGATES[raw, finite]} FROM {source}"
            " GROUP BY path_id, run, b ORDER BY path_id, run, x0",
            params,
        )
        return self._split(table, set(keys))

    def _pyramid(self, where: str, params: dict[str, object], level: int, low: float) -> str:
        """The rows of one level, and for its bucket 0, which is not kept, those of the levels below and the points."""
        params["level"] = level
        mine = "level = {level:UInt8}"
        if self._axis is Axis.STEP:
            mine += " AND t.bucket >= {first:Int64} AND t.bucket <= {last:Int64}"
            if low >= 1 << LEVEL_SHIFT[level]:
                return f"(SELECT * FROM float_rollup AS t WHERE {where} AND {mine})"
        columns = (
            "path_id, run, count, `nan`, pos_inf, neg_inf, sum, min, max, first_step, last_step, first_timestamp, last_timestamp"
        )
        return (
            f"(SELECT {columns}, if(level = {{level:UInt8}}, t.bucket, 0) AS bucket FROM float_rollup AS t WHERE {where}"
            f" AND (({mine}) OR (level < {{level:UInt8}} AND t.bucket BETWEEN 0 AND 15))"
            " UNION ALL SELECT path_id, run, count() AS count, countIf(isNaN(value)) AS `nan`, countIf(value = inf) AS pos_inf,"
            " countIf(value = -inf) AS neg_inf, sum(ifNotFinite(value, 0)) AS sum, min(ifNotFinite(value, inf)) AS min,"
            " max(ifNotFinite(value, -inf)) AS max, min(step) AS first_step, max(step) AS last_step,"
            " min(timestamp) AS first_timestamp, max(timestamp) AS last_timestamp, toInt64(0) AS bucket"
            f" FROM float_points FINAL WHERE {where} AND preview = 0 AND step >= 0 AND step < {1 << LEVEL_SHIFT[1]}"
            " GROUP BY path_id, run)"
        )

    def _step_range(self, where: str, params: dict[str, object]) -> str:
        """A bound on the step for a range of time: points are sorted by step, so time alone would read whole series."""
        origin = self._origin(params)
        table = self._warehouse.query(
            f"SELECT min(first_step) AS s0, max(last_step) AS s1, count() AS n FROM float_rollup WHERE {where} AND level <= 2"
            " AND (level = 2 OR bucket BETWEEN 0 AND 15)"
            f" AND last_timestamp - {origin} >= {{low:Int64}} AND first_timestamp - {origin} <= {{high:Int64}}",
            params,
        )
        row = table.to_pylist()[0]
        # The first points have no bucket; they are few, so they are always looked at.
        head = f"(step >= 0 AND step < {1 << LEVEL_SHIFT[1]})"
        if not row["n"]:
            return f" AND {head}"
        params["s0"], params["s1"] = row["s0"], row["s1"]
        return f" AND ((step >= {{s0:Int64}} AND step <= {{s1:Int64}}) OR {head})"

    def _origin(self, params: dict[str, object]) -> str:
        if self._axis is not Axis.RELATIVE:
            return "0"
        params["run_keys"], params["run_origins"] = list(self._origins), list(self._origins.values())
        return "transform(run, {run_keys:Array(UInt64)}, {run_origins:Array(Int64)}, toInt64(0))"

    def _group(self, params: dict[str, object], raw: bool, level: int, low: float, high: float, width: float) -> _Group:
        if self._axis is Axis.STEP:
            unit = 1 if raw else 1 << LEVEL_SHIFT[level]
            column = "step" if raw else "bucket"
            params["first"], params["last"] = int(low // unit), int(-(-high // unit) if raw else high // unit)
            where = f" AND {column} >= {{first:Int64}} AND {column} <= {{last:Int64}}"
            if not width:
                return _Group("(step, timestamp, seq)", where)
            factor = max(1, -(-int(width) // unit))
            params["origin"] = int(low // unit) // factor * factor  # a grid that stays put while points arrive
            params["factor"] = factor
            return _Group(f"intDiv({column} - {{origin:Int64}}, {{factor:Int64}})", where)
        origin = self._origin(params)
        params["low"], params["high"] = int(low), int(-(-high // 1))
        first, last = ("timestamp", "timestamp") if raw else ("first_timestamp", "last_timestamp")
        where = f" AND {last} - {origin} >= {{low:Int64}} AND {first} - {origin} <= {{high:Int64}}"
        if not width:
            return _Group("(step, timestamp, seq)", where)
        params["factor"] = max(1, round(width))
        return _Group(f"intDiv({first} - {origin} - {{low:Int64}}, {{factor:Int64}})", where)

    def _split(self, table: pa.Table, wanted: set[tuple[int, int]]) -> dict[tuple[int, int], _Found]:
        columns = {name: table[name].to_numpy() for name in table.column_names if name != "b"}
        if not table.num_rows:
            return {}
        path, run = columns.pop("path_id"), columns.pop("run")
        edges = np.flatnonzero((path[1:] != path[:-1]) | (run[1:] != run[:-1])) + 1
        starts, stops = [0, *edges.tolist()], [*edges.tolist(), table.num_rows]
        found: dict[tuple[int, int], _Found] = {}
        for begin, end in zip(starts, stops, strict=True):
            key = (int(path[begin]), int(run[begin]))
            if key in wanted:
                part = {name: values[begin:end] for name, values in columns.items()}
                found[key] = self._finish(part, self._origins.get(key[1], 0))
        return found

    def _finish(self, part: dict[str, NDArray[Any]], origin: int) -> _Found:
        x = part["x0"] + (part["x1"] - part["x0"]) / 2
        x = x / MICRO if self._axis is Axis.STEP else (x - origin) / 1000
        empty = part["finite"] == 0
        with np.errstate(invalid="ignore", divide="ignore"):
            mean = part["total"] / part["finite"]
        columns = {
            "x": x,
            "min": np.where(empty, np.nan, part["lo"]),
            "max": np.where(empty, np.nan, part["hi"]),
            "mean": np.where(empty, np.nan, mean),
        }
        columns |= {
            name: part[source].astype(np.uint32)
            for name, source in (("count", "n"), ("nan", "n_nan"), ("pos_inf", "n_pos"), ("neg_inf", "n_neg"))
        }
        if (x[1:] < x[:-1]).any():
            order = np.argsort(x, kind="stable")  # buckets may overlap where steps came late
            columns = {name: values[order] for name, values in columns.items()}
        return _Found(columns)


@dataclass(frozen=True, slots=True)
class _Group:
    expression: str
    where: str


_COLUMNS = ("x", "min", "max", "mean", "count", "nan", "pos_inf", "neg_inf")


def _assemble(
    series: Sequence[SeriesKey],
    keys: Sequence[tuple[int, int]],
    summaries: dict[tuple[int, int], _Summary],
    found: dict[tuple[int, int], _Found],
) -> BucketResult:
    import pyarrow as pa

    parts = [(index, found[key].columns) for index, key in enumerate(keys) if key in found]
    info = [
        SeriesInfo(asked, summaries[key].count if key in summaries else 0, found[key].raw if key in found else True)
        for asked, key in zip(series, keys, strict=True)
    ]
    types = dict.fromkeys(_COLUMNS[:4], np.float64) | dict.fromkeys(_COLUMNS[4:], np.uint32)
    columns: dict[str, Any] = {
        "series": np.repeat(np.array([i for i, _ in parts], np.int32), [len(part["x"]) for _, part in parts])
        if parts
        else np.empty(0, np.int32)
    }
    for name in _COLUMNS:
        values = np.concatenate([part[name] for _, part in parts]) if parts else np.empty(0, types[name])
        nullable = name in ("min", "max", "mean")
        columns[name] = pa.array(values, mask=np.isnan(values)) if nullable else pa.array(values)
    return BucketResult(pa.table(columns), info)


def _position(table: pa.Table, row: int) -> list[int]:
    return [int(table[name][row].as_py()) for name in ("step", "timestamp", "seq")]


def _micros(step: float) -> int:
    return max(-(2**63), min(2**63 - 1, round(step * MICRO)))


def _points_table(table: pa.Table | None) -> pa.Table:
    import pyarrow as pa

    if table is None:
        empty = np.empty(0)
        return pa.table({"series": empty.astype(np.int32), "step": empty, "timestamp": empty, "value": empty, "preview": empty})
    return pa.table(
        {
            "series": table["series"],
            "step": table["step"].to_numpy() / MICRO,
            "timestamp": table["timestamp"].cast(pa.timestamp("ms", "UTC")),
            "value": table["value"],
            "preview": table["preview"].cast(pa.bool_()),
        }
    )
