"""A whole runs table as Arrow tables, column by column: for files of any size."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from trireme.domain.errors import InvalidInput
from trireme.domain.ids import RunKey
from trireme.domain.limits import MAX_TABLE_COLUMNS
from trireme.domain.paths import check_path
from trireme.domain.permissions import Actor, Permission
from trireme.domain.project import ProjectRecord
from trireme.domain.query import Attribute
from trireme.domain.records import FileRef
from trireme.domain.types import AttributeType
from trireme.services.auth import require
from trireme.services.cells import CellReader
from trireme.services.groups import positions
from trireme.services.lineage import Lineages
from trireme.services.order import Question, RunOrders
from trireme.storage.warehouse.engine import Warehouse

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from trireme.storage.catalog.catalog import Catalog

CHUNK_ROWS: Final = 50_000
_CUT: Final = 4096
"""Where the table that is sorted by path cuts strings; longer ones are read from the other one."""
_ALWAYS: Final = (
    Attribute("sys/id", AttributeType.STRING),
    Attribute("sys/custom_run_id", AttributeType.STRING),
    Attribute("sys/name", AttributeType.STRING),
    Attribute("sys/state", AttributeType.RUN_STATE),
)
_NUMBERS: Final = {
    AttributeType.FLOAT: "number",
    AttributeType.INT: "int",
    AttributeType.BOOL: "int",
    AttributeType.DATETIME: "int",
}


@dataclass(frozen=True, slots=True)
class _Column:
    name: str
    attribute: Attribute
    type: AttributeType | None


class ExportService:
    """Reads whole tables. Every method authorises."""

    def __init__(self, catalog: Catalog, warehouse: Warehouse, orders: RunOrders) -> None:
        self._warehouse = warehouse
        self._orders = orders
        self._cells = CellReader(warehouse, Lineages(catalog))

    def tables(
        self, actor: Actor, project: ProjectRecord, question: Question, columns: Sequence[Attribute]
    ) -> Iterator[pa.Table]:
        """The runs in order with their ids, name, state and *columns*: at least one table, all of one schema.

        Everything that can be refused is refused before the first table is asked for. Numbers stay numbers, times become
        timestamps, string sets lists of strings, files their names; a path of several types becomes text.

        Raises:
            InvalidQuery: a condition does not fit its attribute.
            InvalidInput: too many columns.
        """
        require(actor, project, Permission.READ)
        if len(columns) > MAX_TABLE_COLUMNS:
            raise InvalidInput(f"{len(columns):,} columns were asked for.", hint=f"At most {MAX_TABLE_COLUMNS}.")
        for attribute in columns:
            check_path(attribute.path)
        order = self._orders.whole(project, question)
        named: dict[str, _Column] = {}
        for attribute in (*_ALWAYS, *columns):
            type_ = attribute.type or self._orders.type_of(project, attribute.path)
            column = _Column(_heading(attribute), attribute, type_)
            if column.name in named and named[column.name].type is not type_ and type_ is not None:
                column = _Column(f"{column.name}:{type_.label}", attribute, type_)
            named.setdefault(column.name, column)
        return self._tables(project, order, list(named.values()))

    def _tables(self, project: ProjectRecord, order: NDArray[np.uint64], columns: Sequence[_Column]) -> Iterator[pa.Table]:
        import pyarrow as pa

        schema = pa.schema([(column.name, _arrow_type(column.type)) for column in columns])
        for start in range(0, max(1, len(order)), CHUNK_ROWS):
            runs = order[start : start + CHUNK_ROWS]
            arrays = [self._column(project, runs, column).cast(schema.types[i]) for i, column in enumerate(columns)]
            yield pa.table(arrays, schema=schema)

    def _column(self, project: ProjectRecord, runs: NDArray[np.uint64], column: _Column) -> pa.Array:
        import pyarrow as pa

        type_, attribute = column.type, column.attribute
        if not len(runs):
            return pa.array([], _arrow_type(type_))
        if type_ in (None, AttributeType.STRING_SERIES):
            keys = [RunKey(int(run)) for run in runs]
            cells = self._cells.read(project, keys, [Attribute(attribute.path, type_)])
            return pa.array([_text(cells.get((int(run), 0))) for run in keys], pa.string())
        assert type_ is not None
        if type_.is_series and type_ is not AttributeType.FLOAT_SERIES:
            return pa.nulls(len(runs), _arrow_type(type_))
        params: dict[str, object] = {"project": int(project.id), "runs": runs.tolist()}
        source, number = self._orders.source(project, attribute, type_, params)
        if type_ is AttributeType.FLOAT_SERIES:
            value = number
        else:
            value = _NUMBERS.get(type_, "strings" if type_ is AttributeType.STRING_SET else "string")
        table = self._warehouse.query(
            f"SELECT run, {value} AS v FROM {source} AND run >= {{low:UInt64}} AND run <= {{high:UInt64}}"
            " AND run IN {runs:Array(UInt64)}",
            params | {"low": int(runs.min()), "high": int(runs.max())},
        )
        values = table["v"].combine_chunks()
        if value == "string" and type_ is not AttributeType.FILE:
            values = self._whole_strings(project, attribute, table["run"], values)
        values = _typed(values, type_)
        places = positions(table["run"].to_numpy(), runs)
        return values.take(pa.array(places, mask=places < 0))

    def _whole_strings(self, project: ProjectRecord, attribute: Attribute, runs: pa.ChunkedArray, values: pa.Array) -> pa.Array:
        """The same strings, those that were cut in full."""
        import numpy as np
        import pyarrow as pa

        ends = np.frombuffer(values.buffers()[1], np.int32)[values.offset : values.offset + len(values) + 1]
        cut = np.flatnonzero(np.diff(ends) >= _CUT)
        if not len(cut):
            return values
        keys = runs.to_numpy()
        cells = self._cells.read(project, [RunKey(int(run)) for run in keys[cut]], [attribute])
        texts = values.to_pylist()
        for place in cut:
            texts[place] = cells.get((int(keys[place]), 0))
        return pa.array(texts, pa.string())


def _heading(attribute: Attribute) -> str:
    if attribute.at_step is not None:
        return f"{attribute.path} at step {attribute.at_step:g}"
    return f"{attribute.path} {attribute.aggregate.value}" if attribute.aggregate else attribute.path


def _arrow_type(type_: AttributeType | None) -> pa.DataType:
    import pyarrow as pa

    match type_:
        case AttributeType.FLOAT | AttributeType.FLOAT_SERIES:
            return pa.float64()
        case AttributeType.INT:
            return pa.int64()
        case AttributeType.BOOL:
            return pa.bool_()
        case AttributeType.DATETIME:
            return pa.timestamp("ms", "UTC")
        case AttributeType.STRING_SET:
            return pa.list_(pa.string())
        case _:
            return pa.string()


def _typed(values: Any, type_: AttributeType) -> Any:
    """Values as they come from the warehouse as those of the table."""
    import pyarrow as pa

    match type_:
        case AttributeType.DATETIME:
            return values.cast(pa.timestamp("ms", "UTC"))
        case AttributeType.BOOL:
            return values.cast(pa.bool_())
        case AttributeType.FILE:
            return pa.array([json.loads(text)[3] for text in values.to_pylist()], pa.string())
        case _:
            return values


def _text(value: object) -> str | None:
    match value:
        case None:
            return None
        case frozenset():
            return ", ".join(sorted(value))
        case datetime():
            return value.isoformat()
        case FileRef():
            return value.name
        case bool():
            return str(value).lower()
        case _:
            return str(value)
