"""Runs in an order of several keys, over one project or many: for protocols whose clients ask so."""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from trireme.domain.ids import RunKey
from trireme.domain.paths import path_id
from trireme.domain.permissions import Actor, Permission
from trireme.domain.project import ProjectRecord
from trireme.domain.query import Aggregate, And, Attribute, Comparison, Not, Operator, Query
from trireme.domain.types import AttributeType
from trireme.query.sql import AGGREGATES, ALL_RUNS, QueryPrinter
from trireme.services.auth import require
from trireme.services.order import check_patterns
from trireme.services.shown_states import SHOWN_STATE, STATE, alive_runs, with_shown_states
from trireme.storage.catalog.catalog import Catalog
from trireme.storage.warehouse.engine import Warehouse


class Kind(Enum):
    """What a key of an order is read from."""

    METRIC = "metric"
    """The last value of a float series: numbers first, then NaN, then runs without, in both directions."""
    TEXT = "text"
    """A single value as a text."""
    TIME = "time"
    """A datetime."""
    END = "end"
    """When the run ended."""
    RUN = "run"
    """The run's key."""


@dataclass(frozen=True, slots=True)
class Rank:
    """One key of an order. Runs without it come last in both directions.

    Parameters:
        paths: where it may stand; the first one that a run has counts.
        texts: what a text is sorted as, where that is not itself; of states, of the one that is shown.
    """

    kind: Kind
    paths: Sequence[str] = ()
    ascending: bool = True
    texts: Mapping[str, str] | None = None


NEWEST: Final = (
    Rank(Kind.TIME, ("sys/creation_time",), ascending=False),
    Rank(Kind.TEXT, ("sys/custom_run_id",)),
    Rank(Kind.RUN),
)
"""What decides among equals: the run that began last, then its custom id, then its key."""
_TRASHED: Final = Comparison(Attribute("sys/trashed", AttributeType.BOOL), Operator.EQ, True)


class RankingService:
    """Finds runs. Every method authorises."""

    def __init__(self, catalog: Catalog, warehouse: Warehouse) -> None:
        self._catalog = catalog
        self._warehouse = warehouse

    def find(
        self,
        actor: Actor,
        wanted: Sequence[tuple[ProjectRecord, Query | None]],
        order: Sequence[Rank],
        *,
        offset: int,
        limit: int,
        trashed: bool | None = False,
    ) -> list[tuple[ProjectRecord, RunKey]]:
        """A page of the runs that match.

        Parameters:
            wanted: the projects, with what their runs must meet; None for all runs.
            trashed: those in the trash; None for both.

        Raises:
            InvalidQuery: a condition does not fit its attribute.
        """
        ranks = [*order, *NEWEST]
        streams = []
        for project, query in wanted:
            require(actor, project, Permission.READ)
            rows = self._rows(project, query, ranks, 0 if len(wanted) > 1 else offset, offset + limit, trashed)
            streams.append([(_place(row, ranks), project, RunKey(row["run"])) for row in rows])
        if len(streams) == 1:
            return [(project, run) for _, project, run in streams[0][:limit]]
        merged = heapq.merge(*streams, key=lambda entry: entry[0])
        return [(project, run) for _, project, run in list(merged)[offset : offset + limit]]

    def custom_ids(self, actor: Actor, project: ProjectRecord) -> dict[RunKey, str]:
        """The custom ids of all runs of a project, trashed ones too."""
        require(actor, project, Permission.READ)
        table = self._warehouse.query(
            "SELECT run, string FROM attribute_values FINAL WHERE project = {project:UInt32} AND path_id = {path:UInt64}",
            {"project": int(project.id), "path": path_id("sys/custom_run_id")},
        )
        return {RunKey(run): custom for run, custom in zip(table["run"].to_pylist(), table["string"].to_pylist(), strict=True)}

    def ends(self, actor: Actor, project: ProjectRecord) -> dict[RunKey, int]:
        """When the runs of a project ended that did, in ms since 1970."""
        require(actor, project, Permission.READ)
        table = self._warehouse.query(_source(Rank(Kind.END)), {"project": int(project.id)})
        return {RunKey(run): end for run, end in zip(table["run"].to_pylist(), table["v"].to_pylist(), strict=True)}

    def _rows(
        self, project: ProjectRecord, query: Query | None, ranks: Sequence[Rank], offset: int, stop: int, trashed: bool | None
    ) -> list[dict[str, Any]]:
        params: dict[str, object] = {"project": int(project.id)}
        printer = QueryPrinter(params)
        operands = [] if query is None else [with_shown_states(query, lambda: alive_runs(self._catalog, project))]
        if any(STATE in rank.paths for rank in ranks):
            params["alive"] = [int(run) for run in alive_runs(self._catalog, project)]
        if trashed is not None:
            operands.append(_TRASHED if trashed else Not(_TRASHED))
        matching = printer.bitmap(And(tuple(operands))) if operands else ALL_RUNS
        check_patterns(self._warehouse, printer)
        joins, columns, by = "", ["run"], []
        for number, rank in enumerate(ranks):
            if rank.kind is Kind.RUN:
                by.append(f"run {'ASC' if rank.ascending else 'DESC'}")
                continue
            column = f"v{number}"
            joins += f" LEFT JOIN (SELECT run, toNullable(v) AS v FROM ({_source(rank)})) AS s{number} ON r.run = s{number}.run"
            columns.append(f"s{number}.v AS {column}")
            by.append(f"isNull({column}), {_order(rank, column)}")
        table = self._warehouse.query(
            f"SELECT r.run AS {', '.join(columns)} FROM (SELECT arrayJoin(bitmapToArray({matching})) AS run) AS r{joins}"
            f" ORDER BY {', '.join(by)} LIMIT {int(stop - offset)} OFFSET {int(offset)}",
            params,
        )
        found: list[dict[str, Any]] = table.to_pylist()
        return found


def _source(rank: Rank) -> str:
    """A subselect: run and ``v``, the value to sort by."""
    where = "project = {project:UInt32} AND path_id"
    paths = ", ".join(str(path_id(path)) for path in rank.paths)
    if rank.kind is Kind.METRIC:
        return f"SELECT run, {AGGREGATES[Aggregate.LAST]} AS v FROM float_summary_by_path FINAL WHERE {where} IN ({paths})"
    if rank.kind is Kind.TIME:
        return f"SELECT run, int AS v FROM attribute_values FINAL WHERE {where} IN ({paths})"
    if rank.kind is Kind.END:
        return (
            "SELECT b.run AS run, b.int + toInt64(round(d.number * 1000)) AS v"
            f" FROM (SELECT run, int FROM attribute_values FINAL WHERE {where} = {path_id('sys/creation_time')}) AS b"
            f" INNER JOIN (SELECT run, number FROM attribute_values FINAL WHERE {where} = {path_id('sys/running_time_seconds')}) AS d"
            " ON b.run = d.run"
        )
    text = f"multiIf(type = {int(AttributeType.FLOAT)}, toString(number), type IN ({int(AttributeType.INT)},"
    text += f" {int(AttributeType.BOOL)}, {int(AttributeType.DATETIME)}), toString(int), string)"
    if rank.texts:
        pairs = [", ".join(f"'{word}'" for word in words) for words in (rank.texts, rank.texts.values())]
        shown = SHOWN_STATE if STATE in rank.paths else "string"
        text = f"transform({shown}, [{pairs[0]}], [{pairs[1]}], {shown})"
    if len(rank.paths) == 1:  # a run has one value of a path: nothing to choose from
        return f"SELECT run, {text} AS v FROM attribute_values FINAL WHERE {where} IN ({paths})"
    first = f"indexOf([{paths}], path_id)"
    return f"SELECT run, {text} AS v FROM attribute_values FINAL WHERE {where} IN ({paths}) ORDER BY {first} LIMIT 1 BY run"


def _order(rank: Rank, column: str) -> str:
    direction = "ASC" if rank.ascending else "DESC"
    return f"isNaN({column}), {column} {direction}" if rank.kind is Kind.METRIC else f"{column} {direction}"


class _Reversed:
    """Sorts the other way round."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def __lt__(self, other: _Reversed) -> bool:
        return bool(other.value < self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Reversed) and bool(self.value == other.value)

    def __hash__(self) -> int:
        return hash(self.value)


def _place(row: Mapping[str, Any], ranks: Sequence[Rank]) -> tuple[Any, ...]:
    """Where a row stands among those of other projects, as the warehouse orders it within its own."""
    place: list[Any] = []
    for number, rank in enumerate(ranks):
        value = row["run"] if rank.kind is Kind.RUN else row[f"v{number}"]
        if value is None:
            place += [2, 0]
        elif value != value:
            place += [1, 0]
        else:
            place += [0, value if rank.ascending else _Reversed(value)]
    return tuple(place)
