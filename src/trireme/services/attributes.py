"""Attributes of many runs at once, with all that is known of each without reading its points: for foreign protocols and exports."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from trireme.domain.ids import RunKey
from trireme.domain.paths import path_id
from trireme.domain.permissions import Actor, Permission
from trireme.domain.project import ProjectRecord
from trireme.domain.records import FileRef, Histogram
from trireme.domain.types import AttributeType
from trireme.query.sql import AGGREGATES
from trireme.services.auth import require
from trireme.services.lineage import Lineages
from trireme.services.shown_states import shown_states
from trireme.storage.warehouse.engine import Warehouse
from trireme.storage.warehouse.lineage import pieces, with_inherited

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from trireme.storage.catalog.catalog import Catalog

_SUMMARY: Final = ("last_step", "last", "min", "max", "average", "variance")
_TYPES: Final = {int(type_): type_ for type_ in AttributeType}
_MAX_KNOWN: Final = 20_000
"""Paths of a project that are kept in memory."""
_LAST_TIMESTAMP: Final = "toInt64(bitAnd(bitShiftRight(last, 64), toInt256(18446744073709551615)))"
_OTHER: Final = {
    AttributeType.STRING_SERIES: ("string_points", "value", "tuple(value)"),
    AttributeType.HISTOGRAM_SERIES: ("histogram_points", "edges, bins, density", "tuple(edges, bins, density)"),
    AttributeType.FILE_SERIES: ("file_points", "sha256, size, mime, name", "tuple(toString(sha256), size, mime, name)"),
}


@dataclass(frozen=True, slots=True)
class NameGroup:
    """Paths that match all of ``match`` and none of ``not_match`` (RE2, anywhere in the path)."""

    match: Sequence[str] = ()
    not_match: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class NameFilter:
    """Which attributes: those in ``paths`` (all when None), of one of ``types`` (any when empty), in one of ``groups`` (None: any path)."""

    paths: Sequence[str] | None = None
    types: Sequence[AttributeType] = ()
    groups: Sequence[NameGroup] | None = None


class FloatSummary(NamedTuple):
    """Over committed points; min to variance over finite values, None without any."""

    last_step: float
    last: float
    min: float | None
    max: float | None
    average: float | None
    variance: float | None
    last_timestamp: int
    """Of the last point, in ms since 1970."""


@dataclass(frozen=True, slots=True)
class LastPoint:
    """The newest point of a series that is not of floats."""

    last_step: float
    last: str | Histogram | FileRef


class Value(NamedTuple):
    """One attribute of a run. ``value``: as `services.search` has it; DATETIME in ms; a series' summary, None when it has no points."""

    path: str
    type: AttributeType
    value: Any
    number: int = 0
    """The path's number: the order in which values are paged."""


@dataclass(slots=True)
class ValuesPage:
    """Values by run, in the order of the runs asked for, and where the next page begins."""

    values: dict[RunKey, list[Value]] = field(default_factory=dict)
    next: tuple[RunKey, int] | None = None


class AttributeService:
    """Reads attributes. Every method authorises."""

    def __init__(self, catalog: Catalog, warehouse: Warehouse) -> None:
        self._catalog = catalog
        self._warehouse = warehouse
        self._lineages = Lineages(catalog)
        self._known: dict[int, dict[int, str]] = {}

    def definitions(
        self,
        actor: Actor,
        project: ProjectRecord,
        names: NameFilter,
        *,
        runs: Sequence[RunKey] | None = None,
        limit: int,
        after: tuple[str, int] | None = None,
    ) -> list[tuple[str, AttributeType]]:
        """Distinct paths and types that the project's runs have, ordered by path and type.

        Parameters:
            runs: only what one of these has.
            after: the last of the page before.

        Raises:
            InvalidQuery: a pattern is not RE2.
        """
        require(actor, project, Permission.READ)
        params: dict[str, object] = {"project": int(project.id), "limit": limit}
        where = self._name_conditions(names, params)
        if runs is not None:
            where += (
                " AND (path_id, type) IN (SELECT path_id, type FROM run_attributes FINAL"
                " WHERE project = {project:UInt32} AND run IN {runs:Array(UInt64)})"
            )
            params["runs"] = [int(run) for run in runs]
        if after is not None:
            where += " AND (path, type) > ({after_path:String}, {after_type:UInt8})"
            params |= {"after_path": after[0], "after_type": after[1]}
        table = self._warehouse.query(
            f"SELECT DISTINCT path, type FROM attribute_names WHERE project = {{project:UInt32}}{where}"
            " ORDER BY path, type LIMIT {limit:UInt64}",
            params,
        )
        return list(zip(table["path"].to_pylist(), map(AttributeType, table["type"].to_pylist()), strict=True))

    def values(
        self,
        actor: Actor,
        project: ProjectRecord,
        runs: Sequence[RunKey],
        names: NameFilter,
        *,
        limit: int | None = None,
        after: tuple[RunKey, int] | None = None,
    ) -> ValuesPage:
        """Attributes of *runs*.

        Parameters:
            limit: how many attributes at most; a run may be cut by the end of a page.
            after: ``next`` of the page before.
        """
        require(actor, project, Permission.READ)
        params: dict[str, object] = {"project": int(project.id), "runs": sorted(int(run) for run in runs)}
        where = "project = {project:UInt32} AND run IN {runs:Array(UInt64)}"
        known: dict[int, str] = {}
        if names.paths is not None and names.groups is None:
            known = {path_id(path): path for path in names.paths}
            where += " AND path_id IN {paths:Array(UInt64)}"
            params["paths"] = list(known)
        elif names.paths is not None or names.groups is not None:
            conditions = self._name_conditions(names, params)
            where += f" AND path_id IN (SELECT path_id FROM attribute_names WHERE project = {{project:UInt32}}{conditions})"
        if names.types:
            where += " AND type IN {types:Array(UInt8)}"
            params["types"] = [int(type_) for type_ in names.types]
        if after is not None:
            where += " AND (run, path_id) > ({after_run:UInt64}, {after_path_id:UInt64})"
            params |= {"after_run": int(after[0]), "after_path_id": after[1]}
        end = "" if limit is None else f" LIMIT {limit + 1}"
        sets = not names.types or AttributeType.STRING_SET in names.types
        read = ("run", "path_id", "type", "number", "int", "string", *(("strings",) if sets else ()))
        table = self._warehouse.query(
            f"SELECT {', '.join(read)} FROM run_attributes FINAL WHERE {where} ORDER BY run, path_id{end}", params
        )
        page = ValuesPage({run: [] for run in runs})
        if limit is not None and table.num_rows > limit:
            table = table.slice(0, limit)
            page.next = (RunKey(table["run"][-1].as_py()), table["path_id"][-1].as_py())
        # Column by column: a page of runs has tens of thousands of values, and a step of Python for each would take most of the time.
        keys, numbers, labels = (table[column].to_numpy() for column in ("run", "path_id", "type"))
        named = numbers.tolist()
        if not known:
            known = self._paths(project, set(named))
        found = self._column(project, table, labels)
        rows = list(
            map(_new_value, zip(map(known.get, named), map(_TYPES.__getitem__, labels.tolist()), found, named, strict=True))
        )
        starts = [0, *(np.flatnonzero(keys[1:] != keys[:-1]) + 1).tolist()] if rows else []
        for start, stop in zip(starts, [*starts[1:], len(rows)], strict=False):
            page.values[RunKey(int(keys[start]))] = [row for row in rows[start:stop] if row[0] is not None]
        return page

    def _column(self, project: ProjectRecord, table: pa.Table, labels: NDArray[np.uint8]) -> list[Any]:
        """The value of each row."""
        column: list[Any] = table["string"].to_pylist()
        numbers, whole = table["number"].to_pylist(), table["int"].to_pylist()
        for label in np.unique(labels).tolist():
            type_ = _TYPES[label]
            places = np.flatnonzero(labels == label).tolist()
            match type_:
                case AttributeType.FLOAT:
                    read = [numbers[place] for place in places]
                case AttributeType.INT | AttributeType.DATETIME:
                    read = [whole[place] for place in places]
                case AttributeType.BOOL:
                    read = [bool(whole[place]) for place in places]
                case AttributeType.STRING_SET:
                    read = table["strings"].take(places).to_pylist()
                case AttributeType.FILE:
                    read = [FileRef(*json.loads(column[place])) for place in places]
                case AttributeType.RUN_STATE:
                    read = shown_states(self._catalog, table["run"].take(places).to_pylist(), [column[place] for place in places])
                case _ if type_.is_series:
                    rows = [table[name].take(places).to_pylist() for name in ("run", "path_id")]
                    summaries = self._summaries(project, type_, *rows)
                    read = list(map(summaries.get, zip(*rows, strict=True)))
                case _:
                    continue
            for place, value in zip(places, read, strict=True):
                column[place] = value
        return column

    def _name_conditions(self, names: NameFilter, params: dict[str, object]) -> str:
        where = ""
        if names.types:
            where += " AND type IN {name_types:Array(UInt8)}"
            params["name_types"] = [int(type_) for type_ in names.types]
        if names.paths is not None:
            where += " AND path IN {name_paths:Array(String)}"
            params["name_paths"] = list(names.paths)
        if names.groups is not None:
            groups = []
            for number, group in enumerate(names.groups):
                terms = ["1"]
                for sign, patterns in (("", group.match), ("NOT ", group.not_match)):
                    for pattern in patterns:
                        name = f"re{number}_{len(terms)}"
                        params[name] = pattern
                        terms.append(f"{sign}match(path, {{{name}:String}})")
                groups.append(f"({' AND '.join(terms)})")
            where += f" AND ({' OR '.join(groups) or '0'})"
        return where

    def _paths(self, project: ProjectRecord, numbers: set[int]) -> dict[int, str]:
        """The paths of those numbers. A number is made from its path, so what was once read stays right."""
        known = self._known.get(int(project.id), {})
        missing = {number for number in numbers if number not in known}
        if missing:
            # A new dictionary each time: others may be reading the old one.
            kept = known if len(known) < _MAX_KNOWN else {number: known[number] for number in numbers - missing}
            known = self._known[int(project.id)] = kept | self._read_paths(project, missing)
        return known

    def _read_paths(self, project: ProjectRecord, numbers: set[int]) -> dict[int, str]:
        table = self._warehouse.query(
            "SELECT path_id, any(path) AS path FROM attribute_names"
            " WHERE project = {project:UInt32} AND path_id IN {paths:Array(UInt64)} GROUP BY path_id",
            {"project": int(project.id), "paths": sorted(numbers)},
        )
        return dict(zip(table["path_id"].to_pylist(), table["path"].to_pylist(), strict=True))

    def _summaries(
        self, project: ProjectRecord, type_: AttributeType, runs: Sequence[int], numbers: Sequence[int]
    ) -> Mapping[tuple[int, int], FloatSummary | LastPoint]:
        params: dict[str, object] = {"project": int(project.id), "runs": sorted(set(runs)), "paths": sorted(set(numbers))}
        if type_ is AttributeType.FLOAT_SERIES:
            return self._floats(params)
        return self._last_points(type_, params) if type_ in _OTHER else {}

    def _floats(self, params: dict[str, object]) -> dict[tuple[int, int], FloatSummary]:
        selected = ", ".join(f"{sql} AS v_{aggregate.value}" for aggregate, sql in AGGREGATES.items())
        table = self._warehouse.query(
            f"SELECT run, path_id, finite AS n_finite, {_LAST_TIMESTAMP} AS newest_timestamp, {selected} FROM float_summary FINAL"
            " WHERE project = {project:UInt32} AND run IN {runs:Array(UInt64)} AND path_id IN {paths:Array(UInt64)}",
            params,
        )
        columns = [table[name].to_pylist() for name in (*(f"v_{name}" for name in _SUMMARY), "newest_timestamp")]
        for place in np.flatnonzero(table["n_finite"].to_numpy() == 0).tolist():
            for column in columns[2:6]:
                column[place] = None
        rows = zip(table["run"].to_pylist(), table["path_id"].to_pylist(), strict=True)
        return dict(zip(rows, map(_new_summary, zip(*columns, strict=True)), strict=True))

    def _last_points(self, type_: AttributeType, params: dict[str, object]) -> dict[tuple[int, int], LastPoint]:
        name, columns, value = _OTHER[type_]
        runs = [RunKey(run) for run in params["runs"]]  # type: ignore[attr-defined]
        where = "project = {project:UInt32} AND path_id IN {paths:Array(UInt64)}"
        source = with_inherited(name, f"path_id, timestamp, seq, {columns}", where, pieces(self._lineages.forks(runs)))
        table = self._warehouse.query(
            f"SELECT run, path_id, max(step) / 1e6 AS last_step, argMax({value}, (step, timestamp, seq)) AS newest"
            f" FROM {source} GROUP BY run, path_id",
            params,
        )
        return {
            (row["run"], row["path_id"]): LastPoint(row["last_step"], point_value(type_, list(row["newest"].values())))
            for row in table.to_pylist()
        }


def point_value(type_: AttributeType, columns: Sequence[Any]) -> str | Histogram | FileRef:
    """The value of a point from its columns in the warehouse."""
    if type_ is AttributeType.STRING_SERIES:
        return str(columns[0])
    if type_ is AttributeType.HISTOGRAM_SERIES:
        return Histogram(tuple(columns[0]), tuple(columns[1]), bool(columns[2]))
    return FileRef(*columns)


# What a named tuple's own constructor does, without a step of Python.
_new_value: Final = partial(tuple.__new__, Value)
_new_summary: Final = partial(tuple.__new__, FloatSummary)
