"""Runs in an order of several keys, over one project or many: for protocols whose clients ask so."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, Final

from trireme.domain.ids import RunKey
from trireme.domain.paths import path_id
from trireme.domain.permissions import Actor, Permission
from trireme.domain.project import ProjectRecord
from trireme.domain.query import Aggregate, And, Attribute, Comparison, Exists, Not, OneOf, Operator, Or, Query
from trireme.domain.types import AttributeType
from trireme.query.sql import AGGREGATES, UNIVERSE, QueryPrinter
from trireme.services.auth import require
from trireme.services.kept import KeptColumns
from trireme.services.order import check_patterns
from trireme.services.shown_states import SHOWN_STATE, STATE, alive_runs, with_shown_states
from trireme.storage.catalog.catalog import Catalog
from trireme.storage.warehouse.engine import Warehouse

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray


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
_END: Final = ("sys/creation_time", "sys/running_time_seconds")
_COMPARE: Final[Mapping[Operator, Callable[[Any, float], Any]]] = {
    Operator.GT: operator.gt, Operator.GE: operator.ge, Operator.LT: operator.lt, Operator.LE: operator.le,
}  # fmt: skip
"""Thresholds are what people try one after the other: they cost no read."""
_TRASHED: Final = Comparison(Attribute("sys/trashed", AttributeType.BOOL), Operator.EQ, True)


class RankingService:
    """Finds runs. Every method authorises.

    Each condition and each key of an order is read on its own and kept until its attribute changes in some run; what is asked in
    ever new combinations is put together here, on arrays of run keys.
    """

    def __init__(self, catalog: Catalog, warehouse: Warehouse, columns: KeptColumns) -> None:
        self._catalog = catalog
        self._warehouse = warehouse
        self._columns = columns

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
        import numpy as np

        matching: list[NDArray[np.uint64]] = []
        for project, query in wanted:
            require(actor, project, Permission.READ)
            matching.append(self._matching(project, query, trashed))
        projects = [project for project, _ in wanted]
        runs = np.concatenate([*matching, np.empty(0, np.uint64)])
        homes = np.repeat(np.arange(len(projects)), [len(found) for found in matching])
        page = self._first(projects, runs, homes, [*order, *NEWEST], offset + limit)[offset:]
        return [(projects[home], RunKey(run)) for run, home in zip(runs[page].tolist(), homes[page].tolist(), strict=True)]

    def custom_ids(self, actor: Actor, project: ProjectRecord) -> dict[RunKey, str]:
        """The custom ids of all runs of a project, trashed ones too."""
        require(actor, project, Permission.READ)
        return self._pairs(project, Rank(Kind.TEXT, ("sys/custom_run_id",)))

    def ends(self, actor: Actor, project: ProjectRecord) -> dict[RunKey, int]:
        """When the runs of a project ended that did, in ms since 1970."""
        require(actor, project, Permission.READ)
        return self._pairs(project, Rank(Kind.END))

    def _pairs(self, project: ProjectRecord, rank: Rank) -> dict[RunKey, Any]:
        table = self._column(project, rank)
        return dict(zip(map(RunKey, table["run"].to_pylist()), table["v"].to_pylist(), strict=True))

    def _column(self, project: ProjectRecord, rank: Rank) -> pa.Table:
        """What runs have of a key of an order: ``run``, rising, and ``v``."""
        params: dict[str, object] = {"project": int(project.id)}
        if STATE in rank.paths:
            params["alive"] = [int(run) for run in alive_runs(self._catalog, project)]
        sql = f"SELECT run, v FROM ({_source(rank)}) ORDER BY run"
        paths = map(path_id, _END if rank.kind is Kind.END else rank.paths)
        return self._columns.read(project.id, sql, params, paths=paths, points=rank.kind is Kind.METRIC)

    # Conditions: sets of run keys, as rising arrays.

    def _matching(self, project: ProjectRecord, query: Query | None, trashed: bool | None) -> NDArray[np.uint64]:
        operands = [] if query is None else [with_shown_states(query, lambda: alive_runs(self._catalog, project))]
        if trashed is not None:
            operands.append(_TRASHED if trashed else Not(_TRASHED))
        return self._runs(project, And(tuple(operands))) if operands else self._everything(project)

    def _runs(self, project: ProjectRecord, query: Query) -> NDArray[np.uint64]:
        import numpy as np

        match query:
            case And(operands):
                refused = [operand.operand for operand in operands if isinstance(operand, Not)]
                asked = [operand for operand in operands if not isinstance(operand, Not)]
                found = [self._runs(project, operand) for operand in asked] or [self._everything(project)]
                found.sort(key=len)
                both = found[0]
                for other in found[1:]:
                    both = both[_is_in(both, other)]
                for operand in refused:
                    both = both[~_is_in(both, self._runs(project, operand))]
                return both
            case Not(operand):
                return self._runs(project, And((query,)))
            case Or(operands):
                # Conditions on one path are read together, however many they are.
                leaves = tuple(operand for operand in operands if isinstance(operand, Comparison | Exists))
                others = [self._runs(project, operand) for operand in operands if not isinstance(operand, Comparison | Exists)]
                return np.unique(np.concatenate([*others, *([self._read(project, *leaves)] if leaves else [])]))
            case OneOf(runs):
                return np.intersect1d(np.array(runs, np.uint64), self._everything(project))
            case Comparison(Attribute(path, AttributeType.FLOAT_SERIES, at_step=None, aggregate=None | Aggregate.LAST)) if (
                query.operator in _COMPARE and isinstance(query.value, float)
            ):
                column = self._column(project, Rank(Kind.METRIC, (path,)))
                holds = _COMPARE[query.operator](column["v"].to_numpy(), query.value)
                return np.asarray(column["run"].to_numpy()[holds])
            case _:
                return self._read(project, query)

    def _read(self, project: ProjectRecord, *leaves: Comparison | Exists) -> NDArray[np.uint64]:
        """The runs that one of *leaves* holds for."""
        import numpy as np

        params: dict[str, object] = {"project": int(project.id)}
        printer = QueryPrinter(params)
        sql = f"SELECT arrayJoin(bitmapToArray({printer.bitmap(Or(leaves))})) AS run ORDER BY run"
        check_patterns(self._warehouse, printer)
        asked = [leaf.attribute for leaf in leaves]
        paths = [path_id(path) for path in ("sys/id", *(attribute.path for attribute in asked))]
        points = any(attribute.type is None or attribute.type.is_series for attribute in asked)
        return np.asarray(self._columns.read(project.id, sql, params, paths=paths, points=points)["run"].to_numpy())

    def _everything(self, project: ProjectRecord) -> NDArray[np.uint64]:
        import numpy as np

        params: dict[str, object] = {"project": int(project.id)}
        table = self._columns.read(project.id, f"{UNIVERSE} ORDER BY run", params, paths=[path_id("sys/id")], points=False)
        return np.asarray(table["run"].to_numpy())

    # Orders

    def _first(
        self,
        projects: Sequence[ProjectRecord],
        runs: NDArray[np.uint64],
        homes: NDArray[np.int64],
        ranks: Sequence[Rank],
        count: int,
    ) -> NDArray[np.int64]:
        """The positions of the first *count* of *runs*, in order."""
        import numpy as np

        chosen = np.arange(len(runs))
        places = chosen
        keys: list[NDArray[Any]] = []  # what decides first comes first
        for rank in ranks:
            group, value = self._keys(projects, runs[chosen], homes[chosen], rank)
            if not keys:
                kept = _within(group, value, count)
                chosen, group, value = chosen[kept], group[kept], value[kept]
            keys += [group, value]
            places = np.lexsort(keys[::-1])
            if not _has_ties([key[places[: count + 1]] for key in keys]):
                break
        return chosen[places[:count]]

    def _keys(
        self, projects: Sequence[ProjectRecord], runs: NDArray[np.uint64], homes: NDArray[np.int64], rank: Rank
    ) -> tuple[NDArray[np.int8], NDArray[Any]]:
        """What sorts *runs*, rising: 0 where there is a value, 1 for NaN, 2 for nothing; then the value."""
        import numpy as np

        group = np.zeros(len(runs), np.int8)
        if rank.kind is Kind.RUN:
            value = runs.astype(np.int64)
            return group, value if rank.ascending else -value
        group[:] = 2
        value = np.zeros(len(runs), np.float64 if rank.kind is Kind.METRIC else np.int64)
        texts: list[pa.Array] = []
        owners: list[NDArray[np.int64]] = []
        for home, project in enumerate(projects):
            mine = np.flatnonzero(homes == home)
            column = self._column(project, rank)
            known = column["run"].to_numpy()
            here = _is_in(runs[mine], known)
            mine = mine[here]
            rows = np.searchsorted(known, runs[mine])
            group[mine] = 0
            if rank.kind is Kind.TEXT:
                texts.append(column["v"].combine_chunks().take(rows))
                owners.append(mine)
            else:
                value[mine] = column["v"].to_numpy()[rows]
        if texts:
            value[np.concatenate(owners)] = _numbered(texts)
        if rank.kind is Kind.METRIC:
            nan = np.isnan(value)
            group[nan], value[nan] = 1, 0
        return group, value if rank.ascending else -value


def _is_in(some: NDArray[np.uint64], others: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """For each of *some* whether it is among *others*, which rise."""
    import numpy as np

    if not len(others):
        return np.zeros(len(some), np.bool_)
    return np.asarray(others[np.minimum(np.searchsorted(others, some), len(others) - 1)] == some)


def _within(group: NDArray[np.int8], value: NDArray[Any], count: int) -> NDArray[np.bool_]:
    """Those that may be among the first *count*: to sort a million for a page of a hundred would be wasted."""
    import numpy as np

    valued = group == 0
    if int(valued.sum()) <= count:
        return np.ones(len(group), np.bool_)
    return valued & (value <= np.partition(value[valued], count - 1)[count - 1])


def _has_ties(keys: Sequence[NDArray[Any]]) -> bool:
    """Whether two that follow each other are equal in all of *keys*."""
    import numpy as np

    return bool(np.logical_and.reduce([key[1:] == key[:-1] for key in keys]).any())


def _numbered(texts: Sequence[pa.Array]) -> NDArray[np.int64]:
    """Texts as numbers of the same order."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    encoded = pa.chunked_array(texts).combine_chunks().dictionary_encode()
    places = np.empty(len(encoded.dictionary), np.int64)
    places[pc.call_function("array_sort_indices", [encoded.dictionary]).to_numpy()] = np.arange(len(places))
    return places[encoded.indices.to_numpy()]


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
