"""Points placed by another metric's value inside the engine: for more points than are worth fetching.

Each point of the drawn series meets the newest value of the other metric at its step or before (an ASOF join), and only buckets leave the
engine. So the envelope is exact at any size. The join holds the other metric's points in memory; more than `MAX_JOINED_POINTS` of both
are therefore joined in stretches of steps, one after the other, and what the stretches found is added up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log as ln
from typing import Final

import numpy as np

from trireme.domain.ids import RunKey
from trireme.domain.lineage import Segment
from trireme.services.buckets import VALUES_OF_POINTS, Extent, Found, shown
from trireme.services.grid import LogGrid
from trireme.services.grouping import Columns, by_bucket, stretches
from trireme.storage.warehouse.engine import Warehouse
from trireme.storage.warehouse.lineage import pieces, with_inherited

Key = tuple[int, int]

MAX_JOINED_POINTS: Final = 20_000_000
_ENDS: Final = -(2**63), 2**63 - 1
_NOWHERE: Final = -1
_PLACE: Final = "bitShiftLeft(bitShiftLeft(toInt256(step), 64) + timestamp, 64) + seq"
"""The order of points as one number, so that of several at one step the join takes the last one."""


@dataclass(frozen=True, slots=True)
class _Range:
    """Buckets of equal width, with *log* in log space, from *low* to *high* on x, both of which belong to it."""

    low: float
    high: float
    buckets: int
    log: bool

    def sql(self) -> str:
        """The bucket of ``x``."""
        if self.high <= self.low:
            return "toInt64(0)"
        last = self.buckets - 1
        if self.log:
            return f"least({LogGrid(self.low, ln(self.high / self.low) / self.buckets).sql('x')}, {last})"
        # Halves, so that the difference of two numbers at the ends of the range does not overflow.
        share = "(x / 2 - {low:Float64} / 2) / ({high:Float64} / 2 - {low:Float64} / 2)"
        return f"least(toInt64(floor({share} * {self.buckets})), {last})"


class MetricJoin:
    """Joins series with the metric on x. Callers have authorised.

    Parameters:
        x_id: the metric on x.
        forks: what runs inherit, if they show it.
    """

    def __init__(self, warehouse: Warehouse, project: int, x_id: int, forks: Mapping[RunKey, Sequence[Segment]]) -> None:
        self._warehouse = warehouse
        self._project = project
        self._x_id = x_id
        self._forks = forks

    def read(
        self,
        keys: Sequence[Key],
        summaries: Mapping[Key, Extent],
        start: float | None,
        stop: float | None,
        buckets: int,
        *,
        log: bool,
    ) -> tuple[dict[Key, Found], dict[Key, int]]:
        """Buckets by (path_id, run), and how many points have no place on x. Series with at most *buckets* points in the range come back
        point by point.

        Open ends reach to the least and greatest value of the metric on x, whether or not a point meets it.
        """
        ends = self._ends(keys, log=log) or (0.0, 0.0)
        low = ends[0] if start is None or (log and start <= 0) else start
        high = ends[1] if stop is None else stop
        chosen = _Range(low, high, buckets, log)
        wanted = set(keys)
        stretches_of_steps = self._stretches(keys, summaries)
        found, unplaced = self._split(self._rows(keys, chosen, stretches_of_steps, alone=False), wanted)
        few = [key for key, one in found.items() if one.points <= buckets and not one.raw]
        if few:
            found |= self._split(self._rows(few, chosen, stretches_of_steps, alone=True), set(few))[0]
        return found, unplaced

    def _ends(self, keys: Sequence[Key], *, log: bool) -> tuple[float, float] | None:
        params = self._params(keys)
        positive = " AND value > 0" if log else ""
        row = self._warehouse.query(
            f"SELECT count() AS n, min(value) AS low, max(value) AS high FROM {self._x_points('')} WHERE isFinite(value){positive}",
            params,
        ).to_pylist()[0]
        return (float(row["low"]), float(row["high"])) if row["n"] else None

    def _stretches(self, keys: Sequence[Key], summaries: Mapping[Key, Extent]) -> list[tuple[int, int]]:
        """Steps from and up to which is joined at a time, both inclusive."""
        both = {*keys, *((self._x_id, run) for _, run in keys)}
        extents = [summaries[key] for key in both if key in summaries]
        parts = -(-sum(one.count for one in extents) // MAX_JOINED_POINTS)
        if parts < 2:
            return [_ENDS]
        first, last = min(one.first_step for one in extents), max(one.last_step for one in extents)
        edges = [first + (last - first) * part // parts for part in range(1, parts)]
        return list(zip([_ENDS[0], *(edge + 1 for edge in edges)], [*edges, _ENDS[1]], strict=True))

    def _rows(self, keys: Sequence[Key], chosen: _Range, parts: Sequence[tuple[int, int]], *, alone: bool) -> Columns:
        """Rows of buckets, or of points *alone*; what has no place is in bucket `_NOWHERE`."""
        tables = [self._joined(keys, chosen, first, last, alone=alone) for first, last in parts]
        columns = [table for table in tables if len(table["run"])]
        if not columns:
            return {}
        rows = {name: np.concatenate([part[name] for part in columns]) for name in columns[0]}
        if len(columns) == 1:
            return rows
        order = np.lexsort((rows["x0" if alone else "b"], rows["run"], rows["path_id"]))
        rows = {name: values[order] for name, values in rows.items()}
        return rows if alone else by_bucket(rows, rows["b"])

    def _joined(self, keys: Sequence[Key], chosen: _Range, first: int, last: int, *, alone: bool) -> Columns:
        params = self._params(keys) | {"low": chosen.low, "high": chosen.high}
        steps = ""
        if (first, last) != _ENDS:
            steps = " AND step >= {s0:Int64} AND step <= {s1:Int64}"
            params |= {"s0": first, "s1": last}
        over = f"SELECT run, value AS x, toUInt8(1) AS has, {_PLACE} AS place FROM {self._x_points(steps)}"
        if steps and first != _ENDS[0]:  # and what held when the stretch began
            before = f"SELECT run, value AS x, {_PLACE} AS place FROM {self._x_points(' AND step < {s0:Int64}')}"
            over += f" UNION ALL SELECT run, argMax(p.x, p.place) AS x, toUInt8(1) AS has, max(p.place) AS place FROM ({before}) AS p GROUP BY run"
        itself = "step, timestamp, seq"
        columns = f"path_id, run, value{', ' + itself if alone else ''}"
        named = ", ".join(f"d.{name} AS {name}" for name in columns.split(", "))
        drawn = (
            f"SELECT {columns}, bitShiftLeft(toInt256(step) + 1, 128) AS after FROM"
            f" {self._points('path_id IN {paths:Array(UInt64)}', steps)}"
        )
        placed = "has AND isFinite(x)" + (" AND x > 0" if chosen.log else "")
        inside = "x >= {low:Float64} AND x <= {high:Float64}"
        group = f"x0, b, {itself}" if alone else "b"
        rest = " AND b != -1" if alone else ""
        table = self._warehouse.query(
            f"SELECT path_id, run, if({placed}, {chosen.sql()}, {_NOWHERE}) AS b, min(x) AS x0, max(x) AS x1, {VALUES_OF_POINTS} FROM"
            f" (SELECT {named}, x, has FROM ({drawn}) AS d ASOF LEFT JOIN ({over}) AS o ON d.run = o.run AND d.after > o.place) AS r"
            f" WHERE (NOT ({placed}) OR ({inside})){rest} GROUP BY path_id, run, {group.removeprefix('x0, ')} ORDER BY path_id, run, {group}",
            params,
        )
        return {name: table[name].to_numpy() for name in table.column_names}

    def _split(self, rows: Columns, wanted: set[Key]) -> tuple[dict[Key, Found], dict[Key, int]]:
        """What is shown of each series, and what has no place."""
        found: dict[Key, Found] = {}
        unplaced: dict[Key, int] = {}
        if not rows:
            return found, unplaced
        for begin, length in zip(*(part.tolist() for part in stretches(rows)), strict=True):
            key = (int(rows["path_id"][begin]), int(rows["run"][begin]))
            if key not in wanted:
                continue
            part = {name: values[begin : begin + length] for name, values in rows.items()}
            nowhere = part["b"] == _NOWHERE
            if nowhere.any():
                unplaced[key] = int(part["n"][nowhere].sum())
                part = {name: values[~nowhere] for name, values in part.items()}
            if len(part["b"]):
                found[key] = Found(shown(part, part["x0"] + (part["x1"] - part["x0"]) / 2))
        return found, unplaced

    def _params(self, keys: Sequence[Key]) -> dict[str, object]:
        runs = sorted({run for _, run in keys})
        return {"project": self._project, "paths": sorted({path for path, _ in keys}), "runs": runs, "x_path": self._x_id}

    def _x_points(self, steps: str) -> str:
        return self._points("path_id = {x_path:UInt64}", steps)

    def _points(self, path: str, steps: str) -> str:
        where = f"project = {{project:UInt32}} AND {path} AND preview = 0{steps}"
        return with_inherited("float_points", "project, path_id, timestamp, seq, value", where, pieces(self._forks))
