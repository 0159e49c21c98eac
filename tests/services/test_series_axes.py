"""Charts on logarithmic axes and over another metric: whatever the points, the envelope is exact."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.services.test_series import CREATED_AT, Points
from trireme.domain.errors import InvalidInput
from trireme.domain.paths import path_id
from trireme.domain.permissions import Actor
from trireme.domain.project import ProjectRecord
from trireme.server.services import Services
from trireme.services import metric_axis, metric_join
from trireme.services.buckets import Axis
from trireme.services.series import SeriesKey


@pytest.fixture
def project(services: Services) -> ProjectRecord:
    return services.catalog.projects.ensure("default", "series")


def noisy(count: int, seed: int) -> np.ndarray:
    chance = np.random.default_rng(seed)
    values = chance.normal(size=count)
    values[chance.integers(0, count, 7)] = 50
    for odd in (np.nan, np.inf, -np.inf):
        values[chance.integers(0, count, 5)] = odd
    return values


def check(rows: list[dict[str, Any]], values: np.ndarray) -> None:
    """The buckets hold just these values, once each."""
    finite = values[np.isfinite(values)]
    assert sum(row["count"] for row in rows) == len(values)
    for name, found in (("nan", np.isnan(values)), ("pos_inf", values == np.inf), ("neg_inf", values == -np.inf)):
        assert sum(row[name] for row in rows) == found.sum(), name
    assert min(row["min"] for row in rows if row["min"] is not None) == finite.min()
    assert max(row["max"] for row in rows if row["max"] is not None) == finite.max()
    sums = [
        row["mean"] * (row["count"] - row["nan"] - row["pos_inf"] - row["neg_inf"]) for row in rows if row["mean"] is not None
    ]
    assert sum(sums) == pytest.approx(finite.sum())
    assert [row["x"] for row in rows] == sorted(row["x"] for row in rows)


@pytest.mark.parametrize(
    ("axis", "first", "stride"),
    [
        (Axis.STEP, -100, 1),
        (Axis.STEP, 0, 0.37),
        (Axis.STEP, 3, 1000),
        (Axis.RELATIVE, 0, 1),
        (Axis.RELATIVE, 5, 1000),
    ],
)
def test_log_buckets(services: Services, actor: Actor, project: ProjectRecord, axis: Axis, first: float, stride: float) -> None:
    count, buckets = 120_000, 200
    points = Points(services, project, (np.arange(count) + first) * stride, noisy(count, 3))
    x = points.x(axis)
    positive = x > 0
    rows = services.series.buckets(actor, project, [points.key], axis=axis, buckets=buckets, log=True).table.to_pylist()
    assert len(rows) <= buckets + 6
    check(rows, points.values[positive])
    # Equally wide in log space: each bucket holds the points between its borders, up to the width of the roll-up's.
    share = np.log(np.array([row["x"] for row in rows])[1:] / np.array([row["x"] for row in rows])[:-1])
    width = np.log(x[positive].max() / x[positive].min()) / buckets
    assert share[-100:].max() < 3 * width
    # A part of the axis: all its points are there, and few others.
    start, stop = x[positive][50], x[positive][40_000]
    part = services.series.buckets(actor, project, [points.key], axis=axis, buckets=buckets, log=True, start=start, stop=stop)
    inside = (x >= start) & (x <= stop)
    assert inside.sum() <= sum(row["count"] for row in part.table.to_pylist()) <= inside.sum() * 1.05
    # A narrow one shows every point.
    start, stop = x[positive][30], x[positive][90]
    part = services.series.buckets(actor, project, [points.key], axis=axis, buckets=buckets, log=True, start=start, stop=stop)
    assert part.series[0].raw and part.table.num_rows == 61


def test_what_has_no_place_on_a_log_axis(services: Services, actor: Actor, project: ProjectRecord) -> None:
    before = Points(services, project, np.arange(-500.0, 0), np.ones(500))
    short = Points(services, project, np.arange(-2.0, 5), np.arange(7.0))
    found = services.series.buckets(actor, project, [before.key, short.key], log=True)
    assert found.table["x"].to_pylist() == [1, 2, 3, 4] and found.table["series"].to_pylist() == [1] * 4
    assert services.series.buckets(actor, project, [before.key], log=True, buckets=10).table.num_rows == 0
    with pytest.raises(InvalidInput, match="no logarithmic axis"):
        services.series.buckets(actor, project, [short.key], axis=Axis.TIME, log=True)


class Pair:
    """A run with a loss and what stands on x, an ``epoch`` logged more rarely."""

    def __init__(
        self,
        services: Services,
        project: ProjectRecord,
        steps: np.ndarray,
        values: np.ndarray,
        at: np.ndarray,
        epochs: np.ndarray,
    ) -> None:
        self.loss = Points(services, project, steps, values)
        self.at, self.epochs = at, epochs
        import pyarrow as pa

        count = len(at)
        services.series._warehouse.insert(
            "float_points",
            pa.table(
                {
                    "project": np.full(count, int(project.id), np.uint32),
                    "path_id": np.full(count, path_id("epoch"), np.uint64),
                    "run": np.full(count, int(self.loss.key.run), np.uint64),
                    "step": np.round(at * 1e6).astype(np.int64),
                    "timestamp": np.full(count, CREATED_AT) + np.arange(count),
                    "seq": np.arange(count, dtype=np.uint64),
                    "value": epochs.astype(np.float64),
                    "preview": np.zeros(count, np.uint8),
                }
            ),
        )

    def x(self) -> np.ndarray:
        """What `epoch` was at each of the loss's steps."""
        return np.array([self.epochs[self.at <= step][-1] if (self.at <= step).any() else np.nan for step in self.loss.steps])


@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize("fetched, joined", [(10_000, 0), (0, 10_000), (0, 1000)], ids=["fetched", "joined", "joined in parts"])
def test_over_a_metric(
    services: Services,
    actor: Actor,
    project: ProjectRecord,
    monkeypatch: pytest.MonkeyPatch,
    log: bool,
    fetched: int,
    joined: int,
) -> None:
    monkeypatch.setattr(metric_axis, "MAX_FETCHED_POINTS", fetched)
    monkeypatch.setattr(metric_join, "MAX_JOINED_POINTS", joined)
    count = 5000
    chance = np.random.default_rng(1)
    at = np.arange(40, count, 25.0)
    # Up and down again, with steps where it is not a number, below zero at first.
    epochs = np.concatenate([np.linspace(-3, 90, len(at) // 2), np.linspace(80, 1, len(at) - len(at) // 2)])
    epochs[[20, 50]] = np.nan, np.inf
    at[[31, 61]] = at[[30, 60]]  # of two values at one step the later one holds
    one = Pair(services, project, np.arange(count * 1.0), noisy(count, 5), at, epochs)
    other = Pair(
        services, project, np.sort(chance.choice(count, 700, replace=False)) * 1.0, noisy(700, 6), at[:9], epochs[:9] + 10
    )
    keys = [one.loss.key, other.loss.key, SeriesKey(one.loss.key.run, "nothing")]
    found = services.series.buckets(actor, project, keys, x_metric="epoch", buckets=64, log=log)
    table = found.table.to_pandas()
    plain = services.series.buckets(actor, project, keys, buckets=64)
    assert found.table.schema == plain.table.schema
    for number, pair in enumerate((one, other)):
        x = pair.x()
        placed = np.isfinite(x) & ((x > 0) | (not log))
        rows = found.table.filter(found.table["series"].to_numpy() == number).to_pylist()
        check(rows, pair.loss.values[placed])
        assert len(rows) <= 65
        assert found.series[number].unplaced == (~placed).sum()
        assert found.series[number].total == len(x)
        assert x[placed].min() <= rows[0]["x"] and rows[-1]["x"] <= x[placed].max()
    assert not found.series[0].raw and set(table.series) == {0, 1}
    # A part of x, fine enough to see every point.
    start, stop = 20.0, 21.0
    part = services.series.buckets(actor, project, keys, x_metric="epoch", start=start, stop=stop, buckets=1000, log=log)
    x = one.x()
    assert part.series[0].raw
    mine = part.table.filter(part.table["series"].to_numpy() == 0)
    assert sorted(mine["x"].to_pylist()) == sorted(x[(x >= start) & (x <= stop)].tolist())
    assert services.series.buckets(actor, project, keys[:2], x_metric="nothing").table.num_rows == 0
