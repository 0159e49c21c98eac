"""Looking for runs and for names: the runs table, the pickers, a run's attributes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from trireme.domain.errors import InvalidInput
from trireme.domain.ids import RunKey
from trireme.domain.limits import MAX_NAMED_RUNS, MAX_PINNED_RUNS, MAX_TABLE_COLUMNS, MAX_TABLE_PAGE
from trireme.domain.permissions import Actor, Permission
from trireme.domain.project import ProjectRecord
from trireme.domain.query import And, Attribute, Comparison, Operator, Query, SortBy
from trireme.domain.run import RunRecord
from trireme.domain.types import AttributeType
from trireme.query.nql import parse_nql
from trireme.query.sql import AGGREGATES
from trireme.services.auth import require
from trireme.services.cells import CellReader, single_value
from trireme.services.cursor import decode_cursor, encode_cursor
from trireme.services.lineage import Lineages
from trireme.services.order import Question, RunOrders
from trireme.services.shown_states import STATE, is_state, shown_state
from trireme.storage.catalog.catalog import Catalog
from trireme.storage.catalog.clock import now_ms
from trireme.storage.warehouse.engine import Warehouse
from trireme.storage.warehouse.lineage import pieces, with_inherited


@dataclass(frozen=True, slots=True)
class TableRow:
    """A run and the values of the asked columns (None where it lacks the attribute)."""

    run: RunRecord
    name: str
    state: str
    values: list[object]

    @property
    def heard_at(self) -> int | None:
        """When a run that fell silent was heard of last, ms since 1970: as far as anybody knows it ran until then."""
        return self.run.heard_at if self.state in ("stale", "idle") else None


@dataclass(frozen=True, slots=True)
class TablePage:
    """Rows, the exact number of runs that match, the length of the whole table, and a cursor for what follows.

    Parameters:
        length: the runs that match and those that come first without matching.
    """

    rows: list[TableRow]
    total: int
    length: int
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


class SearchService:
    """Reads of tables and names. Every method authorises.

    Parameters:
        orders: what answers which runs match, and in which order.
    """

    def __init__(self, catalog: Catalog, warehouse: Warehouse, orders: RunOrders) -> None:
        self._catalog = catalog
        self._warehouse = warehouse
        self._orders = orders
        self._lineages = Lineages(catalog)
        self._cells = CellReader(warehouse, self._lineages)

    def table(
        self,
        actor: Actor,
        project: ProjectRecord,
        *,
        query: str = "",
        within: Sequence[Query] = (),
        columns: Sequence[Attribute] = (),
        sort: SortBy | None = None,
        limit: int = 50,
        offset: int = 0,
        cursor: str | None = None,
        trashed: bool = False,
        experiments: bool = False,
        runs: Sequence[RunKey] | None = None,
        first: Sequence[RunKey] = (),
    ) -> TablePage:
        """One page of a runs table.

        Parameters:
            query: NQL; "" for all runs.
            within: what the runs meet besides, e.g. `services.groups.member_of` for those of a group.
            sort: newest run first when None.
            cursor: from the page before; it takes the place of *offset*.
            experiments: only the newest run of each experiment.
            runs: only these; None for all.
            first: runs that come before all others, in this order, whether they match or not.

        Raises:
            InvalidQuery, InvalidInput: the query or a limit.
        """
        require(actor, project, Permission.READ)
        if not 1 <= limit <= MAX_TABLE_PAGE or len(columns) > MAX_TABLE_COLUMNS or not 0 <= offset < 1 << 31:
            raise InvalidInput(
                f"{limit:,} runs with {len(columns):,} columns were asked for.",
                hint=f"A page has 1 to {MAX_TABLE_PAGE:,} runs and at most {MAX_TABLE_COLUMNS} columns.",
            )
        if len(first) > MAX_PINNED_RUNS or len(runs or ()) > MAX_NAMED_RUNS:
            raise InvalidInput(
                f"{len(first):,} runs to come first and {len(runs or ()):,} runs to choose from were named.",
                hint=f"At most {MAX_PINNED_RUNS} come first, and a table is made of at most {MAX_NAMED_RUNS:,} named runs.",
            )
        if cursor:
            offset = decode_cursor(cursor, "table", [0])[0]
        pinned = self._present(project, first, trashed)
        tree = question_tree(query, within, experiments=experiments)
        if tree is None and sort is None and runs is None:
            records, total = self._newest(project, pinned, trashed, offset, limit)
            length = total
        else:
            question = Question(tree, sort, trashed, None if runs is None else tuple(runs))
            keys, total, length = self._orders.page(project, question, first=pinned, offset=offset, limit=limit)
            records = [run for run in self._catalog.runs.by_keys(keys) if run.project_id == project.id]
        rows = self._rows(project, records, columns)
        more = offset + limit < length
        return TablePage(rows, total, length, encode_cursor("table", [offset + limit]) if more else None)

    def _newest(
        self, project: ProjectRecord, first: Sequence[RunKey], trashed: bool, offset: int, limit: int
    ) -> tuple[list[RunRecord], int]:
        """A page of all runs, newest first, by the catalog alone; and how many there are."""
        records = self._catalog.runs.by_keys(first[offset : offset + limit])
        if len(records) < limit:
            rest, skip = limit - len(records), max(0, offset - len(first))
            records += self._catalog.runs.page(project.id, trashed=trashed, limit=rest, offset=skip, without=first)
        return records, self._catalog.runs.count(project.id, trashed=trashed)

    def _present(self, project: ProjectRecord, runs: Sequence[RunKey], trashed: bool) -> list[RunKey]:
        """Those of *runs* that a table of the project can have, each once."""
        records = self._catalog.runs.by_keys(list(dict.fromkeys(runs)))
        return [run.key for run in records if run.project_id == project.id and run.trashed == trashed]

    def find(
        self,
        actor: Actor,
        project: ProjectRecord,
        query: str,
        *,
        also: Query | None = None,
        sort: SortBy | None = None,
        limit: int,
        offset: int = 0,
        trashed: bool | None = None,
    ) -> tuple[list[RunRecord], int]:
        """Runs without their attributes, and how many match in all.

        Parameters:
            query: NQL; "" for all runs.
            also: a condition beside it.
            sort: newest run first when None.
            trashed: None finds runs in the trash and outside.

        Raises:
            InvalidQuery: the query cannot be understood, or does not fit its attributes.
        """
        require(actor, project, Permission.READ)
        tree = question_tree(query, () if also is None else (also,))
        keys, total, _ = self._orders.page(project, Question(tree, sort, trashed), offset=offset, limit=limit)
        return self._catalog.runs.by_keys(keys), total

    def find_everywhere(
        self,
        actor: Actor,
        projects: Sequence[ProjectRecord],
        query: str,
        *,
        also: Query | None = None,
        sort: SortBy | None = None,
        limit: int,
        offset: int = 0,
    ) -> tuple[list[tuple[ProjectRecord, RunRecord]], int]:
        """`find` over several projects, in one order: runs with their projects, in the trash and outside, and how many match in all."""
        tree = question_tree(query, () if also is None else (also,))
        found: list[tuple[ProjectRecord, list[RunKey]]] = []
        total = 0
        for project in projects:
            require(actor, project, Permission.READ)
            keys, count, _ = self._orders.page(project, Question(tree, sort, None), offset=0, limit=offset + limit)
            total += count
            found.append((project, keys))
        homes = {key: project for project, keys in found for key in keys}
        keys = self._orders.merged(found, sort)[offset : offset + limit]
        return [(homes[run.key], run) for run in self._catalog.runs.by_keys(keys)], total

    def keys(
        self, actor: Actor, project: ProjectRecord, *, query: str = "", trashed: bool = False, experiments: bool = False
    ) -> list[int]:
        """The keys of all runs that match, newest first.

        Raises:
            InvalidQuery: the query cannot be understood, or does not fit its attributes.
        """
        require(actor, project, Permission.READ)
        tree = question_tree(query, experiments=experiments)
        if tree is None:
            return self._catalog.runs.keys(project.id, trashed=trashed)
        found: list[int] = self._orders.whole(project, Question(tree, None, trashed)).tolist()
        return found

    def first_keys(
        self,
        actor: Actor,
        project: ProjectRecord,
        *,
        query: str = "",
        sort: SortBy | None = None,
        limit: int,
        trashed: bool = False,
        experiments: bool = False,
    ) -> tuple[list[RunKey], int]:
        """Keys of the first runs that match, in a table's order, and how many match in all. Parameters as `table`'s."""
        require(actor, project, Permission.READ)
        question = Question(question_tree(query, experiments=experiments), sort, trashed)
        found, total, _ = self._orders.page(project, question, offset=0, limit=limit)
        return found, total

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
        summaries, now = self._summaries(project, run, rows), now_ms()
        found = [
            RunAttribute(
                row["path"],
                AttributeType(row["type"]),
                None
                if row["type"] >= AttributeType.FLOAT_SERIES
                else shown_state(row["string"], run, now)
                if row["path"] == STATE
                else single_value(row),
                summaries.get(row["path_id"]),
            )
            for row in rows
        ]
        return found, next_cursor

    def _rows(self, project: ProjectRecord, records: Sequence[RunRecord], columns: Sequence[Attribute]) -> list[TableRow]:
        cells = self._cells.read(project, [run.key for run in records], [*_ALWAYS, *columns])
        now = now_ms()
        rows: list[TableRow] = []
        for run in records:
            state = shown_state(str(cells.get((int(run.key), 1), "running")), run, now)
            values = [
                state if is_state(column) else cells.get((int(run.key), index))
                for index, column in enumerate(columns, len(_ALWAYS))
            ]
            rows.append(TableRow(run, str(cells.get((int(run.key), 0)) or run.custom_run_id), state, values))
        return rows

    def _points_of(self, table: str, columns: str, runs: Sequence[RunKey]) -> str:
        """A subselect: points of *runs* at the paths asked for, inherited ones too."""
        where = "project = {project:UInt32} AND path_id IN {paths:Array(UInt64)}"
        return with_inherited(table, columns, where, pieces(self._lineages.forks(runs)))

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
            columns = "path_id, timestamp, seq" + (", value" if name == "string_points" else "")
            newest = "argMax(substring(value, 1, 4096), (step, timestamp, seq))" if name == "string_points" else "NULL"
            table = self._warehouse.query(
                f"SELECT path_id, count() AS n, max(step) AS last_step, {newest} AS newest"
                f" FROM {self._points_of(name, columns, [run.key])} GROUP BY path_id",
                base | {"paths": paths, "runs": [int(run.key)]},
            )
            for row in table.to_pylist():
                found[row["path_id"]] = Summary(row["n"], row["last_step"] / 1e6, row["newest"])
        return found


def question_tree(query: str, within: Sequence[Query] = (), *, experiments: bool = False) -> Query | None:
    """What runs meet: a query's text and conditions beside it; None when that is nothing.

    Raises:
        InvalidQuery: the text cannot be understood.
    """
    asked = parse_nql(query)
    parts = ([HEADS] if experiments else []) + list(within) + ([] if asked is None else [asked])
    return None if not parts else parts[0] if len(parts) == 1 else And(tuple(parts))


HEADS: Final = Comparison(Attribute("sys/experiment/is_head", AttributeType.BOOL), Operator.EQ, True)
"""Runs that are the newest of their experiment."""
_ALWAYS: Final = (Attribute("sys/name", AttributeType.STRING), Attribute("sys/state", AttributeType.RUN_STATE))

_SERIES_TABLES: Final = {
    AttributeType.STRING_SERIES: "string_points",
    AttributeType.HISTOGRAM_SERIES: "histogram_points",
    AttributeType.FILE_SERIES: "file_points",
}
