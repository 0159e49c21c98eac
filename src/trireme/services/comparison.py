"""Runs side by side: attributes as rows, runs as columns, and which rows differ."""

from __future__ import annotations

import json
import threading
from collections import Counter, OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from trireme.domain.errors import InvalidInput
from trireme.domain.ids import ProjectId, RunKey
from trireme.domain.limits import MAX_COMPARED_RUNS, MAX_COMPARED_VALUES
from trireme.domain.paths import check_path, path_id
from trireme.domain.permissions import Actor, Permission
from trireme.domain.project import ProjectRecord
from trireme.domain.query import Aggregate, Attribute
from trireme.domain.types import AttributeType
from trireme.query.sql import AGGREGATES
from trireme.services.attributes import point_value
from trireme.services.auth import require
from trireme.services.cells import single_value
from trireme.services.comparison_index import Found, Section, find
from trireme.services.lineage import Lineages
from trireme.services.packages import PACKAGES_PATH, PackageReader
from trireme.services.shown_states import STATE, shown_states
from trireme.storage.warehouse.engine import Warehouse
from trireme.storage.warehouse.lineage import pieces, with_inherited

if TYPE_CHECKING:
    from trireme.storage.catalog.catalog import Catalog

MAX_TEXT: Final = 1000
"""Characters of a text in a cell; a longer one is cut and ends with an ellipsis."""
_CACHED: Final = 8
_POINTS: Final = {
    AttributeType.STRING_SERIES: ("string_points", "value", f"tuple(substringUTF8(value, 1, {MAX_TEXT}))"),
    AttributeType.HISTOGRAM_SERIES: ("histogram_points", "", "tuple(NULL)"),
    AttributeType.FILE_SERIES: ("file_points", "sha256, size, mime, name", "tuple(toString(sha256), size, mime, name)"),
}


@dataclass(frozen=True, slots=True)
class Points:
    """How many points a series has that is not of numbers, and where it ends."""

    count: int
    last_step: float


@dataclass(frozen=True, slots=True)
class ComparedRow:
    """One attribute in all the runs, in the order they were asked for.

    Parameters:
        values: None where a run lacks it; of a float series its aggregate, of others their newest point.
        points: of series that are not of numbers.
        types: where the runs' types differ.
    """

    found: Found
    values: list[object]
    points: list[Points | None] | None = None
    types: list[AttributeType | None] | None = None


@dataclass(frozen=True, slots=True)
class SectionCount:
    """How many rows a section has, and how many of them differ."""

    section: Section
    total: int
    differing: int


@dataclass(frozen=True, slots=True)
class ComparisonPage:
    """Rows, how many there are in all, and what the whole looks like.

    Parameters:
        differing: positions of the rows that differ, when asked for.
        unrecorded: runs whose packages are not known.
    """

    rows: list[ComparedRow]
    total: int
    sections: list[SectionCount]
    differing: list[int] | None
    unrecorded: list[RunKey]


@dataclass(frozen=True, slots=True)
class _Layout:
    """All rows in order, and the packages of each run that has a list of them."""

    rows: list[Found]
    packages: dict[RunKey, dict[str, str]]


class ComparisonService:
    """Compares runs. Every method authorises.

    Parameters:
        version: a number of a project that rises with every commit (`Changes.version`).
    """

    def __init__(
        self, catalog: Catalog, warehouse: Warehouse, packages: PackageReader, version: Callable[[ProjectId], int]
    ) -> None:
        self._catalog = catalog
        self._warehouse = warehouse
        self._packages = packages
        self._version = version
        self._lineages = Lineages(catalog)
        self._layouts: OrderedDict[tuple[object, ...], _Layout] = OrderedDict()
        self._lock = threading.Lock()

    def page(
        self,
        actor: Actor,
        project: ProjectRecord,
        runs: Sequence[RunKey],
        *,
        regex: str = "",
        differing_only: bool = False,
        aggregates: Sequence[Aggregate] = (Aggregate.LAST,),
        first: Sequence[Attribute] = (),
        offset: int = 0,
        limit: int = 100,
        positions: bool = False,
    ) -> ComparisonPage:
        """Rows *offset* to *offset* + *limit* of a comparison.

        Parameters:
            regex: RE2, anywhere in the path (or the package's name).
            differing_only: leave out rows that are the same in all *runs*.
            aggregates: what of each float series; each is a row.
            first: attributes that come before all others, in this order.
            positions: also say which rows differ.

        Raises:
            InvalidInput: too many runs, or too many values for one page.
            InvalidQuery: *regex* is malformed.
        """
        require(actor, project, Permission.READ)
        runs = list(dict.fromkeys(runs))
        if not 1 <= len(runs) <= MAX_COMPARED_RUNS:
            raise InvalidInput(f"{len(runs):,} runs cannot be compared.", hint=f"Choose 1 to {MAX_COMPARED_RUNS:,}.")
        if offset < 0 or limit < 1 or limit * len(runs) > MAX_COMPARED_VALUES:
            raise InvalidInput(
                f"{limit:,} rows of {len(runs):,} runs from row {offset:,} were asked for.",
                hint=f"A page has at most {MAX_COMPARED_VALUES:,} values: ask for fewer rows at once.",
            )
        layout = self._layout(project, runs, regex, aggregates, first)
        arranged = self._with_states(project, runs, layout.rows)
        rows = [row for row in arranged if row.differs] if differing_only else arranged
        totals = Counter(row.section for row in arranged)
        differing = Counter(row.section for row in arranged if row.differs)
        return ComparisonPage(
            self._rows(project, runs, rows[offset : offset + limit], layout.packages),
            len(rows),
            [SectionCount(section, totals[section], differing[section]) for section in sorted(totals)],
            [position for position, row in enumerate(rows) if row.differs] if positions else None,
            [run for run in runs if run not in layout.packages],
        )

    def _layout(
        self,
        project: ProjectRecord,
        runs: Sequence[RunKey],
        regex: str,
        aggregates: Sequence[Aggregate],
        first: Sequence[Attribute],
    ) -> _Layout:
        key = (project.id, frozenset(runs), regex, tuple(aggregates), tuple(first), self._version(project.id))
        with self._lock:
            if key in self._layouts:
                self._layouts.move_to_end(key)
                return self._layouts[key]
        keys = [int(run) for run in runs]
        found = find(self._warehouse, int(project.id), keys, regex, pieces(self._lineages.forks(runs)))
        packages = self._read_packages(project, runs)
        found += self._package_rows(packages, regex)
        layout = _Layout(_arranged(found, aggregates, first), packages)
        with self._lock:
            self._layouts[key] = layout
            while len(self._layouts) > _CACHED:
                self._layouts.popitem(last=False)
        return layout

    def _with_states(self, project: ProjectRecord, runs: Sequence[RunKey], rows: list[Found]) -> list[Found]:
        """*rows*, of which the state's differs as it is shown: that changes with time alone, so it is not kept."""
        place = next((place for place, row in enumerate(rows) if row.type is AttributeType.RUN_STATE and row.path == STATE), None)
        if place is None:
            return rows
        row = rows[place]
        cells = self._singles({"project": int(project.id), "runs": [int(run) for run in runs], "paths": [row.path_id]})
        differs = len(cells) < len(runs) or len({value for _, value in cells.values()}) > 1
        return [*rows[:place], replace(row, differs=differs), *rows[place + 1 :]]

    def _read_packages(self, project: ProjectRecord, runs: Sequence[RunKey]) -> dict[RunKey, dict[str, str]]:
        table = self._warehouse.query(
            "SELECT run, string FROM run_attributes FINAL WHERE project = {project:UInt32} AND run IN {runs:Array(UInt64)}"
            " AND path_id = {path:UInt64} AND type = {type:UInt8}",
            {
                "project": int(project.id),
                "runs": [int(run) for run in runs],
                "path": path_id(PACKAGES_PATH),
                "type": int(AttributeType.FILE),
            },
        )
        found: dict[RunKey, dict[str, str]] = {}
        for row in table.to_pylist():
            sha256, size, *_ = json.loads(row["string"])
            versions = self._packages.read(sha256, size)
            if versions is not None:
                found[RunKey(row["run"])] = versions
        return found

    def _package_rows(self, packages: dict[RunKey, dict[str, str]], regex: str) -> list[Found]:
        """A row for each package. It differs among the runs that recorded theirs: an unknown list is no difference."""
        names = sorted(set().union(*packages.values()))
        if regex and names:
            table = self._warehouse.query(
                "SELECT name FROM (SELECT arrayJoin({names:Array(String)}) AS name) WHERE match(name, {regex:String})",
                {"names": names, "regex": regex},
            )
            names = sorted(table["name"].to_pylist())
        rows = []
        for name in names:
            versions = [found.get(name) for found in packages.values()]
            present = len(versions) - versions.count(None)
            rows.append(Found(Section.PACKAGES, name, 0, None, None, False, present, len(set(versions)) > 1))
        return rows

    # The cells of a page

    def _rows(
        self, project: ProjectRecord, runs: Sequence[RunKey], rows: Sequence[Found], packages: dict[RunKey, dict[str, str]]
    ) -> list[ComparedRow]:
        base: dict[str, object] = {"project": int(project.id), "runs": [int(run) for run in runs]}

        def paths(wanted: Callable[[AttributeType], bool]) -> dict[str, object]:
            return base | {"paths": sorted({row.path_id for row in rows if row.type is not None and wanted(row.type)})}

        singles = self._singles(paths(lambda type_: not type_.is_series))
        floats = self._floats(paths(lambda type_: type_ is AttributeType.FLOAT_SERIES))
        newest: dict[tuple[int, int], tuple[Points, object]] = {}
        for type_ in _POINTS:
            newest |= self._newest(type_, runs, paths(lambda found, type_=type_: found is type_))
        compared: list[ComparedRow] = []
        for row in rows:
            cells = [(int(run), row.path_id) for run in runs]
            if row.type is None:
                compared.append(ComparedRow(row, [packages.get(run, {}).get(row.path) for run in runs]))
            elif row.aggregate is not None:
                compared.append(ComparedRow(row, [floats.get((*cell, row.aggregate)) for cell in cells]))
            elif row.type.is_series:
                found = [newest.get(cell) for cell in cells]
                points = [each and each[0] for each in found]
                compared.append(ComparedRow(row, [each and each[1] for each in found], points))
            else:
                values = [singles.get(cell, (None, None)) for cell in cells]
                types = [type_ for type_, _ in values] if row.is_mixed else None
                compared.append(ComparedRow(row, [value for _, value in values], None, types))
        return compared

    def _singles(self, params: dict[str, object]) -> dict[tuple[int, int], tuple[AttributeType, object]]:
        if not params["paths"]:
            return {}
        cut = f"if(lengthUTF8(string) > {MAX_TEXT}, concat(substringUTF8(string, 1, {MAX_TEXT}), '…'), string)"
        table = self._warehouse.query(
            "SELECT run, path_id, type, number, int, strings,"
            f" if(type = {int(AttributeType.FILE)}, string, {cut}) AS string FROM run_attributes FINAL"
            " WHERE project = {project:UInt32} AND run IN {runs:Array(UInt64)} AND path_id IN {paths:Array(UInt64)} AND type < 32",
            params,
        )
        found: dict[tuple[int, int], tuple[AttributeType, object]] = {
            (row["run"], row["path_id"]): (AttributeType(row["type"]), single_value(row)) for row in table.to_pylist()
        }
        states = {cell: str(value) for cell, (type_, value) in found.items() if type_ is AttributeType.RUN_STATE}
        shown = shown_states(self._catalog, [run for run, _ in states], list(states.values()))
        return found | {cell: (AttributeType.RUN_STATE, state) for cell, state in zip(states, shown, strict=True)}

    def _floats(self, params: dict[str, object]) -> dict[tuple[int, int, Aggregate], object]:
        if not params["paths"]:
            return {}
        selected = ", ".join(f"{sql} AS v_{aggregate.value}" for aggregate, sql in AGGREGATES.items())
        table = self._warehouse.query(
            f"SELECT run, path_id, finite AS n_finite, {selected} FROM float_summary FINAL"
            " WHERE project = {project:UInt32} AND run IN {runs:Array(UInt64)} AND path_id IN {paths:Array(UInt64)}",
            params,
        )
        return {
            (row["run"], row["path_id"], aggregate): row[f"v_{aggregate.value}"]
            for row in table.to_pylist()
            for aggregate in AGGREGATES
            if row["n_finite"] or aggregate not in _OVER_FINITE
        }

    def _newest(
        self, type_: AttributeType, runs: Sequence[RunKey], params: dict[str, object]
    ) -> dict[tuple[int, int], tuple[Points, object]]:
        if not params["paths"]:
            return {}
        name, columns, content = _POINTS[type_]
        where = "project = {project:UInt32} AND path_id IN {paths:Array(UInt64)}"
        selected = ", ".join(filter(None, ("path_id, timestamp, seq", columns)))
        source = with_inherited(name, selected, where, pieces(self._lineages.forks(runs)))
        table = self._warehouse.query(
            "SELECT run, path_id, count() AS points, max(step) / 1e6 AS last_step,"
            f" argMax({content}, (step, timestamp, seq)) AS newest FROM {source} GROUP BY run, path_id",
            params,
        )

        def value(row: dict[str, Any]) -> object:
            return None if type_ is AttributeType.HISTOGRAM_SERIES else point_value(type_, list(row["newest"].values()))

        return {(row["run"], row["path_id"]): (Points(row["points"], row["last_step"]), value(row)) for row in table.to_pylist()}


_OVER_FINITE: Final = frozenset({Aggregate.MIN, Aggregate.MAX, Aggregate.AVERAGE, Aggregate.VARIANCE})


def _arranged(found: Sequence[Found], aggregates: Sequence[Aggregate], first: Sequence[Attribute]) -> list[Found]:
    """The chosen aggregates of each series, what comes first before everything; each row once."""
    by_path: dict[str, list[Found]] = {}
    wanted = {check_path(attribute.path) for attribute in first}
    for row in found:
        if row.path in wanted and row.section is not Section.PACKAGES:
            by_path.setdefault(row.path, []).append(row)
    ahead: dict[Found, None] = {}
    for attribute in first:
        for row in by_path.get(check_path(attribute.path), ()):
            fits = attribute.type in (None, row.type) or (row.is_mixed and attribute.type is not AttributeType.FLOAT_SERIES)
            if fits and row.aggregate in (None, attribute.aggregate or Aggregate.LAST):
                ahead[row] = None
    chosen = frozenset(aggregates)
    rest = [row for row in found if row not in ahead and (row.aggregate is None or row.aggregate in chosen)]
    rest.sort(key=lambda row: row.section)
    return [*(replace(row, section=Section.COLUMNS) for row in ahead), *rest]
