"""Float series for charts."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec


class SeriesKey(msgspec.Struct, frozen=True):
    """A series: the run's numeric key and the path."""

    run: Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
    path: str


class BucketRequest(msgspec.Struct, frozen=True):
    """Reduce series to buckets of equal width on x.

    `x`: `step`, `relative` (seconds since the run, for a fork its oldest ancestor, was created), `time` (seconds since 1970) or `metric`: the
    value of `x_metric` in the same run, the newest at the point's step or before it. Points for which that is not finite, or not there
    yet, have no place; `unplaced` counts them. With `log`, buckets are equally wide in log space and points at x <= 0 have no place.
    `start`/`stop`: the visible range on x, null = everything. The server widens buckets to a grid of its own, so a bucket may
    begin before `start`; every stored point of the range lies in exactly one bucket and inside its [min, max].
    A series that has at most `buckets` points in the range comes back point by point.
    """

    series: list[SeriesKey]
    x: Literal["step", "relative", "time", "metric"] = "step"
    x_metric: str = ""
    log: bool = False
    start: float | None = None
    stop: float | None = None
    buckets: int = 1000
    inherited: bool = True
    """Whether a fork shows its ancestors' points up to the fork step."""


class SeriesBuckets(msgspec.Struct, frozen=True):
    """Parallel columns, one entry a bucket, ascending x. Empty buckets are left out.

    `x`: mean x of the bucket's points, or the point's own. `min`, `max`, `mean` are over finite values, null if there are none.
    `count` counts all points, `nan`, `pos_inf`, `neg_inf` those that are not finite. `raw` = each bucket is a single point.
    """

    run: int
    path: str
    raw: bool
    x: list[float]
    min: list[float | None]
    max: list[float | None]
    mean: list[float | None]
    count: list[int]
    nonfinite: list[NonFiniteBucket]
    """Only the buckets that hold such points."""
    total: int
    """Points in the whole series."""
    unplaced: int
    """How many of them have no place on x; only told where x is a metric."""


class NonFiniteBucket(msgspec.Struct, frozen=True):
    """How many points of bucket number `index` are not finite."""

    index: int
    nan: int
    pos_inf: int
    neg_inf: int


class Buckets(msgspec.Struct, frozen=True):
    """As JSON. With `Accept: application/vnd.apache.arrow.stream` one Arrow table instead, rows ordered by series and x:
    `series` int32 (index into the request), `x` float64, `min`, `max`, `mean` float64 (nullable), `count`, `nan`, `pos_inf`, `neg_inf` uint32;
    schema metadata `trireme` holds JSON `{"series": [{"run", "path", "raw", "total", "unplaced"}]}`.
    """

    series: list[SeriesBuckets]


class PointRequest(msgspec.Struct, frozen=True):
    """Raw points of float series, as Arrow: `series` int32, `step` float64, `timestamp` timestamp[ms, UTC], `value` float64, `preview` bool.

    Ordered by series, step, timestamp. At most `limit` rows; the header `Trireme-Next-Cursor` continues.
    """

    series: list[SeriesKey]
    start: float | None = None
    stop: float | None = None
    limit: int = 1_000_000
    cursor: str | None = None
