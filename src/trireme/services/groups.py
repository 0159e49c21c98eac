"""Runs grouped by what they have in common, with what the groups' numbers come to."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from trireme.domain.errors import InvalidInput
from trireme.domain.ids import RunKey
from trireme.domain.limits import MAX_TABLE_COLUMNS, MAX_TABLE_PAGE
from trireme.domain.permissions import Actor, Permission
from trireme.domain.project import ProjectRecord
from trireme.domain.query import Attribute, Comparison, Exists, Not, Operator, Query
from trireme.domain.types import AttributeType
from trireme.services.auth import require
from trireme.services.order import Question, RunOrders
from trireme.services.value_keys import KEY, SERIES_KEY, value_of
from trireme.storage.warehouse.engine import Warehouse

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

_CACHED: Final = 4
_FEW_RUNS: Final = 50_000
"""Up to here only these runs' values are read; beyond, reading all of them is cheaper."""
_NUMBERS: Final = frozenset({AttributeType.FLOAT, AttributeType.INT, AttributeType.FLOAT_SERIES})
_UNGROUPABLE: Final = frozenset(
    {AttributeType.FILE, AttributeType.ARTIFACT, *(type_ for type_ in AttributeType if type_.is_series)}
) - {AttributeType.FLOAT_SERIES}


@dataclass(frozen=True, slots=True)
class Statistics:
    """Of the finite values that a group's runs have in a column; mean to max are None when there are none."""

    count: int
    mean: float | None = None
    min: float | None = None
    max: float | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Runs with the same value.

    Parameters:
        type, value: both None for the runs that lack the attribute.
        runs: how many.
        first: the first of them in the table's order.
        cells: one per asked column; None where the column has no numbers.
    """

    type: AttributeType | None
    value: object
    runs: int
    first: RunKey
    cells: list[Statistics | None]


@dataclass(frozen=True, slots=True)
class GroupPage:
    """Groups by their first run's place in the table, runs without a value last; how many groups and runs there are in all."""

    groups: list[Group]
    total: int
    runs: int


@dataclass(frozen=True, slots=True)
class _Grouping:
    """``codes``: for each run, in order, which of ``keys`` it has; ``len(keys)`` where it has none."""

    order: NDArray[np.uint64]
    keys: pa.Array
    codes: NDArray[np.int32]


class GroupService:
    """Groups runs. Every method authorises."""

    def __init__(self, warehouse: Warehouse, orders: RunOrders) -> None:
        self._warehouse = warehouse
        self._orders = orders
        self._cache: OrderedDict[tuple[object, ...], _Grouping] = OrderedDict()
        self._lock = threading.Lock()

    def groups(
        self,
        actor: Actor,
        project: ProjectRecord,
        question: Question,
        by: Attribute | None,
        *,
        columns: Sequence[Attribute] = (),
        limit: int = 50,
        offset: int = 0,
    ) -> GroupPage:
        """A page of the groups that *question*'s runs fall into.

        Parameters:
            by: what runs of a group have in common; all runs are one group when None.
            columns: whose numbers are wanted.

        Raises:
            InvalidInput: runs cannot be grouped by such an attribute, or a limit.
            InvalidQuery: a condition does not fit its attribute.
        """
        import numpy as np

        require(actor, project, Permission.READ)
        if not 1 <= limit <= MAX_TABLE_PAGE or len(columns) > MAX_TABLE_COLUMNS or not 0 <= offset < 1 << 31:
            raise InvalidInput(
                f"{limit:,} groups with {len(columns):,} columns were asked for.",
                hint=f"A page has 1 to {MAX_TABLE_PAGE:,} groups and at most {MAX_TABLE_COLUMNS} columns.",
            )
        grouping = self._grouping(project, question, by)
        order, codes, lacking = grouping.order, grouping.codes, len(grouping.keys)
        counts = np.bincount(codes, minlength=lacking + 1)
        places = np.full(lacking + 1, len(order))
        np.minimum.at(places, codes, np.arange(len(order)))
        places[lacking] = len(order)
        present = np.flatnonzero(counts)
        ranked = present[np.argsort(places[present], kind="stable")]
        shown = ranked[offset : offset + limit]
        cells = self._cells(project, grouping, shown, columns)
        first_of_lacking = int(np.argmax(codes == lacking)) if lacking in shown else 0
        groups = []
        for index, code in enumerate(shown):
            type_, value = (None, None) if code == lacking else value_of(grouping.keys[int(code)].as_py())
            place = first_of_lacking if code == lacking else int(places[code])
            groups.append(Group(type_, value, int(counts[code]), RunKey(int(order[place])), [column[index] for column in cells]))
        return GroupPage(groups, len(ranked), len(order))

    def _grouping(self, project: ProjectRecord, question: Question, by: Attribute | None) -> _Grouping:
        key = self._orders.identity(project, question, by)
        with self._lock:
            found = self._cache.get(key)
            if found is not None:
                self._cache.move_to_end(key)
                return found
        found = self._group(project, self._orders.whole(project, question), by)
        with self._lock:
            self._cache[key] = found
            while len(self._cache) > _CACHED:
                self._cache.popitem(last=False)
        return found

    def _group(self, project: ProjectRecord, order: NDArray[np.uint64], by: Attribute | None) -> _Grouping:
        import numpy as np
        import pyarrow as pa

        if by is None:
            return _Grouping(order, pa.array([], pa.string()), np.zeros(len(order), np.int32))
        type_ = by.type or self._orders.type_of(project, by.path)
        if by.at_step is not None:
            raise InvalidInput(
                f"Runs cannot be grouped by '{by.path}' at a step.", hint="Group by its last, least or greatest value."
            )
        if type_ is not None and type_ in _UNGROUPABLE:
            raise InvalidInput(f"Runs cannot be grouped by '{by.path}', a {type_.label}.", hint="Group by another column.")
        params: dict[str, object] = {"project": int(project.id)}
        source, value = self._orders.source(project, by, type_, params)
        text = SERIES_KEY.format(value) if type_ is AttributeType.FLOAT_SERIES else KEY
        table = self._read(f"SELECT run, {text} AS v FROM {source}", params, order)
        encoded = table["v"].combine_chunks().dictionary_encode()
        keys = encoded.dictionary
        codes = np.full(len(order), len(keys), np.int32)
        places = positions(order, table["run"].to_numpy())
        known = places >= 0
        codes[places[known]] = encoded.indices.to_numpy()[known]
        return _Grouping(order, keys, codes)

    def _cells(
        self, project: ProjectRecord, grouping: _Grouping, shown: NDArray[np.intp], columns: Sequence[Attribute]
    ) -> list[list[Statistics | None]]:
        """For each column what it comes to in each of the *shown* groups."""
        import numpy as np

        rank = np.full(len(grouping.keys) + 1, -1, np.int32)
        rank[shown] = np.arange(len(shown))
        ranks = rank[grouping.codes]
        found: list[list[Statistics | None]] = []
        for column in columns:
            type_ = column.type or self._orders.type_of(project, column.path)
            if type_ not in _NUMBERS or not len(shown):
                found.append([None] * len(shown))
                continue
            params: dict[str, object] = {"project": int(project.id)}
            source, value = self._orders.source(project, column, type_, params)
            table = self._read(f"SELECT run, toFloat64({value}) AS v FROM {source}", params, grouping.order)
            values = table["v"].to_numpy()
            places = positions(grouping.order, table["run"].to_numpy())
            groups = np.where(places >= 0, ranks[places], -1)
            known = (groups >= 0) & np.isfinite(values)
            found.append(_statistics(groups[known], values[known], len(shown)))
        return found

    def _read(self, sql: str, params: dict[str, object], order: NDArray[np.uint64]) -> pa.Table:
        if len(order) <= _FEW_RUNS:
            sql += " AND run IN {runs:Array(UInt64)}"
            params["runs"] = order.tolist()
        return self._warehouse.query(sql, params)


def member_of(by: Attribute, value: object) -> Query:
    """What the runs of a group meet.

    Parameters:
        by: with the group's type; where the value is None, as the runs were grouped by it.
        value: as in `Group`, or as JSON has it; None for the runs that lack the attribute.
    """
    if value is None:
        return Not(Exists(by))
    if isinstance(value, list | frozenset | set):
        text = json.dumps(sorted(map(str, value)))
    elif isinstance(value, bool):
        text = str(value).lower()
    elif isinstance(value, datetime):
        text = value.isoformat()
    else:
        text = str(value)
    return Comparison(by, Operator.EQ, text)


def positions(order: NDArray[np.uint64], runs: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Where in *order* each of *runs* stands; -1 for those that it lacks."""
    import numpy as np

    if not len(order) or not len(runs):
        return np.full(len(runs), -1, np.int64)
    low, high = int(order.min()), int(order.max())
    if high - low <= 8 * len(order) + 1_000_000:  # keys are dense: a table beats a search ten times
        table = np.full(high - low + 2, -1, np.int64)
        table[order - np.uint64(low)] = np.arange(len(order))
        inside = (runs >= low) & (runs <= high)
        return table[np.where(inside, runs - np.uint64(low), np.uint64(high - low + 1))]
    sorter = np.argsort(order)
    found = sorter[np.minimum(np.searchsorted(order, runs, sorter=sorter), len(order) - 1)]
    return np.where(order[found] == runs, found, -1)


def _statistics(groups: NDArray[np.int64], values: NDArray[np.float64], count: int) -> list[Statistics | None]:
    import numpy as np

    counts = np.bincount(groups, minlength=count)
    low, high = np.full(count, np.inf), np.full(count, -np.inf)
    np.minimum.at(low, groups, values)
    np.maximum.at(high, groups, values)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        means = np.bincount(groups, values, minlength=count) / counts
        if not np.isfinite(means[counts > 0]).all():  # the sum of huge values
            means = np.bincount(groups, values / counts[groups], minlength=count)
    return [
        Statistics(int(n), float(mean), float(least), float(most)) if n else Statistics(0)
        for n, mean, least, most in zip(counts, means, low, high, strict=True)
    ]
