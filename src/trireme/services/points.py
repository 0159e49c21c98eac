"""Where the points of series are read: a run's own and those it inherits, final ones and live previews."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from trireme.domain.ids import RunKey
from trireme.domain.lineage import Segment
from trireme.domain.paths import path_id
from trireme.domain.project import ProjectRecord
from trireme.services.lineage import Lineages
from trireme.storage.warehouse.engine import Warehouse
from trireme.storage.warehouse.lineage import pieces, with_inherited

if TYPE_CHECKING:
    import pyarrow as pa

    from trireme.storage.catalog.catalog import Catalog

FINAL: Final = " AND preview = 0"

Key = tuple[int, int]
"""A series: its path's number and its run's key."""


@dataclass(frozen=True, slots=True)
class SeriesQuery:
    """One series.

    Parameters:
        inherited: a fork's ancestors' points too.
        within_experiment: of the ancestors, only those nearest ones that belong to the run's own experiment.
        after: only steps beyond it, in the order asked for (millionths).
        previews: also points that are not final: those after the last final one, the newest of each step.
    """

    run: RunKey
    path: str
    inherited: bool = True
    after: int | None = None
    previews: bool = False
    within_experiment: bool = False

    @property
    def key(self) -> Key:
        """What identifies the series."""
        return path_id(self.path), int(self.run)


@dataclass(frozen=True, slots=True)
class Window:
    """Which points of each series: steps in millionths, both ends inclusive; the first ``limit`` in the order.

    Parameters:
        one_a_step: of several points at a step (the SDK logs them, some clients do not know them) only the last one.
    """

    start: int | None = None
    stop: int | None = None
    descending: bool = False
    limit: int | None = None
    one_a_step: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """Series that one query can answer."""

    inherited: bool
    previews: bool
    within_experiment: bool
    series: dict[Key, SeriesQuery]


def parts_of(series: Sequence[SeriesQuery]) -> list[Part]:
    """*series* in parts, none of which has a series twice."""
    found: list[Part] = []
    for one in dict.fromkeys(series):
        kind = (one.inherited, one.previews, one.within_experiment)
        alike = (part for part in found if (part.inherited, part.previews, part.within_experiment) == kind)
        part = next((part for part in alike if one.key not in part.series), None)
        if part is None:
            part = Part(*kind, {})
            found.append(part)
        part.series[one.key] = one
    return found


class PointSource:
    """Reads points of many series at once. Callers have authorised."""

    def __init__(self, catalog: Catalog, warehouse: Warehouse) -> None:
        self._warehouse = warehouse
        self._lineages = Lineages(catalog)

    def read(
        self,
        project: ProjectRecord,
        part: Part,
        window: Window,
        table: str,
        columns: str,
        *,
        inner: str | None = None,
        condition: str = "",
    ) -> dict[Key, pa.Table]:
        """The rows of each series that has some: step, timestamp, *columns*, in order.

        Parameters:
            inner: what *columns* are made from.
            condition: on the rows of the table.
        """
        where, params = _range(window.start, window.stop)
        outside = ""
        ends = [one.after for one in part.series.values()]
        if any(end is not None for end in ends):
            sign, open_end = ("<", 2**63 - 1) if window.descending else (">", -(2**63))
            afters = [open_end if end is None else end for end in ends]
            where += f" AND step {sign} {{after:Int64}}"
            params["after"] = max(afters) if window.descending else min(afters)
            if len(set(afters)) > 1:
                outside = (
                    " INNER JOIN (SELECT arrayJoin(arrayZip({k_paths:Array(UInt64)}, {k_runs:Array(UInt64)}, {k_after:Array(Int64)}))"
                    f" AS k, k.1 AS path_id, k.2 AS run, k.3 AS after) AS e USING (path_id, run) WHERE step {sign} after"
                )
                params |= pairs(part) | {"k_after": afters}
        source, bound = self.source(project, part, table, f"timestamp, seq, {inner or columns}", condition + where)
        order = "DESC" if window.descending else "ASC"
        end = "" if window.limit is None else f" LIMIT {window.limit} BY path_id, run"
        sort = f"ORDER BY path_id, run, step {order}, timestamp {order}, seq {order}"
        rows = f"SELECT path_id, run, step, timestamp, {columns} FROM {source} AS p{outside}"
        found = self._warehouse.query(f"{rows} {sort}{end}", bound | params)
        if window.one_a_step and _repeats(found):
            last = f"{rows.replace('timestamp,', 'timestamp, seq,', 1)} ORDER BY path_id, run, step, timestamp DESC, seq DESC"
            found = self._warehouse.query(
                f"SELECT * EXCEPT seq FROM ({last} LIMIT 1 BY path_id, run, step) {sort}{end}", bound | params
            )
        return _by_series(found, part.series)

    def previews(self, project: ProjectRecord, part: Part, window: Window) -> dict[Key, pa.Table]:
        """The live previews of each series that has some: step, timestamp, value, preview, in order."""
        sql, bound = self.live_previews(project, part, window)
        order = "DESC" if window.descending else "ASC"
        found = self._warehouse.query(
            f"SELECT path_id, run, step, timestamp, value, preview FROM {sql} ORDER BY path_id, run, step {order}", bound
        )
        return _by_series(found, part.series)

    def live_previews(self, project: ProjectRecord, part: Part, window: Window) -> tuple[str, dict[str, object]]:
        """A subselect of the previews after the last final point of their series, the newest of each step, and its parameters."""
        where, params = _range(window.start, window.stop)
        source, bound = self.source(project, part, "float_points", "timestamp, seq, value, preview", f" AND preview > 0{where}")
        newest = "(timestamp, seq)"
        sql = (
            f"(SELECT path_id, run, step, t AS timestamp, v AS value, p AS preview FROM (SELECT path_id, run, step,"
            f" max(timestamp) AS t, argMax(value, {newest}) AS v, argMax(preview, {newest}) AS p FROM {source} GROUP BY path_id, run, step) AS n"
            " LEFT JOIN (SELECT path_id, run, toInt64(bitShiftRight(last, 128)) AS final, 1 AS some FROM float_summary FINAL"
            " WHERE project = {project:UInt32} AND path_id IN {paths:Array(UInt64)} AND run IN {runs:Array(UInt64)}) AS s"
            " USING (path_id, run) WHERE some = 0 OR step > final)"
        )
        return sql, bound | params

    def final(self, project: ProjectRecord, part: Part, window: Window) -> tuple[str, dict[str, object]]:
        """A subselect of final float points, and its parameters."""
        where, params = _range(window.start, window.stop)
        source, bound = self.source(project, part, "float_points", "timestamp, value", FINAL + where)
        return source, bound | params

    def source(self, project: ProjectRecord, part: Part, table: str, columns: str, where: str) -> tuple[str, dict[str, object]]:
        """A subselect of all rows of *part*, and perhaps of other series of its runs and paths, and its parameters."""
        runs = sorted({run for _, run in part.series})
        forks: dict[RunKey, list[Segment]] = {}
        if part.inherited:
            forks = self._lineages.forks([RunKey(run) for run in runs], within_experiment=part.within_experiment)
        place = f"project = {{project:UInt32}} AND path_id IN {{paths:Array(UInt64)}}{where}"
        bound: dict[str, object] = {"project": int(project.id), "paths": sorted({path for path, _ in part.series}), "runs": runs}
        return with_inherited(table, f"path_id, {columns}", place, pieces(forks)), bound


def pairs(part: Part) -> dict[str, object]:
    """Parameters that name the series of *part* one by one."""
    return {"k_paths": [path for path, _ in part.series], "k_runs": [run for _, run in part.series]}


def _range(start: int | None, stop: int | None) -> tuple[str, dict[str, object]]:
    where, params = "", {}
    for name, sign, bound in (("low", ">=", start), ("high", "<=", stop)):
        if bound is not None:
            where += f" AND step {sign} {{{name}:Int64}}"
            params[name] = bound
    return where, params


def _repeats(found: pa.Table) -> bool:
    """Whether a step stands twice in a series; rows of one step are neighbours."""
    columns = [found[name].to_numpy() for name in ("path_id", "run", "step")]
    return len(found) > 1 and bool(np.logical_and.reduce([column[1:] == column[:-1] for column in columns]).any())


def _by_series(found: pa.Table, wanted: Mapping[Key, object]) -> dict[Key, pa.Table]:
    if not found.num_rows:
        return {}
    path, run = found["path_id"].to_numpy(), found["run"].to_numpy()
    edges = np.flatnonzero((path[1:] != path[:-1]) | (run[1:] != run[:-1])) + 1
    parts = {}
    for begin, stop in pairwise([0, *edges.tolist(), found.num_rows]):
        key = (int(path[begin]), int(run[begin]))
        if key in wanted:
            parts[key] = found.slice(begin, stop - begin)
    return parts
