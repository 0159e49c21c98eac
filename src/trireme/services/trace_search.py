"""Searches over the traces of projects."""

from __future__ import annotations

from collections.abc import Sequence

from trireme.domain.ids import ProjectId
from trireme.domain.permissions import Actor, Permission
from trireme.domain.project import ProjectRecord
from trireme.domain.trace import TraceInfo
from trireme.query.trace_sql import Condition, OrderBy, TraceSearch
from trireme.services.auth import require
from trireme.storage.warehouse.engine import Warehouse
from trireme.storage.warehouse.trace_reader import TraceReader


class TraceSearchService:
    """Finds traces. Every method authorises."""

    def __init__(self, warehouse: Warehouse) -> None:
        self._warehouse = warehouse
        self._reader = TraceReader(warehouse)

    def page(
        self,
        actor: Actor,
        projects: Sequence[ProjectRecord],
        conditions: Sequence[Condition],
        order: Sequence[OrderBy] = (),
        *,
        offset: int = 0,
        limit: int,
    ) -> list[TraceInfo]:
        """A page of the traces that match, newest first unless *order* says otherwise.

        Raises:
            InvalidQuery: a regular expression is malformed.
        """
        if not (params := self._params(actor, projects)):
            return []
        search = TraceSearch(params)
        sql = search.page(conditions, order, offset=offset, limit=limit)
        self._try(search)
        rows = self._warehouse.query(sql, params).to_pylist()
        found = self._reader.infos({row["trace"]: ProjectId(row["project"]) for row in rows})
        return [found[row["trace"]] for row in rows if row["trace"] in found]

    def count(self, actor: Actor, projects: Sequence[ProjectRecord], *searches: Sequence[Condition]) -> int:
        """How many traces all of these searches find. Conditions on spans hold for one span within a search."""
        if not (params := self._params(actor, projects)):
            return 0
        search = TraceSearch(params)
        sql = search.count(*searches)
        self._try(search)
        return int(self._warehouse.query(sql, params)["n"][0].as_py())

    def _params(self, actor: Actor, projects: Sequence[ProjectRecord]) -> dict[str, object]:
        for project in projects:
            require(actor, project, Permission.READ)
        return {"projects": [int(project.id) for project in projects]} if projects else {}

    def _try(self, search: TraceSearch) -> None:
        """Have bad regular expressions refused, also where there is no row to try them on."""
        for pattern in dict.fromkeys(search.patterns):
            self._warehouse.query("SELECT match('', {pattern:String}) AS m", {"pattern": pattern})
