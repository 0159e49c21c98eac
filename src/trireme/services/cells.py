"""The cells of some rows of a runs table: single values, aggregates of series, values at a step."""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from trireme.domain.dates import moment
from trireme.domain.ids import RunKey
from trireme.domain.paths import check_path, path_id
from trireme.domain.project import ProjectRecord
from trireme.domain.query import Aggregate, Attribute
from trireme.domain.records import MICRO, FileRef
from trireme.domain.types import AttributeType
from trireme.query.sql import AGGREGATES
from trireme.services.lineage import Lineages
from trireme.storage.warehouse.engine import Warehouse
from trireme.storage.warehouse.lineage import pieces, with_inherited

_FLOATS: Final = (None, AttributeType.FLOAT_SERIES)
_FIRST_BUCKET: Final = 1 << 26
"""Below this step, in millionths, the roll-up has no buckets."""

Cells = dict[tuple[int, int], object]
"""Values by run key and position of the column."""


class CellReader:
    """Reads cells. The caller has authorised."""

    def __init__(self, warehouse: Warehouse, lineages: Lineages) -> None:
        self._warehouse = warehouse
        self._lineages = lineages

    def read(self, project: ProjectRecord, runs: Sequence[RunKey], columns: Sequence[Attribute]) -> Cells:
        """The values of *columns* in *runs*; those a run lacks are left out."""
        if not runs or not columns:
            return {}
        by_path: dict[int, list[int]] = {}
        for index, column in enumerate(columns):
            by_path.setdefault(path_id(check_path(column.path)), []).append(index)
        params: dict[str, object] = {"project": int(project.id), "runs": [int(run) for run in runs], "paths": list(by_path)}
        cells: Cells = {}
        series = _READERS.submit(self._series, columns, by_path, params, cells)
        if any(column.type is not AttributeType.FLOAT_SERIES for column in columns):
            self._singles(columns, by_path, params, cells)
        series.result()
        if any(column.type is AttributeType.STRING_SERIES for column in columns):
            self._strings(runs, columns, by_path, params, cells)
        for step in {column.at_step for column in columns if column.at_step is not None}:
            self._at_step(runs, columns, step, params, cells)
        return cells

    def _series(
        self, columns: Sequence[Attribute], by_path: dict[int, list[int]], params: dict[str, object], cells: Cells
    ) -> None:
        wanted = [index for index, column in enumerate(columns) if column.type in _FLOATS and column.at_step is None]
        if not wanted:
            return
        aggregates = sorted({columns[index].aggregate or Aggregate.LAST for index in wanted})
        selected = ", ".join(f"{AGGREGATES[aggregate]} AS v_{aggregate.value}" for aggregate in aggregates)
        table = self._warehouse.query(f"SELECT run, path_id, {selected} FROM float_summary FINAL {_HERE}", params)
        for row in table.to_pylist():
            for index in by_path[row["path_id"]]:
                if index in wanted:
                    cells[row["run"], index] = row[f"v_{(columns[index].aggregate or Aggregate.LAST).value}"]

    def _singles(
        self, columns: Sequence[Attribute], by_path: dict[int, list[int]], params: dict[str, object], cells: Cells
    ) -> None:
        # Sets are read apart and at the same time: their column costs as much as all others together, and few paths have any.
        likely = {path for path, indices in by_path.items() if any(_may_be_set(columns[index]) for index in indices)}
        sets = _READERS.submit(self._sets, params, likely) if likely else None
        rows = self._warehouse.query(
            f"SELECT run, path_id, type, number, int, string, is_deleted FROM run_attributes {_HERE} {_NEWEST}", params
        ).to_pylist()
        strings = sets.result() if sets else {}
        others = {row["path_id"] for row in rows if row["type"] == AttributeType.STRING_SET} - likely
        if others:
            strings |= self._sets(params, others)
        for row in rows:
            if row["is_deleted"] or row["type"] >= AttributeType.FLOAT_SERIES:
                continue
            row["strings"] = strings.get((row["run"], row["path_id"]), ())
            for index in by_path[row["path_id"]]:
                if columns[index].type in (None, row["type"]):
                    cells[row["run"], index] = single_value(row)

    def _sets(self, params: dict[str, object], paths: set[int]) -> dict[tuple[int, int], list[str]]:
        table = self._warehouse.query(
            f"SELECT run, path_id, strings FROM run_attributes {_HERE} {_NEWEST}", params | {"paths": sorted(paths)}
        )
        return {(row["run"], row["path_id"]): row["strings"] for row in table.to_pylist()}

    def _strings(
        self,
        runs: Sequence[RunKey],
        columns: Sequence[Attribute],
        by_path: dict[int, list[int]],
        params: dict[str, object],
        cells: Cells,
    ) -> None:
        where = "project = {project:UInt32} AND path_id IN {paths:Array(UInt64)}"
        inherited = pieces(self._lineages.forks(runs))
        points = with_inherited("string_points", "path_id, timestamp, seq, value", where, inherited)
        table = self._warehouse.query(
            f"SELECT run, path_id, argMax(value, (step, timestamp, seq)) AS newest FROM {points} GROUP BY run, path_id", params
        )
        for row in table.to_pylist():
            for index in by_path[row["path_id"]]:
                if columns[index].type is AttributeType.STRING_SERIES:
                    cells[row["run"], index] = row["newest"]

    def _at_step(
        self, runs: Sequence[RunKey], columns: Sequence[Attribute], at_step: float, params: dict[str, object], cells: Cells
    ) -> None:
        """The last point at or before a step: from the summary where the series has ended by then, else from few points."""
        step = round(at_step * MICRO)
        places: dict[int, list[int]] = {}
        for index, column in enumerate(columns):
            if column.at_step == at_step:
                places.setdefault(path_id(column.path), []).append(index)
        params = params | {"paths": list(places), "step": step}
        table = self._warehouse.query(
            f"SELECT run, path_id, {AGGREGATES[Aggregate.LAST]} AS v, toInt64(bitShiftRight(last, 128)) AS s1"
            f" FROM float_summary FINAL {_HERE} AND toInt64(bitShiftRight(first, 128)) <= {{step:Int64}}",
            params,
        )
        rows = table.to_pylist()
        found = {(row["run"], row["path_id"]): row["v"] for row in rows if row["s1"] <= step}
        longer = [(row["run"], row["path_id"]) for row in rows if row["s1"] > step]
        forks = self._lineages.forks(sorted({RunKey(run) for run, _ in longer}))
        plain = [pair for pair in longer if pair[0] not in forks]
        for pairs, inherited in ((plain, []), ([pair for pair in longer if pair[0] in forks], pieces(forks))):
            if not pairs:
                continue
            here = params | {"runs": sorted({run for run, _ in pairs}), "pairs": pairs}
            where = "project = {project:UInt32} AND path_id IN {paths:Array(UInt64)} AND preview = 0 AND step <= {step:Int64}"
            if not inherited and step >= _FIRST_BUCKET:
                where += f" AND step >= {self._near(here, len(pairs))}"
            points = with_inherited("float_points", "path_id, timestamp, seq, value", where, inherited)
            table = self._warehouse.query(
                f"SELECT run, path_id, argMax(value, (step, timestamp, seq)) AS v FROM {points} GROUP BY run, path_id", here
            )
            for row in table.to_pylist():
                found.setdefault((row["run"], row["path_id"]), row["v"])
        for (run, path), value in found.items():
            for index in places[path]:
                cells[run, index] = value

    def _near(self, params: dict[str, object], series: int) -> int:
        """A step at or before ``{step}`` from which on each of the ``{pairs}`` has a point that is no later than ``{step}``."""
        table = self._warehouse.query(
            "SELECT min(near) AS near, count() AS n FROM (SELECT max(first_step) AS near FROM float_rollup"
            f" {_HERE} AND (run, path_id) IN {{pairs:Array(Tuple(UInt64, UInt64))}} AND level = 1"
            " AND first_step <= {step:Int64} GROUP BY run, path_id)",
            params,
        )
        # A series without a bucket there has all its points below the first one.
        return int(table["near"][0].as_py()) if int(table["n"][0].as_py()) == series else -(2**63)


def _may_be_set(column: Attribute) -> bool:
    return column.type is AttributeType.STRING_SET or (column.type is None and column.path in ("sys/tags", "sys/group_tags"))


_READERS: Final = ThreadPoolExecutor(4, thread_name_prefix="cells")
_NEWEST: Final = "ORDER BY version DESC LIMIT 1 BY run, path_id"
"""Far cheaper than FINAL for a few rows out of many parts."""
_HERE: Final = "WHERE project = {project:UInt32} AND run IN {runs:Array(UInt64)} AND path_id IN {paths:Array(UInt64)}"


def single_value(row: dict[str, Any]) -> object:
    """A single value from its columns."""
    match AttributeType(row["type"]):
        case AttributeType.FLOAT:
            return row["number"]
        case AttributeType.INT:
            return row["int"]
        case AttributeType.BOOL:
            return bool(row["int"])
        case AttributeType.DATETIME:
            return moment(row["int"])
        case AttributeType.STRING_SET:
            return frozenset(row["strings"])
        case AttributeType.FILE:
            return FileRef(*json.loads(row["string"]))
        case _:
            return row["string"]
