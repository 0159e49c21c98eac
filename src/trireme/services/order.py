"""Which runs match a question, and in which order: what tables, groups and exports go through."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from trireme.domain.errors import InvalidInput, InvalidQuery
from trireme.domain.ids import RunKey
from trireme.domain.limits import MAX_TABLE_PAGE
from trireme.domain.paths import check_path, path_id
from trireme.domain.project import ProjectRecord
from trireme.domain.query import Aggregate, Attribute, Comparison, Operator, Query, SortBy, attributes_of
from trireme.domain.records import MICRO
from trireme.domain.types import AttributeType
from trireme.query.nql import to_nql
from trireme.query.sql import AGGREGATES, UNIVERSE, QueryPrinter, visible_points
from trireme.services.changes import Changes
from trireme.services.shown_states import SHOWN_STATE, alive_runs, asks_for_state, is_state, with_shown_states
from trireme.storage.catalog.catalog import Catalog
from trireme.storage.warehouse.engine import Warehouse

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_CACHED: Final = 8
_STRING_TYPES: Final = frozenset({AttributeType.STRING, AttributeType.RUN_STATE})
_WHOLE_TYPES: Final = frozenset({AttributeType.INT, AttributeType.BOOL, AttributeType.DATETIME})
_IN_TRASH: Final = Comparison(Attribute("sys/trashed", AttributeType.BOOL), Operator.EQ, True)


@dataclass(frozen=True, slots=True)
class Question:
    """Which runs, in which order.

    Parameters:
        tree: what they meet; None for all.
        sort: newest run first when None.
        trashed: None asks for runs in the trash and outside.
        runs: only these; None for all.
    """

    tree: Query | None = None
    sort: SortBy | None = None
    trashed: bool | None = False
    runs: tuple[RunKey, ...] | None = None


@dataclass(slots=True)
class _Cache:
    """Orders of runs worked out lately, so that scrolling through a million runs costs one query."""

    entries: OrderedDict[tuple[object, ...], NDArray[np.uint64]] = field(default_factory=OrderedDict)
    lock: threading.Lock = field(default_factory=threading.Lock)


class RunOrders:
    """Answers questions with run keys. The caller has authorised.

    Parameters:
        changes: what was kept holds until the attributes change that it is made of.
    """

    def __init__(self, catalog: Catalog, warehouse: Warehouse, changes: Changes) -> None:
        self._catalog = catalog
        self._warehouse = warehouse
        self._changes = changes
        self._cache = _Cache()

    def page(
        self, project: ProjectRecord, question: Question, *, first: Sequence[RunKey] = (), offset: int, limit: int
    ) -> tuple[list[RunKey], int, int]:
        """The run keys of a page, how many runs match, and how many rows the whole table has.

        Parameters:
            first: runs of the project that come before all others, whether they match or not.

        Raises:
            InvalidQuery: a condition does not fit its attribute, or a regular expression is malformed.
        """
        import numpy as np

        stop = offset + limit + len(first)
        everything = question.tree is None and question.trashed is False and question.runs is None
        ahead = np.array(first, np.uint64)
        order, total = None, 0
        if everything and question.sort is not None and stop <= MAX_TABLE_PAGE:
            total = self._catalog.runs.count(project.id)
            top = self._ordered(project, question, stop)
            order = top if len(top) >= min(stop, total) else None
        if order is None:
            order = self.whole(project, question)
            total = len(order)
        extra = 0 if everything or not first else int(np.isin(ahead, order, invert=True).sum())
        if first:
            order = np.concatenate([ahead, order[np.isin(order, ahead, invert=True)]])
        return [RunKey(int(key)) for key in order[offset : offset + limit]], total, total + extra

    def whole(self, project: ProjectRecord, question: Question) -> NDArray[np.uint64]:
        """All run keys in order; kept until it changes. Raises as `page` does."""
        key = self.identity(project, question)
        with self._cache.lock:
            order = self._cache.entries.get(key)
            if order is not None:
                self._cache.entries.move_to_end(key)
        if order is None:
            order = self._ordered(project, question, None) if question.tree is None else self._filtered(project, question)
            with self._cache.lock:
                self._cache.entries[key] = order
                while len(self._cache.entries) > _CACHED:
                    self._cache.entries.popitem(last=False)
        return order

    def identity(self, project: ProjectRecord, question: Question, by: Attribute | None = None) -> tuple[object, ...]:
        """Equal for questions that have the same answer: what they ask about did not change in between.

        Parameters:
            by: what the answer's runs are grouped by.
        """
        text = to_nql(question.tree) if question.tree else ""
        sort = question.sort
        asked = [each for each in (by, sort and sort.attribute) if each]
        told = asks_for_state(question.tree) or any(map(is_state, asked))
        asked += attributes_of(question.tree) if question.tree else ()
        changed = self._changes.last_of_paths(
            project.id,
            {path_id(path) for path in ("sys/id", "sys/trashed", *(each.path for each in asked))},
            points=any(each.type is None or each.type.is_series for each in asked),
        )
        # A state changes without any commit: with time.
        alive = alive_runs(self._catalog, project) if told else ()
        return project.id, text, sort, question.trashed, question.runs, by, changed, alive

    def source(
        self, project: ProjectRecord, attribute: Attribute, type_: AttributeType | None, params: dict[str, object]
    ) -> tuple[str, str]:
        """What follows FROM to read *attribute*, of *type_* where known, of all runs of ``{project}``, ending in a WHERE; and the number there.

        A run's state is the one that is shown.

        Parameters:
            params: takes what the source binds.
        """
        source, number = _source_of(attribute, type_)
        if not is_state(attribute):
            return source, number
        params["alive"] = [int(run) for run in alive_runs(self._catalog, project)]
        return f"(SELECT run, type, number, int, strings, {SHOWN_STATE} AS string FROM {source}) WHERE 1", number

    def type_of(self, project: ProjectRecord, path: str) -> AttributeType | None:
        """The type to read a path as when none was given: a float series if some run has one there, else a single type, else None."""
        table = self._warehouse.query(
            "SELECT DISTINCT type FROM attribute_names WHERE project = {project:UInt32} AND path_id = {path:UInt64}",
            {"project": int(project.id), "path": path_id(check_path(path))},
        )
        types = [AttributeType(type_) for type_ in table["type"].to_pylist()]
        if AttributeType.FLOAT_SERIES in types:
            return AttributeType.FLOAT_SERIES
        return types[0] if len(types) == 1 else None

    def visible(self, project: ProjectRecord, trashed: bool | None) -> str:
        """A condition on ``run``, beginning with AND; empty where it would hold for all."""
        if trashed is None:
            return ""
        in_trash = (
            "(SELECT run FROM attribute_values FINAL WHERE project = {project:UInt32}"
            f" AND path_id = {path_id('sys/trashed')} AND int = 1)"
        )
        if trashed:
            return f" AND run IN {in_trash}"
        return f" AND run NOT IN {in_trash}" if self._catalog.runs.count(project.id, trashed=True) else ""

    def merged(self, found: Sequence[tuple[ProjectRecord, Sequence[RunKey]]], sort: SortBy | None) -> list[RunKey]:
        """Runs of several projects in one order: by *sort*, or the newest first."""
        newest = sorted((key for _, keys in found for key in keys), reverse=True)
        if sort is None:
            return newest
        values: dict[int, tuple[float | str, ...]] = {}
        for project, keys in found:
            values |= self._sorted_by(project, sort, keys) if keys else {}
        present = [key for key in newest if key in values]
        for column in reversed(
            range(max(map(len, values.values()), default=0))
        ):  # the sort is stable: the last column goes first
            column_of = {key: values[key][column] for key in present}
            nan = {key for key, value in column_of.items() if value != value}
            present.sort(key=lambda key: column_of[key] if key not in nan else 0.0, reverse=sort.descending)
            present.sort(key=lambda key: key in nan)
        return present + [key for key in newest if key not in values]

    def _sorted_by(self, project: ProjectRecord, sort: SortBy, runs: Sequence[RunKey]) -> dict[int, tuple[float | str, ...]]:
        """What runs of a project are sorted by; those that lack the attribute are left out."""
        params: dict[str, object] = {"project": int(project.id), "runs": [int(run) for run in runs]}
        source, _, value = self._source(project, sort, params)
        type_ = sort.attribute.type or self.type_of(project, sort.attribute.path)
        columns = [value or "number", "string"]
        if type_ is AttributeType.STRING_SET:
            columns = ["arrayStringConcat(strings, ',')"]
        elif type_ in _STRING_TYPES and sort.by_text:
            columns = ["string"]
        elif value is not None or (type_ is not None and type_ not in _STRING_TYPES):
            columns = columns[:1]
        selected = ", ".join(f"{column} AS c{n}" for n, column in enumerate(columns))
        table = self._warehouse.query(f"SELECT run, {selected} FROM {source} AND run IN {{runs:Array(UInt64)}}", params)
        read = (table[f"c{n}"].to_pylist() for n in range(len(columns)))
        return dict(zip(table["run"].to_pylist(), zip(*read, strict=True), strict=True))

    def _filtered(self, project: ProjectRecord, question: Question) -> NDArray[np.uint64]:
        """The run keys that match, in order."""
        import numpy as np

        assert question.tree is not None
        params: dict[str, object] = {"project": int(project.id)}
        printer = QueryPrinter(params)
        matching = printer.bitmap(with_shown_states(question.tree, lambda: alive_runs(self._catalog, project)))
        check_patterns(self._warehouse, printer)
        if question.trashed:
            matching = f"bitmapAnd({matching}, {printer.bitmap(_IN_TRASH)})"
        elif question.trashed is False and self._catalog.runs.count(project.id, trashed=True):
            matching = f"bitmapAndnot({matching}, {printer.bitmap(_IN_TRASH)})"
        if question.runs is not None:
            matching = f"bitmapAnd({matching}, bitmapBuild({{runs:Array(UInt64)}}))"
            params["runs"] = [int(run) for run in question.runs]
        everything = f"SELECT arrayJoin(bitmapToArray({matching})) AS run ORDER BY run DESC"
        if question.sort is None:
            return np.asarray(self._warehouse.query(everything, params)["run"].to_numpy())
        source, order, value = self._source(project, question.sort, params)
        table = self._warehouse.query(
            f"WITH {matching} AS matching SELECT run, {value or '0'} AS v, bitmapCardinality(matching) AS total"
            f" FROM {source} AND bitmapContains(matching, run) ORDER BY {'run DESC' if value else f'{order}, run DESC'}",
            params,
        )
        found = np.asarray(table["run"].to_numpy())
        if value is not None:
            values = table["v"].to_numpy()
            # NaN sorts last in both directions; equal values keep the newest first.
            found = found[np.argsort(-values if question.sort.descending else values, kind="stable")]
        if len(found) and len(found) == table["total"][0].as_py():
            return found
        # Runs that lack the attribute come last.
        runs = np.asarray(self._warehouse.query(everything, params)["run"].to_numpy())
        return np.concatenate([found, runs[~np.isin(runs, found)]])

    def _ordered(self, project: ProjectRecord, question: Question, limit: int | None) -> NDArray[np.uint64]:
        """Run keys in the table's order, without a filter: all of them, or at least the first *limit*."""
        import numpy as np

        params: dict[str, object] = {"project": int(project.id)}
        condition = self.visible(project, question.trashed)
        if question.runs is not None:
            condition += " AND run IN {runs:Array(UInt64)}"
            params["runs"] = [int(run) for run in question.runs]
        if question.sort is None:
            table = self._warehouse.query(f"{UNIVERSE}{condition} ORDER BY run DESC", params)
            return np.asarray(table["run"].to_numpy())
        end = "" if limit is None else f" LIMIT {int(limit)}"
        source, order, _ = self._source(project, question.sort, params)
        table = self._warehouse.query(f"SELECT run FROM {source}{condition} ORDER BY {order}, run DESC{end}", params)
        found = np.asarray(table["run"].to_numpy())
        if limit is not None and len(found) >= limit:
            return found
        # Runs that lack the attribute come last.
        missing = f"{UNIVERSE}{condition} AND run NOT IN (SELECT run FROM {source}) ORDER BY run DESC{end}"
        return np.concatenate([found, self._warehouse.query(missing, params)["run"].to_numpy()])

    def _source(self, project: ProjectRecord, sort: SortBy, params: dict[str, object]) -> tuple[str, str, str | None]:
        """Where the sorting attribute stands, the ORDER BY over it (NaN comes after all numbers), and the number that is
        sorted by, or None where texts decide.
        """
        attribute = sort.attribute
        type_ = attribute.type or self.type_of(project, attribute.path)
        direction = "DESC" if sort.descending else "ASC"
        if type_ is not None and type_.is_series and type_ is not AttributeType.FLOAT_SERIES:
            raise InvalidInput(f"A {type_.label} such as '{attribute.path}' has no order.", hint="Sort by another column.")
        source, value = self.source(project, attribute, type_, params)
        if type_ is AttributeType.FLOAT_SERIES:
            return source, f"isNaN({value}), {value} {direction}", value
        if type_ is AttributeType.STRING_SET:
            return source, f"arrayStringConcat(strings, ',') {direction}", None
        if type_ in _WHOLE_TYPES:  # beyond 2^53 floats are not exact
            return source, f"int {direction}", "int"
        by_number = f"isNaN(number), number {direction}"
        if type_ is AttributeType.RUN_STATE or (type_ in _STRING_TYPES and sort.by_text):
            return source, f"string {direction}", None
        if type_ in _STRING_TYPES or type_ is None:
            return source, f"{by_number}, string {direction}", None
        return source, by_number, value


def _source_of(attribute: Attribute, type_: AttributeType | None) -> tuple[str, str]:
    """What `RunOrders.source` says, as it is stored."""
    path = path_id(check_path(attribute.path))
    where = f"project = {{project:UInt32}} AND path_id = {path}"
    if type_ is AttributeType.FLOAT_SERIES and attribute.at_step is not None:
        points = visible_points(
            "float_points", "timestamp, seq, value", f"{where} AND preview = 0 AND step <= {round(attribute.at_step * MICRO)}"
        )
        return f"(SELECT run, argMax(value, (step, timestamp, seq)) AS v FROM {points} GROUP BY run) WHERE 1", "v"
    if type_ is AttributeType.FLOAT_SERIES:
        return f"float_summary_by_path FINAL WHERE {where}", AGGREGATES[attribute.aggregate or Aggregate.LAST]
    if attribute.type is not None:
        where += f" AND type = {int(attribute.type)}"
    return f"attribute_values FINAL WHERE {where}", "number"


def check_patterns(warehouse: Warehouse, printer: QueryPrinter) -> None:
    """Refuse malformed regular expressions, which the engine notices only when it meets a row.

    Raises:
        InvalidQuery: with the expression's position in the query.
    """
    for pattern, position in printer.patterns.items():
        try:
            warehouse.query("SELECT match('', {pattern:String}) AS m", {"pattern": pattern})
        except InvalidQuery as error:
            raise InvalidQuery(error.message, hint=error.hint, position=position) from error
