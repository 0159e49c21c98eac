"""Which attributes several runs have, and which of them differ: worked out by the warehouse over all their values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Any, Final

from trireme.domain.query import Aggregate
from trireme.domain.types import AttributeType
from trireme.query.sql import AGGREGATES
from trireme.storage.warehouse.engine import Warehouse
from trireme.storage.warehouse.lineage import Piece, with_inherited

if TYPE_CHECKING:
    import pyarrow as pa


class Section(IntEnum):
    """The parts of a comparison, in their order."""

    COLUMNS = 0
    """What the reader asked for first."""
    CONFIG = 1
    """Parameters and other single values."""
    METRICS = 2
    CODE = 3
    PACKAGES = 4
    SYSTEM = 5
    FILES = 6
    """Files, and series that are not of numbers."""
    RUN = 7
    """What Trireme keeps of a run: name, state, times, tags."""


@dataclass(frozen=True, slots=True)
class Found:
    """An attribute that some of the runs have. ``differs``: runs lack it, or it is not the same in all of them.

    Parameters:
        aggregate: of a float series, which has an entry for each.
        type: None for a package.
        is_mixed: single values of several types stand at this path.
    """

    section: Section
    path: str
    path_id: int
    type: AttributeType | None
    aggregate: Aggregate | None
    is_mixed: bool
    present: int
    differs: bool


_ROUNDED: Final = frozenset({Aggregate.AVERAGE, Aggregate.VARIANCE})
"""Sums whose last digits depend on the order in which their parts were merged: equal up to a relative 1e-12."""
_NUMBER: Final = (int(AttributeType.FLOAT), int(AttributeType.INT))
_CONTENT: Final = (
    f"multiIf(type = {int(AttributeType.FLOAT)},"
    " if(abs(number) < 9e15 AND number = trunc(number), toString(toInt64(number)), toString(number)),"
    f" type IN ({int(AttributeType.INT)}, {int(AttributeType.BOOL)}, {int(AttributeType.DATETIME)}), toString(int),"
    f" type = {int(AttributeType.STRING_SET)}, toString(arraySort(strings)),"
    f" type = {int(AttributeType.FILE)}, JSONExtractString(string, 1), string)"
)
"""A single value as a text: 1 and 1.0 are one number, a file is its digest."""
_MINE: Final = "project = {project:UInt32} AND run IN {runs:Array(UInt64)}"
_POINTS: Final = {
    AttributeType.STRING_SERIES: ("string_points", ", value", "sipHash64(value)"),
    AttributeType.HISTOGRAM_SERIES: ("histogram_points", ", edges, bins, density", "sipHash64(edges, bins, density)"),
    AttributeType.FILE_SERIES: ("file_points", ", sha256", "sipHash64(sha256)"),
}


def find(warehouse: Warehouse, project: int, runs: Sequence[int], regex: str, inherited: Sequence[Piece]) -> list[Found]:
    """Every attribute that one of *runs* has, float series once for each aggregate, ordered by section and path.

    A series of numbers differs by aggregate; any other by its number of points and its newest one.

    Parameters:
        regex: RE2, anywhere in the path; "" for all.
        inherited: what the runs among *runs* that are forks inherit.

    Raises:
        InvalidQuery: *regex* is malformed.
    """
    params: dict[str, object] = {"project": project, "runs": list(runs), "regex": regex}
    names = _names(warehouse, params)
    table = warehouse.query(
        "SELECT path_id, if(type < 32, 0, type) AS kind, min(type) AS t0, max(type) AS t1, count() AS present,"
        " min(h) != max(h) AS differs"
        f" FROM (SELECT path_id, type, if(type < 32, sipHash64(if(type IN {_NUMBER}, 0, type), {_CONTENT}), 0) AS h"
        f" FROM run_attributes FINAL WHERE {_MINE}) GROUP BY path_id, kind",
        params,
    )
    kinds = set(table["kind"].to_pylist())
    floats = _floats(warehouse, params) if AttributeType.FLOAT_SERIES in kinds else {}
    others = {
        (kind, path): differs
        for kind in _POINTS
        if kind in kinds
        for path, differs in _others(warehouse, params, kind, inherited).items()
    }
    found: list[Found] = []
    for path_id, kind, low, high, present, differs in _rows(table, "path_id", "kind", "t0", "t1", "present", "differs"):
        path = names.get(path_id)
        if path is None:
            continue
        type_ = AttributeType(low)
        section = section_of(path, type_)
        partial = present < len(runs)
        if type_ is AttributeType.FLOAT_SERIES:
            flags = floats.get(path_id, _NO_POINTS)
            found += [Found(section, path, path_id, type_, each, False, present, partial or flags[each]) for each in Aggregate]
            continue
        changed = others.get((kind, path_id), False) if kind else bool(differs)
        found.append(Found(section, path, path_id, type_, None, low != high, present, partial or changed))
    found.sort(key=lambda each: (each.section, each.path))  # stable: aggregates keep their order
    return found


def section_of(path: str, type_: AttributeType) -> Section:
    """Where an attribute stands."""
    if path.startswith("sys/"):
        return Section.RUN
    if path.startswith(("system/", "monitoring/", "runtime/")):
        return Section.SYSTEM
    if path.startswith(("source/", "source_code/")):
        return Section.CODE
    if type_ is AttributeType.FLOAT_SERIES:
        return Section.METRICS
    if type_.is_series or type_ in (AttributeType.FILE, AttributeType.ARTIFACT):
        return Section.FILES
    return Section.CONFIG


def _names(warehouse: Warehouse, params: dict[str, object]) -> dict[int, str]:
    where = ""
    if params["regex"]:
        warehouse.query("SELECT match('', {regex:String}) AS m", params)  # refuses a bad one, also where nothing is matched
        where = " AND match(path, {regex:String})"
    table = warehouse.query(
        "SELECT DISTINCT path_id, path FROM attribute_names WHERE project = {project:UInt32}"
        f" AND path_id IN (SELECT path_id FROM run_attributes WHERE {_MINE}){where}",
        params,
    )
    return dict(_rows(table, "path_id", "path"))


_NO_POINTS: Final[Mapping[Aggregate, bool]] = dict.fromkeys(Aggregate, False)


def _floats(warehouse: Warehouse, params: dict[str, object]) -> dict[int, dict[Aggregate, bool]]:
    """By path: whether an aggregate differs among the runs that have points."""
    inner = ", ".join(f"{sql} AS v_{aggregate.value}" for aggregate, sql in AGGREGATES.items())
    outer = ", ".join(f"{_number_differs(aggregate)} AS d_{aggregate.value}" for aggregate in AGGREGATES)
    table = warehouse.query(
        f"SELECT path_id, {outer} FROM (SELECT path_id, {inner} FROM float_summary FINAL WHERE {_MINE}) GROUP BY path_id",
        params,
    )
    return {
        path: {aggregate: bool(flag) for aggregate, flag in zip(AGGREGATES, flags, strict=True)}
        for path, *flags in _rows(table, "path_id", *(f"d_{aggregate.value}" for aggregate in AGGREGATES))
    }


def _number_differs(aggregate: Aggregate) -> str:
    value = f"v_{aggregate.value}"
    low, high = (f"{end}If({value}, NOT isNaN({value}))" for end in ("min", "max"))
    unequal = f"{low} != {high}"
    if aggregate in _ROUNDED:
        unequal += f" AND NOT (isFinite({high} - {low}) AND {high} - {low} <= 1e-12 * greatest(abs({low}), abs({high})))"
    return f"(countIf(isNaN({value})) NOT IN (0, count())) OR (countIf(NOT isNaN({value})) > 0 AND {unequal})"


def _others(warehouse: Warehouse, params: dict[str, object], type_: AttributeType, inherited: Sequence[Piece]) -> dict[int, bool]:
    name, columns, content = _POINTS[type_]
    source = with_inherited(name, f"path_id, timestamp, seq{columns}", "project = {project:UInt32}", inherited)
    table = warehouse.query(
        "SELECT path_id, min(h) != max(h) AS differs FROM ("
        f" SELECT path_id, sipHash64(count(), argMax({content}, (step, timestamp, seq)), max(step)) AS h FROM {source}"
        " GROUP BY run, path_id) GROUP BY path_id",
        params,
    )
    return {path: bool(differs) for path, differs in _rows(table, "path_id", "differs")}


def _rows(table: pa.Table, *names: str) -> Iterator[tuple[Any, ...]]:
    return zip(*(table[name].to_pylist() for name in names), strict=True)
