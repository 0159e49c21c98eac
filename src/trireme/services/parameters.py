"""Which parameters vary over runs, and how much each says about a metric."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from trireme.domain.errors import InvalidInput
from trireme.domain.permissions import Actor, Permission
from trireme.domain.project import ProjectRecord
from trireme.domain.query import Attribute
from trireme.domain.types import AttributeType
from trireme.services.auth import require
from trireme.services.columns import ColumnService, Kind, RunColumn, Selection
from trireme.services.importance import Effect, effect_of, groups_of
from trireme.storage.warehouse.engine import Warehouse

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MAX_RUNS: Final = 10_000
MAX_CANDIDATES: Final = 300
_TYPES: Final = (AttributeType.FLOAT, AttributeType.INT, AttributeType.STRING, AttributeType.BOOL, AttributeType.STRING_SET)
_NOT_PARAMETERS: Final = "^(sys|source|source_code|system|monitoring|runtime)/"


@dataclass(frozen=True, slots=True)
class Group:
    """Runs with one value of a parameter, or a range of numbers, and quartiles of their metric (of finite values).

    Parameters:
        label: of a category; numbers have ``low`` and ``high``.
    """

    label: str | None
    low: float | None
    high: float | None
    runs: int
    quartiles: tuple[float, float, float] | None


@dataclass(frozen=True, slots=True)
class Parameter:
    """An attribute that varies.

    Parameters:
        runs: how many have it, and the metric if one was named.
        distinct: how many values it has.
        effect: None where nothing can be said, see `importance.effect_of`.
    """

    path: str
    type: AttributeType
    kind: Kind
    runs: int
    distinct: int
    effect: Effect | None
    groups: list[Group]


@dataclass(frozen=True, slots=True)
class Ranking:
    """Parameters, the most important first; without a metric those that most runs have.

    Parameters:
        runs: how many were looked at, of ``total`` that match.
        metric_runs: how many have a value of the metric that is not NaN.
        varying: how many parameters vary in all.
        constant: how many are the same in every run that has them.
    """

    parameters: list[Parameter]
    runs: int
    total: int
    metric_runs: int
    varying: int
    constant: int


class ParameterService:
    """Ranks parameters. Every method authorises."""

    def __init__(self, warehouse: Warehouse, columns: ColumnService) -> None:
        self._warehouse = warehouse
        self._columns = columns

    def rank(
        self,
        actor: Actor,
        project: ProjectRecord,
        selection: Selection,
        *,
        metric: Attribute | None = None,
        regex: str = "",
        limit: int = 50,
    ) -> Ranking:
        """The parameters of the selected runs: single values outside of what Trireme records by itself.

        At most 10,000 runs are looked at, and the 300 parameters that most of them have.

        Parameters:
            metric: what is to be explained.
            regex: only parameters whose path matches (RE2).
        """
        require(actor, project, Permission.READ)
        if not 1 <= limit <= MAX_CANDIDATES:
            raise InvalidInput(f"{limit:,} parameters were asked for.", hint=f"Ask for 1 to {MAX_CANDIDATES}.")
        runs, total = self._columns.runs(actor, project, selection, MAX_RUNS)
        candidates, constant = self._candidates(project, runs, regex, metric)
        chosen = candidates[:MAX_CANDIDATES]
        asked = [Attribute(path) for path, _, _, _ in chosen] + ([metric] if metric is not None else [])
        keys = Selection(runs=runs.tolist())
        columns = self._columns.read(actor, project, keys, asked, limit=MAX_RUNS).columns
        target = columns.pop() if metric is not None else None
        values = None
        if target is not None:
            if target.numbers is None:
                raise InvalidInput(f"'{asked[-1].path}' is not a number.", hint="Choose a metric or a number to be explained.")
            values = target.numbers
        found = [
            _parameter(path, type_, distinct, column, values)
            for (path, type_, _, distinct), column in zip(chosen, columns, strict=True)
        ]
        found.sort(key=lambda each: (each.effect is None, -each.effect.importance if each.effect else 0, -each.runs, each.path))
        return Ranking(found[:limit], len(runs), total, _known(values), len(candidates), constant)

    def _candidates(
        self, project: ProjectRecord, runs: NDArray[np.uint64], regex: str, metric: Attribute | None
    ) -> tuple[list[tuple[str, AttributeType, int, int]], int]:
        """Path, type, runs and distinct values of the parameters that vary, by number of runs; and how many do not."""
        params: dict[str, object] = {
            "project": int(project.id),
            "runs": runs.tolist(),
            "types": [int(type_) for type_ in _TYPES],
            "regex": regex,
            "not": _NOT_PARAMETERS,
            "metric": metric.path if metric is not None else "",
        }
        if regex:
            self._warehouse.query("SELECT match('', {regex:String}) AS m", params)  # refuses a bad one
        if not len(runs):
            return [], 0
        table = self._warehouse.query(
            "SELECT n.path AS path, v.low AS type, v.runs AS runs, v.values AS distinct FROM ("
            " SELECT path_id, min(type) AS low, count() AS runs, uniqExact(n, string, strings, if(type = 1, 2, type)) AS values"
            " FROM (SELECT path_id, type, if(isNaN(number), nan, number) AS n, string, strings FROM attribute_values FINAL"
            " WHERE project = {project:UInt32} AND run IN {runs:Array(UInt64)} AND type IN {types:Array(UInt8)}) GROUP BY path_id"
            ") AS v INNER JOIN (SELECT DISTINCT path_id, path FROM attribute_names WHERE project = {project:UInt32}"
            " AND NOT match(path, {not:String}) AND match(path, {regex:String}) AND path != {metric:String}"
            ") AS n ON v.path_id = n.path_id ORDER BY runs DESC, path",
            params,
        )
        rows = list(zip(*(table[name].to_pylist() for name in ("path", "type", "runs", "distinct")), strict=True))
        varying = [(path, AttributeType(type_), count, distinct) for path, type_, count, distinct in rows if distinct > 1]
        return varying, len(rows) - len(varying)


def _known(values: NDArray[np.float64] | None) -> int:
    import numpy as np

    return 0 if values is None else int((~np.isnan(values)).sum())


def _parameter(
    path: str, type_: AttributeType, distinct: int, column: RunColumn, metric: NDArray[np.float64] | None
) -> Parameter:
    import numpy as np

    mine = column.present.copy()
    if column.numbers is not None:
        mine &= ~np.isnan(column.numbers)
    if metric is not None:
        mine &= ~np.isnan(metric)
    count = int(mine.sum())
    numbers = None if column.numbers is None else column.numbers[mine]
    if numbers is not None:
        groups = groups_of(numbers) if count else np.empty(0, np.int64)
    else:
        assert column.codes is not None
        groups = column.codes[mine]
    if metric is None:
        return Parameter(path, type_, column.kind, count, distinct, None, [])
    effect = effect_of(groups, metric[mine], numbers) if count else None
    shown = [] if effect is None else _groups(groups, numbers, column.levels, metric[mine])
    return Parameter(path, type_, column.kind, count, distinct, effect, shown)


_MAX_SHOWN_GROUPS: Final = 20


def _groups(
    groups: NDArray[np.int64], numbers: NDArray[np.float64] | None, levels: Sequence[str], metric: NDArray[np.float64]
) -> list[Group]:
    """Numbers in their order; of categories those of most runs."""
    import numpy as np

    sizes = np.bincount(groups)
    order: Any = np.flatnonzero(sizes)
    if numbers is None:
        order = order[np.argsort(-sizes[order], kind="stable")][:_MAX_SHOWN_GROUPS]
    shown: list[Group] = []
    for group in order.tolist():
        members = groups == group
        finite = metric[members]
        finite = finite[np.isfinite(finite)]
        q = tuple(float(value) for value in np.quantile(finite, (0.25, 0.5, 0.75))) if len(finite) else None
        low = high = None
        if numbers is not None:
            low, high = float(numbers[members].min()), float(numbers[members].max())
        label = None if numbers is not None else levels[group]
        shown.append(Group(label, low, high, int(sizes[group]), q))  # type: ignore[arg-type]
    return shown
