"""Looking for runs and for names: the runs table, the pickers, a run's attributes."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from trireme.domain.errors import InvalidInput
from trireme.domain.ids import ProjectId, RunKey
from trireme.domain.limits import MAX_TABLE_COLUMNS, MAX_TABLE_PAGE
from trireme.domain.paths import check_path, path_id
from trireme.domain.permissions import Actor, Permission
from trireme.domain.project import ProjectRecord
from trireme.domain.query import Aggregate, Attribute, Comparison, Operator, Query, SortBy
from trireme.domain.records import FileRef
from trireme.domain.run import RunRecord
from trireme.domain.types import AttributeType
from trireme.query.nql import parse_nql, to_nql
from trireme.query.sql import AGGREGATES, UNIVERSE, QueryPrinter
from trireme.services.auth import require
from trireme.services.cursor import decode_cursor, encode_cursor
from trireme.services.run import shown_state
from trireme.storage.catalog.catalog import Catalog
from trireme.storage.catalog.clock import now_ms
from trireme.storage.warehouse.engine import Warehouse

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CACHED_ORDERS: Final = 8
_STRING_TYPES: Final = frozenset({AttributeType.STRING, AttributeType.RUN_STATE})


@dataclass(frozen=True, slots=True)
class TableRow:
    """A run and the values of the asked columns (None where it lacks the attribute)."""

    run: RunRecord
    name: str
    state: str
    values: list[object]


@dataclass(frozen=True, slots=True)
class TablePage:
    """Rows, the exact number of runs that match, and a cursor for what follows."""

    rows: list[TableRow]
    total: int
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class NamesPage:
    """Paths and types, in order; how many match in all."""

    names: list[tuple[str, AttributeType]]
    total: int
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class Summary:
    """What is known of a series without reading it; min to variance are None when it has no finite value."""

    count: int
    last_step: float | None = None
    last: float | str | None = None
    first: float | None = None
    min: float | None = None
    max: float | None = None
    average: float | None = None
    variance: float | None = None


@dataclass(frozen=True, slots=True)
class RunAttribute:
    """An attribute of a run: a value, or the summary of a series."""

    path: str
    type: AttributeType
    value: object = None
    summary: Summary | None = None


@dataclass(slots=True)
class _Orders:
    """Orders of runs worked out lately, so that scrolling through a million runs costs one query."""

    entries: OrderedDict[tuple[object, ...], NDArray[np.uint64]] = field(default_factory=OrderedDict)
    lock: threading.Lock = field(default_factory=threading.Lock)


class SearchService:
    """Reads of tables and names. Every method authorises.

    Parameters:
        version: a number of a project that rises with every commit (`IngestService.version`).
    """

    def __init__(self, catalog: Catalog, warehouse: Warehouse, version: Callable[[ProjectId], int]) -> None:
        self._catalog = catalog
        self._warehouse = warehouse
        self._version = version
        self._orders = _Orders()

    def table(
        self,
        actor: Actor,
        project: ProjectRecord,
        *,
        query: str = "",
        columns: Sequence[Attribute] = (),
        sort: SortBy | None = None,
        limit: int = 50,
        offset: int = 0,
        cursor: str | None = None,
        trashed: bool = False,
    ) -> TablePage:
        """One page of a runs table.

        Parameters:
            query: NQL; "" for all runs.
            sort: newest run first when None.
            cursor: from the page before; it takes the place of *offset*.

        Raises:
            InvalidQuery, InvalidInput: the query or a limit.
        """
        require(actor, project, Permission.READ)
        if not 1 <= limit <= MAX_TABLE_PAGE or len(columns) > MAX_TABLE_COLUMNS or offset < 0:
            raise InvalidInput(
                f"{limit:,} runs with {len(columns):,} columns were asked for.",
                hint=f"A page has 1 to {MAX_TABLE_PAGE:,} runs and at most {MAX_TABLE_COLUMNS} columns.",
            )
        if cursor:
            offset = decode_cursor(cursor, "table", [0])[0]
        tree = parse_nql(query)
        if tree is None and sort is None:
            records = self._catalog.runs.page(project.id, trashed=trashed, limit=limit, offset=offset)
            total = self._catalog.runs.count(project.id, trashed=trashed)
        else:
            keys, total = self._keys(project, tree, sort, offset, limit, trashed)
            records = self._catalog.runs.by_keys(keys)
        rows = self._rows(project, records, columns)
        more = offset + limit < total
        return TablePage(rows, total, encode_cursor("table", [offset + limit]) if more else None)

    def names(
        self,
        actor: Actor,
        project: ProjectRecord,
        *,
        regex: str = "",
        types: Sequence[AttributeType] = (),
        runs: Sequence[RunKey] = (),
        limit: int = 1000,
        cursor: str | None = None,
    ) -> NamesPage:
        """Paths and types that the project's runs have, ordered by path.

        Parameters:
            regex: RE2, matched anywhere in the path.
            runs: only what one of these runs has.
        """
        require(actor, project, Permission.READ)
        if not 1 <= limit <= 10_000:
            raise InvalidInput("At most 10,000 names a request.")
        offset = decode_cursor(cursor, "names", [0])[0] if cursor else 0
        params: dict[str, object] = {"project": int(project.id), "limit": limit, "offset": offset}
        where = "project = {project:UInt32}"
        if regex:
            where += " AND match(path, {regex:String})"
            params["regex"] = regex
        if types:
            where += " AND type IN {types:Array(UInt8)}"
            params["types"] = [int(type_) for type_ in types]
        if runs:
            where += (
                " AND (path_id, type) IN (SELECT path_id, type FROM run_attributes FINAL"
                " WHERE project = {project:UInt32} AND run IN {runs:Array(UInt64)})"
            )
            params["runs"] = [int(run) for run in runs]
        table = self._warehouse.query(
            f"SELECT path, type, count() OVER () AS total FROM attribute_names FINAL WHERE {where}"
            " ORDER BY path, type LIMIT {limit:UInt64} OFFSET {offset:UInt64}",
            params,
        )
        names = list(zip(table["path"].to_pylist(), map(AttributeType, table["type"].to_pylist()), strict=True))
        total = int(table["total"][0].as_py()) if names else 0
        more = offset + limit < total
        return NamesPage(names, total, encode_cursor("names", [offset + limit]) if more else None)

    def run_attributes(
        self,
        actor: Actor,
        project: ProjectRecord,
        run: RunRecord,
        *,
        prefix: str = "",
        regex: str = "",
        types: Sequence[AttributeType] = (),
        limit: int = 1000,
        cursor: str | None = None,
    ) -> tuple[list[RunAttribute], str | None]:
        """A run's attributes ordered by path, and a cursor for more.

        Parameters:
            prefix: only paths that begin so.
            regex: RE2, matched anywhere in the path.
        """
        require(actor, project, Permission.READ)
        if not 1 <= limit <= 10_000:
            raise InvalidInput("At most 10,000 attributes a request.")
        params: dict[str, object] = {"project": int(project.id), "run": int(run.key), "limit": limit + 1}
        where = ""
        for text, condition in ((prefix, "startsWith(path, {prefix:String})"), (regex, "match(path, {regex:String})")):
            if text:
                where += f" AND {condition}"
        params |= {"prefix": prefix, "regex": regex}
        if types:
            where += " AND a.type IN {types:Array(UInt8)}"
            params["types"] = [int(type_) for type_ in types]
        if cursor:
            where += " AND path > {after:String}"
            params["after"] = decode_cursor(cursor, "attributes", [""])[0]
        mine = "project = {project:UInt32} AND run = {run:UInt64}"
        table = self._warehouse.query(
            "SELECT path, a.path_id AS path_id, a.type AS type, number, int, string, strings"
            f" FROM (SELECT * FROM run_attributes FINAL WHERE {mine}) AS a"
            " INNER JOIN (SELECT path_id, type, any(path) AS path FROM attribute_names WHERE project = {project:UInt32}"
            f" AND path_id IN (SELECT path_id FROM run_attributes WHERE {mine}) GROUP BY path_id, type) AS n"
            f" ON a.path_id = n.path_id AND a.type = n.type WHERE 1 {where} ORDER BY path LIMIT {{limit:UInt64}}",
            params,
        )
        rows = table.to_pylist()
        next_cursor = encode_cursor("attributes", [rows[limit - 1]["path"]]) if len(rows) > limit else None
        rows = rows[:limit]
        summaries = self._summaries(project, run, rows)
        found = [
            RunAttribute(
                row["path"],
                AttributeType(row["type"]),
                None if row["type"] >= AttributeType.FLOAT_SERIES else _value(row),
                summaries.get(row["path_id"]),
            )
            for row in rows
        ]
        return found, next_cursor

    # The order of runs

    def _keys(
        self, project: ProjectRecord, tree: Query | None, sort: SortBy | None, offset: int, limit: int, trashed: bool
    ) -> tuple[list[RunKey], int]:
        """The run keys of a page, and how many runs match."""
        if tree is None and not trashed and offset + limit <= MAX_TABLE_PAGE:
            total = self._catalog.runs.count(project.id)
            top = self._ordered(project, sort, trashed, offset + limit)
            if len(top) >= min(offset + limit, total):
                return [RunKey(int(key)) for key in top[offset : offset + limit]], total
        cache_key = (project.id, to_nql(tree) if tree else "", sort, trashed, self._version(project.id))
        with self._orders.lock:
            order = self._orders.entries.get(cache_key)
        if order is None:
            order = self._ordered(project, sort, trashed, None) if tree is None else self._filtered(project, tree, sort, trashed)
            with self._orders.lock:
                self._orders.entries[cache_key] = order
                while len(self._orders.entries) > _CACHED_ORDERS:
                    self._orders.entries.popitem(last=False)
        return [RunKey(int(key)) for key in order[offset : offset + limit]], len(order)

    def _filtered(self, project: ProjectRecord, tree: Query, sort: SortBy | None, trashed: bool) -> NDArray[np.uint64]:
        """The run keys that match, in order."""
        import numpy as np

        params: dict[str, object] = {"project": int(project.id)}
        printer = QueryPrinter(params)
        matching = printer.bitmap(tree)
        for pattern in dict.fromkeys(printer.patterns):
            self._warehouse.query("SELECT match('', {pattern:String}) AS m", {"pattern": pattern})  # refuses a bad one
        if trashed:
            matching = f"bitmapAnd({matching}, {printer.bitmap(_IN_TRASH)})"
        elif self._catalog.runs.count(project.id, trashed=True):
            matching = f"bitmapAndnot({matching}, {printer.bitmap(_IN_TRASH)})"
        everything = f"SELECT arrayJoin(bitmapToArray({matching})) AS run ORDER BY run DESC"
        if sort is None:
            return np.asarray(self._warehouse.query(everything, params)["run"].to_numpy())
        source, order, value = self._source(project, sort)
        table = self._warehouse.query(
            f"WITH {matching} AS matching SELECT run, {value or '0'} AS v, bitmapCardinality(matching) AS total"
            f" FROM {source} AND bitmapContains(matching, run) ORDER BY {'run DESC' if value else f'{order}, run DESC'}",
            params,
        )
        found = np.asarray(table["run"].to_numpy())
        if value is not None:
            values = table["v"].to_numpy().astype(np.float64)
            # NaN sorts last in both directions; equal values keep the newest first.
            found = found[np.argsort(-values if sort.descending else values, kind="stable")]
        if len(found) and len(found) == table["total"][0].as_py():
            return found
        # Runs that lack the attribute come last.
        runs = np.asarray(self._warehouse.query(everything, params)["run"].to_numpy())
        return np.concatenate([found, runs[~np.isin(runs, found)]])

    def _ordered(self, project: ProjectRecord, sort: SortBy | None, trashed: bool, limit: int | None) -> NDArray[np.uint64]:
        """Run keys in the table's order: all of them, or at least the first *limit*."""
        import numpy as np

        params: dict[str, object] = {"project": int(project.id)}
        condition = self._visible(project, trashed)
        if sort is None:
            table = self._warehouse.query(f"{UNIVERSE}{condition} ORDER BY run DESC", params)
            return np.asarray(table["run"].to_numpy())
        end = "" if limit is None else f" LIMIT {int(limit)}"
        source, order, _ = self._source(project, sort)
        table = self._warehouse.query(f"SELECT run FROM {source}{condition} ORDER BY {order}, run DESC{end}", params)
        found = np.asarray(table["run"].to_numpy())
        if limit is not None and len(found) >= limit:
            return found
        # Runs that lack the attribute come last.
        missing = f"{UNIVERSE}{condition} AND run NOT IN (SELECT run FROM {source}) ORDER BY run DESC{end}"
        return np.concatenate([found, self._warehouse.query(missing, params)["run"].to_numpy()])

    def _source(self, project: ProjectRecord, sort: SortBy) -> tuple[str, str, str | None]:
        """Where the sorting attribute stands, the ORDER BY over it (NaN comes after all numbers), and the number that is
        sorted by, or None where texts decide.
        """
        attribute = sort.attribute
        path = path_id(check_path(attribute.path))
        type_ = attribute.type or self._type_of(project, path)
        direction = "DESC" if sort.descending else "ASC"
        where = f"WHERE project = {{project:UInt32}} AND path_id = {path}"
        if type_ is AttributeType.FLOAT_SERIES:
            value = AGGREGATES[attribute.aggregate or Aggregate.LAST]
            return f"float_summary_by_path FINAL {where}", f"isNaN({value}), {value} {direction}", value
        if type_ is not None and type_.is_series:
            raise InvalidInput(f"A {type_.label} such as '{attribute.path}' has no order.", hint="Sort by another column.")
        if attribute.type is not None:
            where += f" AND type = {int(attribute.type)}"
        source = f"attribute_values FINAL {where}"
        if type_ is AttributeType.STRING_SET:
            return source, f"arrayStringConcat(strings, ',') {direction}", None
        by_number = f"isNaN(number), number {direction}"
        if type_ in _STRING_TYPES or type_ is None:
            return source, f"{by_number}, string {direction}", None
        return source, by_number, "number"

    def _type_of(self, project: ProjectRecord, path: int) -> AttributeType | None:
        """The type to sort by when none was given: a float series if some run has one there, else a single type, else None."""
        table = self._warehouse.query(
            "SELECT DISTINCT type FROM attribute_names WHERE project = {project:UInt32} AND path_id = {path:UInt64}",
            {"project": int(project.id), "path": path},
        )
        types = [AttributeType(type_) for type_ in table["type"].to_pylist()]
        if AttributeType.FLOAT_SERIES in types:
            return AttributeType.FLOAT_SERIES
        return types[0] if len(types) == 1 else None

    def _visible(self, project: ProjectRecord, trashed: bool) -> str:
        in_trash = (
            "(SELECT run FROM attribute_values FINAL WHERE project = {project:UInt32}"
            f" AND path_id = {path_id('sys/trashed')} AND int = 1)"
        )
        if trashed:
            return f" AND run IN {in_trash}"
        return f" AND run NOT IN {in_trash}" if self._catalog.runs.count(project.id, trashed=True) else ""

    # The cells of a page

    def _rows(self, project: ProjectRecord, records: Sequence[RunRecord], columns: Sequence[Attribute]) -> list[TableRow]:
        always = [Attribute("sys/name", AttributeType.STRING), Attribute("sys/state", AttributeType.RUN_STATE)]
        cells = self._cells(project, records, [*always, *columns]) if records else {}
        now = now_ms()
        return [
            TableRow(
                run,
                str(cells.get((int(run.key), 0), "")),
                shown_state(str(cells.get((int(run.key), 1), "running")), run, now),
                [cells.get((int(run.key), index + 2)) for index in range(len(columns))],
            )
            for run in records
        ]

    def _cells(
        self, project: ProjectRecord, records: Sequence[RunRecord], columns: Sequence[Attribute]
    ) -> dict[tuple[int, int], object]:
        by_path: dict[int, list[int]] = {}
        for index, column in enumerate(columns):
            by_path.setdefault(path_id(check_path(column.path)), []).append(index)
        params: dict[str, object] = {
            "project": int(project.id),
            "runs": [int(run.key) for run in records],
            "paths": list(by_path),
        }
        where = "WHERE project = {project:UInt32} AND run IN {runs:Array(UInt64)} AND path_id IN {paths:Array(UInt64)}"
        cells: dict[tuple[int, int], object] = {}
        if any(column.type in (None, AttributeType.FLOAT_SERIES) for column in columns):
            aggregates = sorted({column.aggregate or Aggregate.LAST for column in columns})
            selected = ", ".join(f"{AGGREGATES[aggregate]} AS v_{aggregate.value}" for aggregate in aggregates)
            table = self._warehouse.query(f"SELECT run, path_id, {selected} FROM float_summary FINAL {where}", params)
            for row in table.to_pylist():
                for index in by_path[row["path_id"]]:
                    if columns[index].type in (None, AttributeType.FLOAT_SERIES):
                        aggregate = columns[index].aggregate or Aggregate.LAST
                        cells[row["run"], index] = row[f"v_{aggregate.value}"]
        if any(column.type is not AttributeType.FLOAT_SERIES for column in columns):
            table = self._warehouse.query(
                # Far cheaper than FINAL for a few rows out of many parts.
                "SELECT run, path_id, type, number, int, string, strings, is_deleted FROM run_attributes"
                f" {where} ORDER BY version DESC LIMIT 1 BY run, path_id",
                params,
            )
            for row in table.to_pylist():
                if row["is_deleted"] or row["type"] >= AttributeType.FLOAT_SERIES:
                    continue
                for index in by_path[row["path_id"]]:
                    if columns[index].type in (None, row["type"]):
                        cells[row["run"], index] = _value(row)
        if any(column.type is AttributeType.STRING_SERIES for column in columns):
            table = self._warehouse.query(
                "SELECT run, path_id, argMax(value, (step, timestamp, seq)) AS newest FROM string_points"
                f" {where} GROUP BY run, path_id",
                params,
            )
            for row in table.to_pylist():
                for index in by_path[row["path_id"]]:
                    if columns[index].type is AttributeType.STRING_SERIES:
                        cells[row["run"], index] = row["newest"]
        return cells

    def _summaries(self, project: ProjectRecord, run: RunRecord, rows: Sequence[dict[str, Any]]) -> dict[int, Summary]:
        found: dict[int, Summary] = {}
        floats = [row["path_id"] for row in rows if row["type"] == AttributeType.FLOAT_SERIES]
        base: dict[str, object] = {"project": int(project.id), "run": int(run.key)}
        where = "WHERE project = {project:UInt32} AND run = {run:UInt64} AND path_id IN {paths:Array(UInt64)}"
        if floats:
            selected = ", ".join(f"{sql} AS v_{aggregate.value}" for aggregate, sql in AGGREGATES.items())
            table = self._warehouse.query(
                f"SELECT path_id, finite AS n_finite, {selected} FROM float_summary FINAL {where}", base | {"paths": floats}
            )
            for row in table.to_pylist():
                some = row["n_finite"] > 0
                found[row["path_id"]] = Summary(
                    count=int(row["v_count"]),
                    last_step=row["v_last_step"],
                    last=row["v_last"],
                    first=row["v_first"],
                    min=row["v_min"] if some else None,
                    max=row["v_max"] if some else None,
                    average=row["v_average"] if some else None,
                    variance=row["v_variance"] if some else None,
                )
        for type_, name in _SERIES_TABLES.items():
            paths = [row["path_id"] for row in rows if row["type"] == type_]
            if not paths:
                continue
            newest = "argMax(substring(value, 1, 4096), (step, timestamp, seq))" if name == "string_points" else "NULL"
            table = self._warehouse.query(
                f"SELECT path_id, count() AS n, max(step) AS last_step, {newest} AS newest FROM {name} FINAL {where} GROUP BY path_id",
                base | {"paths": paths},
            )
            for row in table.to_pylist():
                found[row["path_id"]] = Summary(row["n"], row["last_step"] / 1e6, row["newest"])
        return found


_IN_TRASH: Final = Comparison(Attribute("sys/trashed", AttributeType.BOOL), Operator.EQ, True)

_SERIES_TABLES: Final = {
    AttributeType.STRING_SERIES: "string_points",
    AttributeType.HISTOGRAM_SERIES: "histogram_points",
    AttributeType.FILE_SERIES: "file_points",
}


def _value(row: dict[str, Any]) -> object:
    """A single value from its columns."""
    match AttributeType(row["type"]):
        case AttributeType.FLOAT:
            return row["number"]
        case AttributeType.INT:
            return row["int"]
        case AttributeType.BOOL:
            return bool(row["int"])
        case AttributeType.DATETIME:
            return _EPOCH + timedelta(milliseconds=row["int"])
        case AttributeType.STRING_SET:
            return frozenset(row["strings"])
        case AttributeType.FILE:
            return FileRef(*json.loads(row["string"]))
        case _:
            return row["string"]
