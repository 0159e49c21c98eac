"""Series for charts and pages: buckets whose envelope is exact, raw points, strings, histograms, files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from trireme.domain.errors import InvalidInput, NotFound
from trireme.domain.ids import RunKey
from trireme.domain.limits import MAX_BUCKETS, MAX_POINTS_PER_PAGE, MAX_SERIES_PER_REQUEST
from trireme.domain.lineage import Segment
from trireme.domain.paths import check_path, path_id
from trireme.domain.permissions import Actor, Permission
from trireme.domain.project import ProjectRecord
from trireme.domain.records import MICRO
from trireme.services.auth import require
from trireme.services.buckets import Axis, BucketReader, Extent, Found, read_extents
from trireme.services.cursor import decode_cursor, encode_cursor
from trireme.services.lineage import Lineages
from trireme.services.log_buckets import LogBucketReader
from trireme.services.metric_axis import MetricAxisReader
from trireme.storage.warehouse.engine import Warehouse
from trireme.storage.warehouse.lineage import pieces, with_inherited

if TYPE_CHECKING:
    import pyarrow as pa

    from trireme.storage.catalog.catalog import Catalog


@dataclass(frozen=True, slots=True)
class SeriesKey:
    """A series of a project."""

    run: RunKey
    path: str


@dataclass(frozen=True, slots=True)
class SeriesInfo:
    """About one asked series: how many points it has in all, whether each row is one point, and how many have no place on x."""

    key: SeriesKey
    total: int
    raw: bool
    unplaced: int = 0


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


class SeriesService:
    """Reads series. Every method authorises."""

    def __init__(self, catalog: Catalog, warehouse: Warehouse) -> None:
        self._catalog = catalog
        self._warehouse = warehouse
        self._lineages = Lineages(catalog)

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
        inherited: bool = True,
        log: bool = False,
        x_metric: str | None = None,
    ) -> BucketResult:
        """Reduce series to at most about *buckets* buckets of equal width.

        Every stored point of the range lies in exactly one bucket and inside its [min, max]; a bucket at the edge may also hold
        neighbours from outside. x is the middle between a bucket's first and last point. Series with at most *buckets* points in
        the range come back point by point.

        Parameters:
            start, stop: the visible range on x; the whole series when None.
            inherited: forks show their ancestors' points up to the fork step.
            log: buckets are equally wide in log space; points at x <= 0 have no place.
            x_metric: x is the value of this metric of the same run, in place of *axis*: its newest at the point's step or before.
                Where that is not finite, or there is none yet, the point has no place on x.

        Raises:
            InvalidInput: too many series or buckets, an empty range, or a logarithm of the time since 1970.
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
        forks = self._lineages.forks(sorted({key.run for key in series}))
        if x_metric is not None:
            over = MetricAxisReader(self._catalog, self._warehouse, project, forks, inherited=inherited)
            placed = over.read(series, x_metric, start, stop, buckets, log=log)
            return _assemble(series, keys, placed.summaries, placed.found, placed.unplaced)
        if log and axis is Axis.TIME:
            raise InvalidInput("Time since 1970 has no logarithmic axis.", hint="Use relative time: 'x': 'relative'.")
        summaries = read_extents(self._warehouse, int(project.id), keys)
        origins = self._origins(series, axis, forks if inherited else {})
        reader = (LogBucketReader if log else BucketReader)(
            self._warehouse, int(project.id), axis, origins, forks, inherited=inherited
        )
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

    def every_point(
        self,
        actor: Actor,
        project: ProjectRecord,
        series: Sequence[SeriesKey],
        *,
        start: float | None = None,
        stop: float | None = None,
    ) -> Iterator[pa.Table]:
        """All points of float series, a portion at a time: run (short id), metric, step, timestamp (ms, UTC), value.

        Parameters:
            start, stop: steps, both inclusive.

        Raises:
            InvalidInput: too many series, or none.
        """
        require(actor, project, Permission.READ)
        if not 1 <= len(series) <= MAX_SERIES_PER_REQUEST:
            raise InvalidInput(
                f"{len(series):,} series were asked for.", hint=f"1 to {MAX_SERIES_PER_REQUEST:,} series a request."
            )
        ids = {run.key: run.short_id for run in self._catalog.runs.by_keys(sorted({key.run for key in series}))}
        for key in series:
            check_path(key.path)
        return self._portions(actor, project, series, ids, start, stop)

    def _portions(
        self,
        actor: Actor,
        project: ProjectRecord,
        series: Sequence[SeriesKey],
        ids: Mapping[RunKey, str],
        start: float | None,
        stop: float | None,
    ) -> Iterator[pa.Table]:
        import pyarrow as pa

        runs = pa.array([ids.get(key.run, f"key:{key.run}") for key in series])
        metrics = pa.array([key.path for key in series])
        cursor: str | None = None
        while True:
            page = self.points(actor, project, series, start=start, stop=stop, limit=_PORTION, cursor=cursor)
            owner = page.table["series"].cast(pa.int32())
            columns = {"run": runs.take(owner), "metric": metrics.take(owner)}
            yield pa.table(columns | {name: page.table[name] for name in ("step", "timestamp", "value")})
            cursor = page.next_cursor
            if cursor is None:
                return

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
            " SELECT *, row_number() OVER (ORDER BY step, timestamp, seq) - 1 AS n"
            f" FROM {self._source('histogram_points', key, 'edges, bins, density')})"
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
        where = "1"
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
            f"SELECT step, timestamp, seq, {columns} FROM {self._source(table, key, columns, where)}"
            f" ORDER BY step{order}, timestamp{order}, seq{order} LIMIT {{limit:UInt64}}",
            params,
        )

    def _count(self, project: ProjectRecord, table: str, key: SeriesKey) -> int:
        found = self._warehouse.query(f"SELECT count() AS n FROM {self._source(table, key, '')}", self._where(project, key))
        return int(found["n"][0].as_py())

    def _source(self, table: str, key: SeriesKey, columns: str, where: str = "1") -> str:
        """What follows FROM: the points of one series, inherited ones too. Its values are those of `_where`."""
        place = f"project = {{project:UInt32}} AND path_id = {{path:UInt64}} AND {where}"
        forks = self._lineages.forks([key.run])
        if not forks:
            return f"{table} FINAL WHERE {place} AND run = {{run:UInt64}}"
        selected = ", ".join(filter(None, ["timestamp", "seq", columns]))
        return f"{with_inherited(table, selected, place, pieces(forks))}"

    def _where(self, project: ProjectRecord, key: SeriesKey) -> dict[str, object]:
        return {"project": int(project.id), "path": path_id(check_path(key.path)), "run": int(key.run), "runs": [int(key.run)]}

    def _origins(self, series: Sequence[SeriesKey], axis: Axis, forks: Mapping[RunKey, Sequence[Segment]]) -> dict[int, int]:
        """When time begins for each run: with its creation, for a fork with its oldest ancestor's."""
        if axis is not Axis.RELATIVE:
            return {}
        roots = {key.run: forks[key.run][-1].run if key.run in forks else key.run for key in series}
        created = {run.key: run.created_at for run in self._catalog.runs.by_keys(sorted(set(roots.values())))}
        return {int(run): created[root] for run, root in roots.items() if root in created}


_PORTION: Final = 100_000
_COLUMNS = ("x", "min", "max", "mean", "count", "nan", "pos_inf", "neg_inf")


def _assemble(
    series: Sequence[SeriesKey],
    keys: Sequence[tuple[int, int]],
    summaries: dict[tuple[int, int], Extent],
    found: dict[tuple[int, int], Found],
    unplaced: Mapping[tuple[int, int], int] | None = None,
) -> BucketResult:
    import pyarrow as pa

    parts = [(index, found[key].columns) for index, key in enumerate(keys) if key in found]
    info = [
        SeriesInfo(
            asked,
            summaries[key].count if key in summaries else 0,
            found[key].raw if key in found else True,
            (unplaced or {}).get(key, 0),
        )
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
