"""Attributes of many runs as columns: what parallel coordinates and scatter charts draw, and what importance is worked out from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, Final

from trireme.domain.errors import InvalidInput
from trireme.domain.ids import RunKey
from trireme.domain.limits import MAX_COLUMN_RUNS, MAX_TABLE_COLUMNS
from trireme.domain.paths import check_path, path_id
from trireme.domain.permissions import Actor, Permission
from trireme.domain.project import ProjectRecord
from trireme.domain.query import Aggregate, Attribute, SortBy
from trireme.domain.types import AttributeType
from trireme.query.sql import AGGREGATES
from trireme.services.auth import require
from trireme.services.search import SearchService
from trireme.services.shown_states import SHOWN_STATE, STATE, alive_runs
from trireme.storage.catalog.catalog import Catalog
from trireme.storage.warehouse.engine import Warehouse

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Kind(Enum):
    """How a column's values are laid out on an axis."""

    NUMBER = "number"
    TIME = "time"
    """Numbers: ms since 1970."""
    CATEGORY = "category"


@dataclass(frozen=True, slots=True)
class Selection:
    """Which runs: those of ``runs`` if given, else those that match, in the table's order."""

    query: str = ""
    experiments: bool = False
    runs: Sequence[RunKey] | None = None
    sort: SortBy | None = None


@dataclass(frozen=True, slots=True)
class RunColumn:
    """One attribute of the runs, in their order.

    Parameters:
        numbers: of NUMBER and TIME; NaN where a run lacks it, see ``present``.
        codes: of CATEGORY, places in ``levels``; -1 where a run lacks it.
    """

    kind: Kind
    present: NDArray[np.bool_]
    numbers: NDArray[np.float64] | None = None
    codes: NDArray[np.int64] | None = None
    levels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RunColumns:
    """Runs with their columns; ``total`` counts all that match."""

    runs: NDArray[np.uint64]
    ids: list[str]
    names: list[str]
    columns: list[RunColumn]
    total: int


_NUMBERS: Final = frozenset({AttributeType.FLOAT, AttributeType.INT})
_TEXTS: Final = frozenset({AttributeType.STRING, AttributeType.RUN_STATE})
_AS_TEXT: Final = (
    f"multiIf(type = {int(AttributeType.BOOL)}, if(int = 1, 'true', 'false'),"
    f" type = {int(AttributeType.STRING_SET)}, arrayStringConcat(arraySort(strings), ', '),"
    f" type IN ({int(AttributeType.FLOAT)}, {int(AttributeType.INT)}), toString(number),"
    f" type = {int(AttributeType.FILE)}, JSONExtractString(string, 4), substringUTF8(string, 1, 200)) AS text"
)
_ID, _NAME = Attribute("sys/id", AttributeType.STRING), Attribute("sys/name", AttributeType.STRING)


class ColumnService:
    """Reads columns. Every method authorises."""

    def __init__(self, catalog: Catalog, warehouse: Warehouse, search: SearchService) -> None:
        self._catalog = catalog
        self._warehouse = warehouse
        self._search = search

    def read(
        self,
        actor: Actor,
        project: ProjectRecord,
        selection: Selection,
        columns: Sequence[Attribute],
        *,
        limit: int = 10_000,
    ) -> RunColumns:
        """The selected runs, at most *limit*, with their *columns*.

        A column whose values all are numbers, or texts that read as numbers, is one of numbers; one of times is one of times;
        any other is one of categories.

        Raises:
            InvalidInput: too many runs or columns.
            InvalidQuery: the query cannot be understood.
        """
        require(actor, project, Permission.READ)
        if not 1 <= limit <= MAX_COLUMN_RUNS or len(columns) > MAX_TABLE_COLUMNS:
            raise InvalidInput(
                f"{limit:,} runs with {len(columns):,} columns were asked for.",
                hint=f"Ask for 1 to {MAX_COLUMN_RUNS:,} runs and at most {MAX_TABLE_COLUMNS} columns.",
            )
        runs, total = self.runs(actor, project, selection, limit)
        ids, names, *found = self._columns(project, runs, [_ID, _NAME, *columns])
        id_texts = _texts(ids)
        shown = [name or id_ for name, id_ in zip(_texts(names), id_texts, strict=True)]
        return RunColumns(runs, id_texts, shown, found, total)

    def runs(self, actor: Actor, project: ProjectRecord, selection: Selection, limit: int) -> tuple[NDArray[np.uint64], int]:
        """Keys of the selected runs, at most *limit*, and how many there are in all."""
        import numpy as np

        if selection.runs is None:
            keys, total = self._search.first_keys(
                actor, project, query=selection.query, experiments=selection.experiments, sort=selection.sort, limit=limit
            )
        else:
            require(actor, project, Permission.READ)
            keys = list(dict.fromkeys(selection.runs))
            total = len(keys)
        return np.array([int(key) for key in keys[:limit]], np.uint64), total

    def _columns(self, project: ProjectRecord, runs: NDArray[np.uint64], columns: Sequence[Attribute]) -> list[RunColumn]:
        import numpy as np

        paths = [path_id(check_path(column.path)) for column in columns]
        params: dict[str, object] = {"project": int(project.id), "runs": runs.tolist()}
        where = "project = {project:UInt32} AND path_id IN {paths:Array(UInt64)} AND run IN {runs:Array(UInt64)}"
        rows: dict[str, NDArray[Any]] = {}
        series: dict[str, NDArray[Any]] = {}
        singles = sorted({p for p, c in zip(paths, columns, strict=True) if c.type is not AttributeType.FLOAT_SERIES})
        if singles and len(runs):
            # A text of a run's own, such as a name, is read as it is; no text is longer than a label can be.
            text, bound = _AS_TEXT, params | {"paths": singles}
            if path_id(STATE) in singles:
                text = text.replace("multiIf(", f"multiIf(path_id = {path_id(STATE)}, {SHOWN_STATE}, ", 1)
                bound["alive"] = [int(run) for run in alive_runs(self._catalog, project)]
            table = self._warehouse.query(
                f"SELECT run, path_id, type, number, {text} FROM attribute_values FINAL WHERE {where}",
                bound,
            )
            rows = {name: _array(table[name]) for name in ("run", "path_id", "type", "number", "text")}
        floats = [(p, c) for p, c in zip(paths, columns, strict=True) if c.type in (None, AttributeType.FLOAT_SERIES)]
        if floats and len(runs):
            aggregates = sorted({column.aggregate or Aggregate.LAST for _, column in floats})
            selected = ", ".join(f"{AGGREGATES[each]} AS v_{each.value}" for each in aggregates)
            table = self._warehouse.query(
                f"SELECT run, path_id, {selected} FROM float_summary_by_path FINAL WHERE {where}",
                params | {"paths": sorted({path for path, _ in floats})},
            )
            series = {name: _array(table[name]) for name in table.column_names}
        order = np.argsort(runs)
        places = _Places(runs[order], order)
        return [self._column(places, path, column, rows, series) for path, column in zip(paths, columns, strict=True)]

    def _column(
        self,
        places: _Places,
        path: int,
        column: Attribute,
        rows: dict[str, NDArray[Any]],
        series: dict[str, NDArray[Any]],
    ) -> RunColumn:
        import numpy as np

        count = len(places.order)
        present = np.zeros(count, np.bool_)
        numbers = np.full(count, np.nan)
        if series and column.type in (None, AttributeType.FLOAT_SERIES):
            mine = series["path_id"] == path
            at = places.of(series["run"][mine])
            if len(at) or column.type is AttributeType.FLOAT_SERIES:
                present[at] = True
                numbers[at] = series[f"v_{(column.aggregate or Aggregate.LAST).value}"][mine]
                return RunColumn(Kind.NUMBER, present, numbers)
        if not rows:
            return RunColumn(Kind.NUMBER, present, numbers)
        mine = rows["path_id"] == path
        if column.type is not None and column.type not in _TEXTS | _NUMBERS:
            mine &= rows["type"] == column.type
        at = places.of(rows["run"][mine])
        types = set(rows["type"][mine].tolist())
        values = rows["number"][mine]
        present[at] = True
        is_time = types == {int(AttributeType.DATETIME)}
        is_number = types <= {int(type_) for type_ in _NUMBERS} or (
            types <= {int(type_) for type_ in _NUMBERS | _TEXTS} and not np.isnan(values).any()
        )
        if is_time or (is_number and column not in (_ID, _NAME)):
            numbers[at] = values
            return RunColumn(Kind.TIME if is_time else Kind.NUMBER, present, numbers)
        levels, codes = np.unique(rows["text"][mine], return_inverse=True) if len(at) else (np.empty(0, object), at)
        full = np.full(count, -1, np.int64)
        full[at] = codes
        return RunColumn(Kind.CATEGORY, present, None, full, tuple(str(level) for level in levels))


@dataclass(frozen=True, slots=True)
class _Places:
    """Where each run stands: its key among the sorted keys."""

    sorted: NDArray[np.uint64]
    order: NDArray[np.int64]

    def of(self, runs: NDArray[Any]) -> NDArray[np.int64]:
        import numpy as np

        return self.order[np.searchsorted(self.sorted, runs.astype(np.uint64))]


def _array(column: Any) -> NDArray[Any]:
    return column.to_numpy()  # type: ignore[no-any-return]


def _texts(column: RunColumn) -> list[str]:
    if column.codes is None:
        return [""] * len(column.present)
    return [column.levels[code] if code >= 0 else "" for code in column.codes.tolist()]
