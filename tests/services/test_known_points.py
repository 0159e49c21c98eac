"""What becomes of points that foreign clients send, compared with looking at one after the other."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trireme.domain.ids import ProjectId, RunKey
from trireme.domain.run import RunRecord
from trireme.services.attribute_types import RunTypes
from trireme.services.known_points import NEVER, KnownPoints, Verdict
from trireme.services.writes import FloatEntries, Identity

Point = tuple[int, int, int, float, int]
"""Path, step, timestamp, value, preview."""
FORK = 3


def bits(value: float) -> int:
    return int.from_bytes(struct.pack("<d", value), "little")


@dataclass
class Stored:
    """A warehouse of float points, and beside it the rule: what becomes of a point after those before it."""

    identity: Identity
    forked: bool
    points: list[Point] = field(default_factory=list)

    def query(self, sql: str, params: dict[str, Any]) -> pa.Table:
        if "float_summary" in sql:
            final = {path: max((p[1], p[2]) for p in self.points if p[0] == path) for path in {p[0] for p in self.points}}
            rows = [(path, *last) for path, last in final.items() if path in params["paths"]]
            return pa.table({name: [row[n] for row in rows] for n, name in enumerate(("path_id", "s", "t"))})
        rows = [p[:4] for p in self.points if p[0] in params["paths"] and params["low"] <= p[1] <= params["high"]]
        rows.sort(key=lambda row: (row[0], row[1], -row[2]))
        names = ("path_id", "step", "timestamp", "value")
        kinds = (pa.uint64(), pa.int64(), pa.int64(), pa.float64())
        return pa.table({name: pa.array([row[n] for row in rows], kinds[n]) for n, name in enumerate(names)})

    def request(self, points: list[Point]) -> list[Verdict]:
        """Previews are looked at after the final points of a request."""
        verdicts = []
        for point in points:
            verdict = self._verdict(point)
            verdicts.append(verdict)
            if verdict is Verdict.NEW and not point[4]:
                self.points.append(point)
        for index, point in enumerate(points):
            last = max((p[1] for p in self.points if p[0] == point[0]), default=NEVER[0])
            if point[4] and verdicts[index] is Verdict.NEW and point[1] <= last:
                verdicts[index] = Verdict.PREVIEW_LATE
        return verdicts

    def _verdict(self, point: Point) -> Verdict:
        path, step, when, value, preview = point
        if self.forked and step <= FORK:
            return Verdict.BEFORE_FORK
        if preview:
            return Verdict.NEW
        there = [p for p in self.points if p[:2] == (path, step)]
        if self.identity is Identity.POINT:
            same = any(p[2] == when and bits(p[3]) == bits(value) for p in there)
            return Verdict.EXISTS if same else Verdict.NEW
        if not there:
            return Verdict.NEW
        return Verdict.EXISTS if bits(there[0][3]) == bits(value) else Verdict.TAKEN


values = st.sampled_from([0.0, -0.0, 1.0, float("nan"), float("inf")])
points = st.tuples(st.integers(0, 2), st.integers(0, 9), st.integers(0, 2), values, st.sampled_from([0, 0, 0, 1]))
rising = st.lists(st.integers(0, 2), min_size=1, max_size=12).map(
    lambda paths: [(path, number, number, float(number), 0) for number, path in enumerate(paths)]
)
requests = st.lists(st.one_of(st.lists(points, min_size=1, max_size=12), rising), min_size=1, max_size=5)


@pytest.mark.parametrize("identity", list(Identity))
@pytest.mark.parametrize("forked", [False, True])
@given(sent=requests, forget=st.booleans())
@settings(max_examples=120, deadline=None)
def test_points_are_judged_as_if_one_after_the_other(
    sent: list[list[Point]], forget: bool, identity: Identity, forked: bool
) -> None:
    stored = Stored(identity, forked)
    known_points = KnownPoints(stored)  # type: ignore[arg-type]
    run = RunRecord.__new__(RunRecord)
    for name, value in (("project_id", ProjectId(1)), ("key", RunKey(1)), ("fork_step", FORK if forked else None)):
        object.__setattr__(run, name, value)
    known = RunTypes(ProjectId(1), {}, 0)
    for batch in sent:
        if forget:
            known.last.clear()
        path, step, when, value, preview = (np.array(column) for column in zip(*batch, strict=True))
        entries = FloatEntries(
            path.astype(np.uint32),
            step.astype(np.int64),
            when.astype(np.int64),
            value.astype(np.float64),
            preview.astype(np.uint32),
        )
        found = known_points.floats(run, known, np.arange(3, dtype=np.uint64), entries, identity)
        assert [Verdict(verdict) for verdict in found.tolist()] == stored.request(batch)
