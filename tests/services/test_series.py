"""Charts: whatever the points, the envelope is exact."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trireme.domain.errors import InvalidInput, NotFound
from trireme.domain.ids import RunKey
from trireme.domain.paths import path_id
from trireme.domain.permissions import Actor
from trireme.domain.project import ProjectRecord
from trireme.server.services import Services
from trireme.services.buckets import Axis
from trireme.services.series import SeriesKey

CREATED_AT = 1_700_000_000_000


@pytest.fixture
def project(services: Services) -> ProjectRecord:
    return services.catalog.projects.ensure("default", "series")


class Points:
    """A float series written straight into the warehouse, and the same points as numpy."""

    counter = 0

    def __init__(self, services: Services, project: ProjectRecord, steps: np.ndarray, values: np.ndarray) -> None:
        Points.counter += 1
        run, *_ = services.catalog.runs.create(project.id, f"run-{Points.counter}", created_at=CREATED_AT)
        self.key = SeriesKey(run.key, "loss")
        self.steps, self.values = steps, values
        self.times = CREATED_AT + np.arange(len(steps)) * 250
        from trireme.storage.warehouse.engine import Warehouse

        warehouse: Warehouse = services.series._warehouse  # the tests' way to write a million points at once
        count = len(steps)
        warehouse.insert(
            "float_points",
            pa.table(
                {
                    "project": np.full(count, int(project.id), np.uint32),
                    "path_id": np.full(count, path_id("loss"), np.uint64),
                    "run": np.full(count, int(run.key), np.uint64),
                    "step": np.round(steps * 1e6).astype(np.int64),
                    "timestamp": self.times.astype(np.int64),
                    "seq": np.arange(count, dtype=np.uint64),
                    "value": values.astype(np.float64),
                    "preview": np.zeros(count, np.uint8),
                }
            ),
        )

    def x(self, axis: Axis) -> np.ndarray:
        """Where the points stand on an axis."""
        if axis is Axis.STEP:
            return self.steps
        return (self.times - (CREATED_AT if axis is Axis.RELATIVE else 0)) / 1000


def check(points: Points, rows: list[dict[str, Any]], axis: Axis, start: float | None, stop: float | None) -> None:
    """Every point of the range is counted once, and lies inside the envelope of the buckets."""
    x = points.x(axis)
    inside = np.ones(len(x), bool)
    if start is not None:
        inside &= (x >= start) & (x <= stop)
    values = points.values[inside]
    finite = values[np.isfinite(values)]
    assert sum(row["count"] for row in rows) >= inside.sum(), "a point is missing"
    lows = [row["min"] for row in rows if row["min"] is not None]
    if len(finite):
        assert min(lows) <= finite.min() and max(row["max"] for row in rows if row["max"] is not None) >= finite.max()
    assert [row["x"] for row in rows] == sorted(row["x"] for row in rows)
    if start is None:
        assert sum(row["count"] for row in rows) == len(x)
        assert sum(row["nan"] for row in rows) == np.isnan(points.values).sum()
        assert sum(row["pos_inf"] + row["neg_inf"] for row in rows) == np.isinf(points.values).sum()
        if len(finite):
            assert min(lows) == finite.min() and max(row["max"] for row in rows if row["max"] is not None) == finite.max()


@pytest.mark.parametrize("axis", Axis)
@pytest.mark.parametrize("stride", [0.5, 1, 13, 1000])
def test_envelope_is_exact(services: Services, actor: Actor, project: ProjectRecord, axis: Axis, stride: float) -> None:
    chance = np.random.default_rng(int(stride * 2))
    count = 60_000
    steps = (np.arange(count) - 100) * stride
    values = chance.normal(size=count)
    values[chance.integers(0, count, 7)] = 50
    values[chance.integers(0, count, 5)] = np.nan
    values[chance.integers(0, count, 5)] = np.inf
    points = Points(services, project, steps, values)
    x = points.x(axis)
    ranges = [(None, None), (x[0], x[-1]), (x[20_000], x[50_000]), (x[40], x[1200]), (x[30_000], x[30_090])]
    for start, stop in ranges:
        result = services.series.buckets(actor, project, [points.key], axis=axis, start=start, stop=stop, buckets=200)
        rows = result.table.to_pylist()
        assert len(rows) <= 203
        check(points, rows, axis, start, stop)
        assert result.series[0].total == count


def test_a_narrow_range_shows_every_point(services: Services, actor: Actor, project: ProjectRecord) -> None:
    points = Points(services, project, np.arange(50_000.0), np.arange(50_000.0) % 97)
    result = services.series.buckets(actor, project, [points.key], start=1000, stop=1150, buckets=1000)
    assert result.series[0].raw
    assert result.table["x"].to_pylist() == [float(step) for step in range(1000, 1151)]
    assert result.table["mean"].to_pylist() == [step % 97 for step in range(1000, 1151)]


def test_few_uneven_points_are_not_bucketed(services: Services, actor: Actor, project: ProjectRecord) -> None:
    steps = np.concatenate([np.arange(30_000.0), 10_000_000 + np.arange(50.0) ** 2])
    points = Points(services, project, steps, np.ones(len(steps)))
    result = services.series.buckets(actor, project, [points.key], start=9_000_000, stop=11_000_000, buckets=100)
    assert result.table["x"].to_pylist() == steps[30_000:].tolist()


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.integers(-(10**9), 10**9), st.floats(width=32)), min_size=1, max_size=300, unique_by=lambda point: point[0]
    ),
    st.integers(1, 50),
)
def test_any_points(
    services: Services, actor: Actor, project: ProjectRecord, pairs: list[tuple[int, float]], buckets: int
) -> None:
    pairs.sort()
    points = Points(services, project, np.array([step for step, _ in pairs], float), np.array([value for _, value in pairs]))
    for axis in Axis:
        result = services.series.buckets(actor, project, [points.key], axis=axis, buckets=buckets)
        check(points, result.table.to_pylist(), axis, None, None)
    for axis in (Axis.STEP, Axis.RELATIVE):
        result = services.series.buckets(actor, project, [points.key], axis=axis, buckets=buckets, log=True)
        assert sum(result.table["count"].to_pylist()) == (points.x(axis) > 0).sum()
    result = services.series.buckets(actor, project, [points.key], x_metric="loss", buckets=buckets)
    assert sum(result.table["count"].to_pylist()) == np.isfinite(points.values).sum()


def test_many_series_share_a_grid(services: Services, actor: Actor, project: ProjectRecord) -> None:
    made = [Points(services, project, np.arange(5000.0), np.full(5000, number)) for number in range(5)]
    unknown = SeriesKey(RunKey(999), "loss")
    result = services.series.buckets(actor, project, [*(points.key for points in made), unknown], buckets=100)
    table = result.table.to_pandas()
    grids = [table[table.series == number].x.tolist() for number in range(5)]
    assert all(grid == grids[0] for grid in grids)
    assert (table.groupby("series")["mean"].first() == [0, 1, 2, 3, 4]).all()
    assert result.series[5].total == 0


def test_bad_requests_say_why(services: Services, actor: Actor, project: ProjectRecord) -> None:
    key = SeriesKey(RunKey(1), "loss")
    with pytest.raises(InvalidInput, match="empty"):
        services.series.buckets(actor, project, [key], start=5, stop=5)
    with pytest.raises(InvalidInput, match=r"1,001 series"):
        services.series.buckets(actor, project, [key] * 1001)
    with pytest.raises(InvalidInput, match="cursor"):
        services.series.points(actor, project, [key], cursor="nonsense")
    with pytest.raises(NotFound):
        services.series.file_at(actor, project, key, 1)


def test_raw_points_page(services: Services, actor: Actor, project: ProjectRecord) -> None:
    made = [Points(services, project, np.arange(100.0), np.arange(100.0) + number) for number in range(3)]
    keys = [points.key for points in made]
    pages, cursor = [], None
    while True:
        page = services.series.points(actor, project, keys, limit=37, cursor=cursor)
        pages.append(page.table)
        cursor = page.next_cursor
        if cursor is None:
            break
    whole = pa.concat_tables(pages)
    assert whole["series"].to_pylist() == [0] * 100 + [1] * 100 + [2] * 100
    assert whole["step"].to_pylist() == list(range(100)) * 3
    assert whole["value"].to_pylist() == [step + number for number in range(3) for step in range(100)]
