"""Small pictures of many series at once: what a table shows in its cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from trireme.domain.errors import InvalidInput
from trireme.domain.ids import RunKey
from trireme.domain.limits import MAX_SERIES_PER_REQUEST
from trireme.domain.paths import check_path, path_id
from trireme.domain.permissions import Actor, Permission
from trireme.domain.project import ProjectRecord
from trireme.services.auth import require
from trireme.services.buckets import Axis, BucketReader, Extent, Found, read_extents
from trireme.services.lineage import Lineages
from trireme.storage.warehouse.engine import Warehouse

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from trireme.storage.catalog.catalog import Catalog

MAX_SPARKLINE_BUCKETS: Final = 128
WIDTH: Final = 1000
"""x runs from 0 to this, from a series' first to its last step."""


@dataclass(frozen=True, slots=True)
class Sparkline:
    """The course of a series over its own steps: parallel arrays, one entry a bucket; NaN where a bucket has no finite value."""

    run: RunKey
    path: str
    x: NDArray[np.int64]
    mean: NDArray[np.float64]
    min: NDArray[np.float64]
    max: NDArray[np.float64]


class SparklineService:
    """Reads sparklines. Every method authorises."""

    def __init__(self, catalog: Catalog, warehouse: Warehouse) -> None:
        self._warehouse = warehouse
        self._lineages = Lineages(catalog)

    def sparklines(
        self, actor: Actor, project: ProjectRecord, runs: Sequence[RunKey], paths: Sequence[str], *, buckets: int = 32
    ) -> list[Sparkline]:
        """The series of *runs* at *paths* that exist, each in about *buckets* buckets of its own range of steps.

        Raises:
            InvalidInput: too many series or buckets.
        """
        require(actor, project, Permission.READ)
        count = len(set(runs)) * len(set(paths))
        if count > MAX_SERIES_PER_REQUEST or not 2 <= buckets <= MAX_SPARKLINE_BUCKETS:
            raise InvalidInput(
                f"{count:,} series in {buckets:,} buckets were asked for.",
                hint=f"At most {MAX_SERIES_PER_REQUEST:,} series and 2 to {MAX_SPARKLINE_BUCKETS} buckets a request.",
            )
        by_path = {path_id(check_path(path)): path for path in paths}
        keys = [(path, int(run)) for path in by_path for run in dict.fromkeys(runs)]
        extents = read_extents(self._warehouse, int(project.id), keys)
        forks = self._lineages.forks(sorted(set(runs)))
        reader = BucketReader(self._warehouse, int(project.id), Axis.STEP, {}, forks, inherited=True)
        found: dict[tuple[int, int], Found] = {}
        for alike in _alike([key for key in keys if key in extents], extents, buckets):
            width = _width(extents[alike[0]], buckets)
            low = min(extents[key].first_step for key in alike)
            high = max(extents[key].last_step for key in alike)
            found |= reader.read(alike, extents, None, None, max(buckets, -(-(high - low) // width)))
        return [_sparkline(RunKey(key[1]), by_path[key[0]], extents[key], found[key], buckets) for key in keys if key in found]


def _width(extent: Extent, buckets: int) -> int:
    """Width of a series' buckets: a power of two, so that series of about the same length share a grid."""
    return 1 << max(0, (extent.last_step - extent.first_step) // buckets).bit_length()


def _alike(keys: Sequence[tuple[int, int]], extents: dict[tuple[int, int], Extent], buckets: int) -> list[list[tuple[int, int]]]:
    """Series that can be read together: equally wide buckets, beginnings not far apart."""
    found: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for key in keys:
        width = _width(extents[key], buckets)
        found.setdefault((width, extents[key].first_step // (width * buckets)), []).append(key)
    return list(found.values())


def _sparkline(run: RunKey, path: str, extent: Extent, found: Found, buckets: int) -> Sparkline:
    columns = found.columns
    x, low, high, mean = (np.asarray(columns[name], np.float64) for name in ("x", "min", "max", "mean"))
    if len(x) > 2 * buckets:  # point by point, because the others on its grid are longer
        starts = np.linspace(0, len(x), buckets, endpoint=False).astype(np.int64)
        with np.errstate(invalid="ignore"):
            x = x[starts]
            low, high = np.fmin.reduceat(low, starts), np.fmax.reduceat(high, starts)
            counts = np.add.reduceat(np.isfinite(mean).astype(np.float64), starts)
            mean = np.add.reduceat(np.nan_to_num(mean), starts) / np.where(counts > 0, counts, np.nan)
    length = (extent.last_step - extent.first_step) / 1e6
    places = (x - extent.first_step / 1e6) / length * WIDTH if length > 0 else np.full(len(x), WIDTH / 2)
    return Sparkline(run, path, np.clip(np.rint(places), 0, WIDTH).astype(np.int64), mean, low, high)
