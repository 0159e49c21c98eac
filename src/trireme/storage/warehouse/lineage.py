"""What forks inherit: the SQL that sees ancestors' points, and the upkeep of forks' summaries and attributes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from trireme.domain.ids import RunKey
from trireme.domain.lineage import Segment
from trireme.domain.paths import path_id
from trireme.domain.types import AttributeType
from trireme.storage.warehouse.batch import Batch
from trireme.storage.warehouse.engine import Warehouse

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_LOWEST: Final = -(2**63)
_INHERITED_SYS: Final = tuple(map(path_id, ("sys/tags", "sys/group_tags", "sys/description")))
_OTHER_POINTS: Final = ("string_points", "histogram_points", "file_points")


@dataclass(frozen=True, slots=True)
class Piece:
    """Points of *ancestor* with ``after < step <= until`` that all of *runs* inherit."""

    ancestor: RunKey
    after: int
    until: int
    runs: tuple[RunKey, ...]


def pieces(lineages: Mapping[RunKey, Sequence[Segment]]) -> list[Piece]:
    """The inherited parts of several runs' segments; forks of one parent at one step share theirs."""
    found: dict[tuple[RunKey, int, int], list[RunKey]] = {}
    for run, parts in lineages.items():
        for part in parts[1:]:
            assert part.until is not None
            key = (part.run, _LOWEST if part.after is None else part.after, part.until)
            found.setdefault(key, []).append(run)
    return [Piece(*key, tuple(runs)) for key, runs in found.items()]


def with_inherited(table: str, columns: str, where: str, inherited: Iterable[Piece]) -> str:
    """A subselect: own rows of ``{runs:Array(UInt64)}`` and the inherited ones, under the keys of the runs that inherit them.

    Parameters:
        table: one of the tables of points.
        columns: names of columns other than run and step.
        where: conditions on project, path_id and step, without the run.
    """
    parts = [f"SELECT {columns}, run, step FROM {table} FINAL WHERE {where} AND run IN {{runs:Array(UInt64)}}"]
    for piece in inherited:
        heirs = ", ".join(str(int(run)) for run in piece.runs)
        parts.append(
            f"SELECT {columns}, arrayJoin([{heirs}]::Array(UInt64)) AS run, step FROM {table} FINAL"
            f" WHERE {where} AND {table}.run = {int(piece.ancestor)} AND step > {piece.after} AND step <= {piece.until}"
        )
    return f"({' UNION ALL '.join(parts)})"


def add_inherited_summaries(warehouse: Warehouse, project: int, runs: Sequence[int]) -> None:
    """Add what *runs* inherit to their summaries. They must not hold it already."""
    params = {"project": project, "runs": list(runs)}
    lineage = "(SELECT * FROM run_lineage FINAL WHERE project = {project:UInt32} AND run IN {runs:Array(UInt64)})"
    if not warehouse.query(f"SELECT 1 AS x FROM {lineage} LIMIT 1", params).num_rows:
        return
    warehouse.execute(
        "INSERT INTO inherited_points (project, path_id, run, step, timestamp, value)"
        " SELECT project, path_id, l.run AS run, step, timestamp, value FROM"
        " (SELECT * FROM float_points FINAL WHERE project = {project:UInt32} AND preview = 0"
        f" AND run IN (SELECT ancestor FROM {lineage})) AS p INNER JOIN {lineage} AS l ON p.run = l.ancestor"
        " WHERE p.step > l.after_step AND p.step <= l.until_step",
        params,
    )


def begin_fork(warehouse: Warehouse, project: int, inherited: Sequence[Segment], run: int, *, values: bool, version: int) -> None:
    """Give a new run what it inherits: its lineage, its summaries, the existence of its series, and perhaps its parent's values.

    Parameters:
        inherited: the ancestors' segments, the parent's first.
        values: whether single values come along (all but most of ``sys/``).
        version: of the attribute rows.
    """
    for part in inherited:
        warehouse.execute(
            "INSERT INTO run_lineage SELECT {project:UInt32}, {run:UInt64}, {ancestor:UInt64}, {after:Int64}, {until:Int64}",
            {
                "project": project,
                "run": run,
                "ancestor": int(part.run),
                "after": _LOWEST if part.after is None else part.after,
                "until": part.until,
            },
        )
    if not inherited:
        return
    add_inherited_summaries(warehouse, project, [run])
    parent = int(inherited[0].run)
    params: dict[str, object] = {"project": project, "run": run, "parent": parent, "version": version}
    params["sys"] = list(_INHERITED_SYS)
    mine = "project = {project:UInt32} AND run = {run:UInt64}"
    seen = [f"SELECT path_id FROM float_summary WHERE {mine}"]
    for table in _OTHER_POINTS:
        seen += [
            f"SELECT path_id FROM {table} WHERE project = {{project:UInt32}} AND run = {int(part.run)}"
            f" AND step > {_LOWEST if part.after is None else part.after} AND step <= {part.until}"
            for part in inherited
        ]
    own = "(SELECT path_id FROM attribute_names WHERE project = {project:UInt32} AND startsWith(path, 'sys/'))"
    single = f"(type < 32 AND (path_id NOT IN {own} OR path_id IN {{sys:Array(UInt64)}}))" if values else "0"
    warehouse.execute(
        "INSERT INTO run_attributes SELECT project, {run:UInt64} AS run, path_id, type, number, int, string, strings,"
        " {version:UInt64} AS version, 0 AS is_deleted FROM run_attributes FINAL"
        " WHERE project = {project:UInt32} AND run_attributes.run = {parent:UInt64}"
        f" AND ({single} OR (type >= 32 AND path_id IN ({' UNION ALL '.join(seen)})))",
        params,
    )


def pass_on(warehouse: Warehouse, batches: Sequence[Batch], heirs: Mapping[int, Mapping[RunKey, int]], version: int) -> None:
    """Points that came late into a run that was forked: those up to the fork step belong to its forks as well.

    Parameters:
        heirs: by run, the runs that inherit from it and up to which step.
        version: of attribute rows that say that a series exists.
    """
    import numpy as np

    for batch in batches:
        for heir, until in heirs.get(batch.run, {}).items():
            seen: set[tuple[int, int]] = set()
            floats = batch.floats
            if floats is not None:
                late = (floats.step <= until) & (floats.preview == 0)
                if late.any():
                    _add(warehouse, batch.project, int(heir), floats, late)
                    seen |= {(int(path), int(AttributeType.FLOAT_SERIES)) for path in np.unique(floats.path_id[late])}
            for type_, points in (
                (AttributeType.STRING_SERIES, batch.strings),
                (AttributeType.HISTOGRAM_SERIES, batch.histograms),
                (AttributeType.FILE_SERIES, batch.files),
            ):
                seen |= {(key.path_id, int(type_)) for key, _ in points if key.step <= until}
            if seen:
                _exist(warehouse, batch.project, int(heir), seen, version)


def _add(warehouse: Warehouse, project: int, heir: int, floats: object, late: NDArray[np.bool_]) -> None:
    import numpy as np
    import pyarrow as pa

    count = int(late.sum())
    columns = {name: getattr(floats, name)[late] for name in ("path_id", "step", "timestamp", "value")}
    warehouse.insert(
        "inherited_points",
        pa.table(
            {"project": np.full(count, project, np.uint32), "run": np.full(count, heir, np.uint64), **columns},
        ),
    )


def _exist(warehouse: Warehouse, project: int, heir: int, seen: set[tuple[int, int]], version: int) -> None:
    paths, types = zip(*sorted(seen), strict=True)
    warehouse.execute(
        "INSERT INTO run_attributes SELECT {project:UInt32}, {run:UInt64}, path, type, nan, 0, '', [], {version:UInt64}, 0"
        " FROM (SELECT arrayJoin(arrayZip({paths:Array(UInt64)}, {types:Array(UInt8)})) AS pair, pair.1 AS path, pair.2 AS type)"
        " WHERE path NOT IN (SELECT path_id FROM run_attributes FINAL"
        " WHERE project = {project:UInt32} AND run = {run:UInt64})",
        {"project": project, "run": heir, "paths": list(paths), "types": list(types), "version": version},
    )
