"""Buckets of steps, the same for many series, worked out from the points themselves: for foreign protocols."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from trireme.domain.permissions import Actor, Permission
from trireme.domain.project import ProjectRecord
from trireme.services.auth import require
from trireme.services.points import Part, PointSource, SeriesQuery, Window, pairs, parts_of
from trireme.storage.warehouse.engine import Warehouse

if TYPE_CHECKING:
    from trireme.storage.catalog.catalog import Catalog


@dataclass(frozen=True, slots=True)
class StepBucket:
    """Points with ``start < x <= stop``, by number (see `HistoryService.step_buckets`)."""

    index: int
    start: float
    stop: float
    first: tuple[float, float] | None
    last: tuple[float, float] | None
    min: float | None
    max: float | None
    sum: float | None
    finite: int
    nan: int
    pos_inf: int
    neg_inf: int


class StepBucketService:
    """Reads buckets. Every method authorises."""

    def __init__(self, catalog: Catalog, warehouse: Warehouse) -> None:
        self._warehouse = warehouse
        self._source = PointSource(catalog, warehouse)

    def read(
        self,
        actor: Actor,
        project: ProjectRecord,
        series: Sequence[SeriesQuery],
        *,
        buckets: int,
        start: float | None = None,
        stop: float | None = None,
        first_step: float | None = None,
        last_step: float | None = None,
    ) -> list[list[StepBucket]]:
        """Buckets of the step, the same for all *series*, worked out from the points themselves.

        With ``N = buckets``, ``w = (stop - start) / (N - 1)``: bucket 0 is ``(-inf, start]``, bucket i is ``(start + w (i - 1), start + w i]``,
        bucket N is ``(stop, inf)``. Empty ones are left out. If start equals stop there is one: ``[start, inf)``.

        Parameters:
            start, stop: the range in steps; that of all the points when None.
            first_step, last_step: points outside are not looked at.
        """
        require(actor, project, Permission.READ)
        low = None if first_step is None else _micros(first_step)
        high = None if last_step is None else _micros(last_step)
        window = Window(low, high)
        sources = [(part.series, *self._points(project, part, window)) for part in parts_of(series)]
        if start is None or stop is None:
            query = "SELECT min(step) / 1e6 AS a, max(step) / 1e6 AS b, count() AS n FROM"
            ends = [self._warehouse.query(f"{query} {sql}", bound).to_pylist()[0] for _, sql, bound in sources]
            ends = [end for end in ends if end["n"]]
            if not ends:
                return [[] for _ in series]
            start = min(end["a"] for end in ends) if start is None else start
            stop = max(end["b"] for end in ends) if stop is None else stop
        found: dict[SeriesQuery, list[StepBucket]] = {one: [] for one in series}
        for part, sql, bound in sources:
            for row in self._bucket_rows(sql, bound, float(start), float(stop), buckets):
                found[part[row["path_id"], row["run"]]].append(_bucket(row, float(start), float(stop), buckets))
        return [found[one] for one in series]

    def _points(self, project: ProjectRecord, part: Part, window: Window) -> tuple[str, dict[str, object]]:
        """A subselect of the points of *part* alone, and its parameters."""
        columns = "path_id, run, step, timestamp, value"
        source, bound = self._source.final(project, part, window)
        if part.previews:
            live, _ = self._source.live_previews(project, part, window)
            source = f"(SELECT {columns} FROM {source} UNION ALL SELECT {columns} FROM {live})"
        chosen = "(path_id, run) IN arrayZip({k_paths:Array(UInt64)}, {k_runs:Array(UInt64)})"
        return f"(SELECT * FROM {source} WHERE {chosen})", bound | pairs(part)

    def _bucket_rows(
        self, source: str, params: dict[str, object], start: float, stop: float, buckets: int
    ) -> list[dict[str, Any]]:
        bound = params | {"a": start, "b": stop}
        if start < stop and buckets > 1:
            bound |= {"w": (stop - start) / (buckets - 1), "n": buckets}
            # A border belongs to the bucket before it; what division rounds is put right by comparing with the borders.
            near = "greatest(1, least({n:Int64} - 1, toInt64(ceil((x - {a:Float64}) / {w:Float64}))))"
            exact = f"({near}) + (x > {{a:Float64}} + {{w:Float64}} * ({near})) - (x <= {{a:Float64}} + {{w:Float64}} * (({near}) - 1))"
            index = (
                f"multiIf(x <= {{a:Float64}}, 0, x > {{b:Float64}}, {{n:Int64}}, greatest(1, least({{n:Int64}} - 1, {exact})))"
            )
        else:
            index = "if(x < {a:Float64}, toInt64(0), toInt64(1))"
        rows: list[dict[str, Any]] = self._warehouse.query(
            f"SELECT path_id, run, {index} AS i, countIf(isFinite(value)) AS finite, countIf(isNaN(value)) AS nans,"
            " countIf(value = inf) AS pos, countIf(value = -inf) AS neg,"
            " minIf(value, isFinite(value)) AS lo, maxIf(value, isFinite(value)) AS hi, sumIf(value, isFinite(value)) AS total,"
            " argMinIf(tuple(x, value), (step, timestamp), isFinite(value)) AS f, argMaxIf(tuple(x, value), (step, timestamp), isFinite(value)) AS l"
            f" FROM (SELECT *, step / 1e6 AS x FROM {source}) GROUP BY path_id, run, i ORDER BY path_id, run, i",
            bound,
        ).to_pylist()
        return rows


def _micros(step: float) -> int:
    return max(-(2**63), min(2**63 - 1, round(step * 1_000_000)))


def _bucket(row: dict[str, Any], start: float, stop: float, buckets: int) -> StepBucket:
    index, some = int(row["i"]), row["finite"] > 0
    if start >= stop or buckets < 2:
        low, high = (start, float("inf")) if index else (float("-inf"), start)
    else:
        width = (stop - start) / (buckets - 1)
        low = float("-inf") if index == 0 else start + width * (index - 1)
        high = float("inf") if index == buckets else start + width * index
    first, last = (tuple(row[name].values()) for name in ("f", "l"))
    return StepBucket(
        index,
        low,
        high,
        first if some else None,  # type: ignore[arg-type]
        last if some else None,  # type: ignore[arg-type]
        row["lo"] if some else None,
        row["hi"] if some else None,
        row["total"] if some else None,
        row["finite"],
        row["nans"],
        row["pos"],
        row["neg"],
    )
