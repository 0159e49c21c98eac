"""Which values an attribute has over a project's runs: for completion and for filters."""

from __future__ import annotations

from dataclasses import dataclass

from trireme.domain.errors import InvalidInput
from trireme.domain.paths import check_path
from trireme.domain.permissions import Actor, Permission
from trireme.domain.project import ProjectRecord
from trireme.domain.query import Attribute
from trireme.domain.types import AttributeType
from trireme.services.auth import require
from trireme.services.order import RunOrders
from trireme.services.value_keys import KEY, value_of
from trireme.storage.warehouse.engine import Warehouse

MAX_VALUES = 1000


@dataclass(frozen=True, slots=True)
class DistinctValue:
    """A value and how many runs have it; of string sets, a member."""

    type: AttributeType
    value: object
    runs: int


@dataclass(frozen=True, slots=True)
class DistinctValues:
    """The commonest values first.

    Parameters:
        total: how many different ones there are.
        low, high: the least and the greatest number, of series by their last value; None where there are none.
    """

    values: list[DistinctValue]
    total: int
    low: float | None = None
    high: float | None = None


class DistinctService:
    """Counts values. Every method authorises."""

    def __init__(self, warehouse: Warehouse, orders: RunOrders) -> None:
        self._warehouse = warehouse
        self._orders = orders

    def values(
        self,
        actor: Actor,
        project: ProjectRecord,
        path: str,
        *,
        type_: AttributeType | None = None,
        search: str = "",
        limit: int = 50,
    ) -> DistinctValues:
        """The values at *path* in runs outside the trash.

        Parameters:
            type_: only those of this type.
            search: a part of the value's text, in any case.

        Raises:
            InvalidInput: a limit.
        """
        require(actor, project, Permission.READ)
        if not 1 <= limit <= MAX_VALUES:
            raise InvalidInput(f"{limit:,} values were asked for.", hint=f"At most {MAX_VALUES:,} at a time.")
        attribute = Attribute(check_path(path), type_)
        known = type_ or self._orders.type_of(project, path)
        visible = self._orders.visible(project, False)
        params: dict[str, object] = {"project": int(project.id), "search": search, "limit": limit}
        source, number = self._orders.source(project, attribute, known, params)
        if known is not None and known.is_series:
            low, high = self._range(source + visible, number, params) if known is AttributeType.FLOAT_SERIES else (None, None)
            return DistinctValues([], 0, low, high)
        is_set = known is AttributeType.STRING_SET
        key = f"concat('{int(AttributeType.STRING)}:', arrayJoin(strings))" if is_set else KEY
        found = "positionCaseInsensitiveUTF8(substring(k, position(k, ':') + 1), {search:String}) > 0" if search else "1"
        table = self._warehouse.query(
            "SELECT k, count() AS n, count() OVER () AS total FROM"
            f" (SELECT {key} AS k FROM {source}{visible}) WHERE {found} GROUP BY k ORDER BY n DESC, k LIMIT {{limit:UInt64}}",
            params,
        )
        values = [DistinctValue(*value_of(k), n) for k, n in zip(table["k"].to_pylist(), table["n"].to_pylist(), strict=True)]
        total = int(table["total"][0].as_py()) if values else 0
        low, high = self._range(source + visible, number, params)
        return DistinctValues(values, total, low, high)

    def _range(self, source: str, number: str, params: dict[str, object]) -> tuple[float | None, float | None]:
        table = self._warehouse.query(
            f"SELECT count() AS n, min(v) AS low, max(v) AS high FROM (SELECT toFloat64({number}) AS v FROM {source}) WHERE isFinite(v)",
            params,
        )
        row = table.to_pylist()[0]
        return (row["low"], row["high"]) if row["n"] else (None, None)
