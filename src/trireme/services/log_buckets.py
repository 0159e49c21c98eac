"""Series reduced to buckets that are equally wide in log space.

Close to the low end a bucket holds a few steps, far from it thousands. So the axis is cut into stretches, one a level of the roll-up:
in each the level's own buckets are hardly wider than the chart's. A stretch begins where whole buckets of its level begin, so every
point is read once, and a bucket of the level that a border of the chart's divides goes to the side on which it begins.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import expm1, log
from typing import Final

from trireme.domain.ids import RunKey
from trireme.services.buckets import HEAD, LEVEL_SHIFT, RAW, SLACK, Axis, BucketReader, Extent, Found, Job
from trireme.services.grid import LogGrid
from trireme.storage.warehouse.lineage import pieces, with_inherited

Key = tuple[int, int]

_FIRST_POINTS: Final = 64
_LOWEST, _FAR = -(2**63), 2**62
_FALLBACK: Final = {Axis.STEP: 1_000_000, Axis.RELATIVE: 1000}
"""Where the axis begins when a series has positive x, but not among its first points: at step 1, after a second."""


class LogBucketReader(BucketReader):
    """Reads the part of series that lies at positive x, on the axes of steps and of relative time."""

    def read(
        self,
        keys: Sequence[Key],
        summaries: dict[Key, Extent],
        start: float | None,
        stop: float | None,
        buckets: int,
    ) -> dict[Key, Found]:
        """Buckets by (path_id, run)."""
        self._summaries = summaries
        present = [key for key in dict.fromkeys(keys) if key in summaries and self._extent(key, summaries[key])[1] > 0]
        if not present:
            return {}
        self._is_open = (False, stop is None)
        # Where the axis begins is an estimate; what lies below it, but above zero, is put into the first bucket.
        is_given = start is not None and start > 0
        begin = max(1.0, self._to_axis(start) if start is not None and is_given else self._least_positive(present))
        low = begin if is_given else 1.0
        high = max(self._extent(key, summaries[key])[1] for key in present) if stop is None else self._to_axis(stop)
        if high < low:
            return {}
        grid = LogGrid(begin, max(1e-9, log(max(1.0, high / begin)) / buckets))
        few = [key for key in present if summaries[key].count <= buckets]
        many = [key for key in present if summaries[key].count > buckets]
        jobs = [Job(few, RAW, low, high, None)]
        if many:
            jobs += self._stretches(many, grid, low, high)
        found = self._together(jobs)
        uneven = [key for key in many if key in found and not found[key].raw and found[key].points <= buckets]
        return found | self._together([Job(uneven, RAW, low, high, None)])

    def _stretches(self, keys: Sequence[Key], grid: LogGrid, low: float, high: float) -> list[Job]:
        """What is read of *keys* from each level."""
        relative = expm1(grid.width) * (1 + SLACK)  # a bucket's width by the x at which it begins
        begins = [self._begins(keys, shift, relative) for shift in LEVEL_SHIFT.values()]
        # A level begins no earlier than the one below it; without room between them it is not read.
        for index in range(1, len(begins)):
            begins[index] = max(begins[index], begins[index - 1])
        ends = [_LOWEST, *begins, _FAR]
        parts = [(level, a, b) for level, (a, b) in enumerate(pairwise(ends)) if a < b]
        if self._axis is not Axis.STEP:
            return [Job(keys, level, low, high, grid, (a, b)) for level, a, b in parts]
        inside = [(level, max(low, a), min(high, b - 1)) for level, a, b in parts]
        return [Job(keys, level, a, b, grid) for level, a, b in inside if a <= b]

    def _begins(self, keys: Sequence[Key], shift: int, relative: float) -> int:
        """The first step from which buckets of ``1 << shift`` are narrow enough for all *keys*, a multiple of their width."""
        unit = 1 << shift
        first = HEAD
        if self._axis is Axis.STEP:
            first = max(first, int(unit / relative))
        else:
            for key in keys:
                extent = self._summaries[key]
                pace = max(1e-12, (extent.last_ms - extent.first_ms) / max(1, extent.last_step - extent.first_step))
                begun = (extent.first_ms - self._origins.get(key[1], 0)) / pace
                first = max(first, extent.first_step + int(min(_FAR, max(0.0, unit / relative - begun))))
        return min(_FAR, -(-first // unit) * unit)

    def _least_positive(self, keys: Sequence[Key]) -> float:
        """About the least positive x of all *keys*, as their ends and first points tell."""
        ends = {key: self._extent(key, self._summaries[key])[0] for key in keys}
        known = [end for end in ends.values() if end > 0]
        others = [key for key, end in ends.items() if end <= 0]
        if others:
            known.append(self._least_of_head(others) or _FALLBACK[self._axis])
        return min(known)

    def _least_of_head(self, keys: Sequence[Key]) -> float | None:
        extents = [self._summaries[key] for key in keys]
        paces = [(each.last_step - each.first_step) / max(1, each.count) for each in extents]
        until = max(each.first_step + _FIRST_POINTS * pace for each, pace in zip(extents, paces, strict=True))
        params: dict[str, object] = {
            "project": self._project,
            "paths": sorted({path for path, _ in keys}),
            "runs": sorted({run for _, run in keys}),
            "until": int(min(_FAR, max(HEAD, until))),
        }
        place = "project = {project:UInt32} AND path_id IN {paths:Array(UInt64)} AND preview = 0 AND step < {until:Int64}"
        forks = {RunKey(run): self._forks[RunKey(run)] for _, run in keys if run in self._forks} if self._inherited else {}
        x = "step" if self._axis is Axis.STEP else f"timestamp - {self._origin(params)}"
        source = with_inherited("float_points", "path_id, timestamp", place, pieces(forks))
        row = self._warehouse.query(f"SELECT min({x}) AS least, count() AS n FROM {source} WHERE {x} > 0", params).to_pylist()[0]
        return float(row["least"]) if row["n"] else None
