"""A metric on the x axis: the points of series, placed by what another metric of the same run was at that step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log as ln
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np

from trireme.domain.ids import RunKey
from trireme.domain.lineage import Segment
from trireme.domain.paths import check_path, path_id
from trireme.domain.project import ProjectRecord
from trireme.domain.records import MICRO
from trireme.services.buckets import Extent, Found, read_extents, shown
from trireme.services.grid import LogGrid
from trireme.services.grouping import rows_of_points
from trireme.services.metric_join import MetricJoin
from trireme.services.points import FINAL, PointSource, SeriesQuery, Window, parts_of
from trireme.storage.warehouse.engine import Warehouse

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from trireme.storage.catalog.catalog import Catalog

Key = tuple[int, int]

MAX_FETCHED_POINTS: Final = 2_000_000
"""More points than these, of the series and of the metric on x together, meet inside the engine."""


class _Asked(Protocol):
    @property
    def run(self) -> RunKey: ...
    @property
    def path(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Placed:
    """What was found of each series, and how many of its points have no place on x."""

    summaries: dict[Key, Extent]
    found: dict[Key, Found]
    unplaced: dict[Key, int]


@dataclass(frozen=True, slots=True)
class _Course:
    """A series by steps: rows as `shown` makes them, and the steps (millionths) at which they stand."""

    step: NDArray[np.float64]
    rows: dict[str, NDArray[Any]]


class MetricAxisReader:
    """Reads both metrics and puts the points into buckets of x. Callers have authorised."""

    def __init__(
        self,
        catalog: Catalog,
        warehouse: Warehouse,
        project: ProjectRecord,
        forks: Mapping[RunKey, Sequence[Segment]],
        *,
        inherited: bool,
    ) -> None:
        self._warehouse = warehouse
        self._points = PointSource(catalog, warehouse)
        self._project = project
        self._forks = forks
        self._inherited = inherited

    def read(
        self, series: Sequence[_Asked], x_metric: str, start: float | None, stop: float | None, buckets: int, *, log: bool
    ) -> Placed:
        """Buckets of the value of *x_metric*, evenly wide, with *log* in log space."""
        x_id = path_id(check_path(x_metric))
        keys = list(dict.fromkeys((path_id(one.path), int(one.run)) for one in series))
        named = {path_id(one.path): one.path for one in series} | {x_id: x_metric}
        both = list(dict.fromkeys([*keys, *((x_id, run) for _, run in keys)]))
        summaries = read_extents(self._warehouse, int(self._project.id), both)
        present = [key for key in both if key in summaries]
        if sum(summaries[key].count for key in present) > MAX_FETCHED_POINTS:
            forks = self._forks if self._inherited else {}
            join = MetricJoin(self._warehouse, int(self._project.id), x_id, forks)
            drawn = [key for key in keys if key in summaries]
            return Placed(summaries, *join.read(drawn, summaries, start, stop, buckets, log=log))
        courses = self._courses(present, named)
        placed: dict[Key, tuple[NDArray[np.float64], dict[str, NDArray[Any]]]] = {}
        unplaced: dict[Key, int] = {}
        for key in keys:
            if key not in courses:
                continue
            course = courses[key]
            x = _as_of(course.step, courses.get((x_id, key[1])))
            has_place = np.isfinite(x) & (x > 0) if log else np.isfinite(x)
            if missing := int(course.rows["count"][~has_place].sum()):
                unplaced[key] = missing
            placed[key] = (x[has_place], {name: values[has_place] for name, values in course.rows.items()})
        return Placed(summaries, _bucketed(placed, start, stop, buckets, log=log), unplaced)

    def _courses(self, keys: Sequence[Key], named: Mapping[int, str]) -> dict[Key, _Course]:
        asked = [SeriesQuery(RunKey(run), named[path], self._inherited) for path, run in keys]
        courses: dict[Key, _Course] = {}
        for part in parts_of(asked):
            tables = self._points.read(self._project, part, Window(), "float_points", "value", condition=FINAL)
            for key, table in tables.items():
                step, value = table["step"].to_numpy(), table["value"].to_numpy()
                none = np.zeros(len(step), np.uint64)
                courses[key] = _Course(step.astype(np.float64), shown(rows_of_points(none, none, step, value), step / MICRO))
        return courses


def _as_of(step: NDArray[np.float64], over: _Course | None) -> NDArray[np.float64]:
    """The value of *over* at each step or before, of several at one step the last; NaN where there is none yet or it is not finite."""
    if over is None or not len(over.step):
        return np.full(len(step), np.nan)
    values = over.rows["mean"]  # NaN where a row has no finite value
    at = np.searchsorted(over.step, step, side="right") - 1
    return np.where(at >= 0, values[np.maximum(at, 0)], np.nan)


def _bucketed(
    placed: Mapping[Key, tuple[NDArray[np.float64], dict[str, NDArray[Any]]]],
    start: float | None,
    stop: float | None,
    buckets: int,
    *,
    log: bool,
) -> dict[Key, Found]:
    ends = [(x.min(), x.max()) for x, _ in placed.values() if len(x)]
    if not ends:
        return {}
    low = float(min(end[0] for end in ends)) if start is None or (log and start <= 0) else start
    high = float(max(end[1] for end in ends)) if stop is None else stop
    found: dict[Key, Found] = {}
    for key, (x, rows) in placed.items():
        inside = (x >= low) & (x <= high)
        if not inside.any():
            continue
        order = np.flatnonzero(inside)[np.argsort(x[inside], kind="stable")]
        x, rows = x[order], {name: values[order] for name, values in rows.items()}
        if len(x) > buckets:
            x, rows = _merged(x, rows, _buckets_of(x, low, high, buckets, log=log))
        found[key] = Found({**rows, "x": x})
    return found


def _buckets_of(x: NDArray[np.float64], low: float, high: float, buckets: int, *, log: bool) -> NDArray[np.int64]:
    if high <= low:
        return np.zeros(len(x), np.int64)
    if log:
        return np.minimum(LogGrid(low, ln(high / low) / buckets).of(x), buckets - 1)
    # Halves, so that the difference of two numbers at the ends of the range does not overflow.
    share = (x / 2 - low / 2) / (high / 2 - low / 2)
    return np.minimum(np.floor(share * buckets).astype(np.int64), buckets - 1)


def _merged(
    x: NDArray[np.float64], rows: dict[str, NDArray[Any]], bucket: NDArray[np.int64]
) -> tuple[NDArray[np.float64], dict[str, NDArray[Any]]]:
    """Neighbouring rows of one bucket as one, which stands in the middle of its first and last x."""
    starts = np.concatenate([[0], np.flatnonzero(np.diff(bucket)) + 1])
    stops = np.append(starts[1:], len(x)) - 1
    odd = ("nan", "pos_inf", "neg_inf")
    merged = {name: np.add.reduceat(rows[name], starts).astype(np.uint32) for name in ("count", *odd)}
    finite = rows["count"].astype(np.int64) - sum(rows[name].astype(np.int64) for name in odd)
    finite_sum = np.add.reduceat(finite, starts)
    total = np.add.reduceat(np.where(finite > 0, rows["mean"] * finite, 0.0), starts)
    with np.errstate(invalid="ignore", divide="ignore"):
        merged["mean"] = np.where(finite_sum > 0, total / finite_sum, np.nan)
    merged["min"] = np.fmin.reduceat(rows["min"], starts)
    merged["max"] = np.fmax.reduceat(rows["max"], starts)
    return x[starts] + (x[stops] - x[starts]) / 2, merged
