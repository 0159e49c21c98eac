"""Points of many series at once, exactly as they are stored: for foreign protocols."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from trireme.domain.ids import RunKey
from trireme.domain.paths import path_id
from trireme.domain.permissions import Actor, Permission
from trireme.domain.project import ProjectRecord
from trireme.domain.types import AttributeType
from trireme.services.auth import require
from trireme.services.points import FINAL, PointSource, SeriesQuery, Window, parts_of
from trireme.storage.warehouse.engine import Warehouse

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from trireme.storage.catalog.catalog import Catalog

POINT_TABLES: Final = {
    AttributeType.STRING_SERIES: ("string_points", "value"),
    AttributeType.HISTOGRAM_SERIES: ("histogram_points", "edges, bins, density"),
    AttributeType.FILE_SERIES: ("file_points", "toString(sha256) AS digest, size, mime, name"),
}
_INNER: Final = {
    AttributeType.STRING_SERIES: "value",
    AttributeType.HISTOGRAM_SERIES: "edges, bins, density",
    AttributeType.FILE_SERIES: "sha256, size, mime, name",
}


@dataclass(frozen=True, slots=True)
class FloatPoints:
    """Equally long arrays: steps in millionths, timestamps in ms; ``preview`` as the warehouse stores it."""

    step: NDArray[np.int64]
    timestamp: NDArray[np.int64]
    value: NDArray[np.float64]
    preview: NDArray[np.uint32]


class HistoryService:
    """Reads points. Every method authorises."""

    def __init__(self, catalog: Catalog, warehouse: Warehouse) -> None:
        self._warehouse = warehouse
        self._source = PointSource(catalog, warehouse)

    def floats(
        self,
        actor: Actor,
        project: ProjectRecord,
        series: Sequence[SeriesQuery],
        *,
        start: int | None = None,
        stop: int | None = None,
        descending: bool = False,
        limit: int,
        one_a_step: bool = False,
    ) -> list[FloatPoints | None]:
        """Points of each of *series*, in order of steps; None for one without points.

        Parameters:
            start, stop: steps in millionths, both inclusive.
            limit: points a series at most.
            one_a_step: of several points at a step only the last one.
        """
        require(actor, project, Permission.READ)
        window = Window(start, stop, descending, limit, one_a_step)
        found: dict[SeriesQuery, FloatPoints | None] = {}
        for part in parts_of(series):
            final = self._source.read(project, part, window, "float_points", "value, preview", condition=FINAL)
            live = self._source.previews(project, part, window) if part.previews else {}
            for key, one in part.series.items():
                points = [_points(table) for table in (final.get(key), live.get(key)) if table is not None]
                found[one] = _joined(points, one.after, window) if points else None
        return [found[one] for one in series]

    def others(
        self,
        actor: Actor,
        project: ProjectRecord,
        type_: AttributeType,
        series: Sequence[SeriesQuery],
        *,
        start: int | None = None,
        stop: int | None = None,
        descending: bool = False,
        limit: int,
    ) -> list[pa.Table | None]:
        """The same for strings, histograms or files: tables of step, timestamp and the value's columns."""
        require(actor, project, Permission.READ)
        window = Window(start, stop, descending, limit)
        found: dict[SeriesQuery, pa.Table | None] = {}
        for part in parts_of(series):
            table, columns = POINT_TABLES[type_]
            tables = self._source.read(project, part, window, table, columns, inner=_INNER[type_])
            found |= {one: tables.get(key) for key, one in part.series.items()}
        return [found[one] for one in series]

    def types(
        self, actor: Actor, project: ProjectRecord, series: Sequence[SeriesQuery]
    ) -> dict[tuple[RunKey, str], AttributeType]:
        """The type of each of *series* that exists."""
        require(actor, project, Permission.READ)
        paths = {path_id(one.path): one.path for one in series}
        table = self._warehouse.query(
            "SELECT run, path_id, type FROM run_attributes FINAL WHERE project = {project:UInt32}"
            " AND run IN {runs:Array(UInt64)} AND path_id IN {paths:Array(UInt64)}",
            {"project": int(project.id), "runs": sorted({int(one.run) for one in series}), "paths": list(paths)},
        )
        rows = zip(table["run"].to_pylist(), table["path_id"].to_pylist(), table["type"].to_pylist(), strict=True)
        return {(RunKey(run), paths[path]): AttributeType(type_) for run, path, type_ in rows}


def _points(table: pa.Table) -> FloatPoints:
    return FloatPoints(*(table[name].to_numpy() for name in ("step", "timestamp", "value", "preview")))


def _joined(parts: Sequence[FloatPoints], after: int | None, window: Window) -> FloatPoints:
    """Final points and live previews, which all lie after them, as one."""
    found = parts[0]
    if len(parts) > 1 or found.preview.any():
        order = reversed(parts) if window.descending else parts
        columns = zip(*((part.step, part.timestamp, part.value, part.preview) for part in order), strict=True)
        found = FloatPoints(*(np.concatenate(column) for column in columns))  # type: ignore[arg-type]
        if after is not None:
            beyond = found.step < after if window.descending else found.step > after
            found = FloatPoints(found.step[beyond], found.timestamp[beyond], found.value[beyond], found.preview[beyond])
    stop = window.limit
    return FloatPoints(found.step[:stop], found.timestamp[:stop], found.value[:stop], found.preview[:stop])
