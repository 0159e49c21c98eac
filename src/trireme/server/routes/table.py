"""The runs table and the pickers of names."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post

from trireme.domain.permissions import Actor
from trireme.domain.query import Aggregate, Attribute, SortBy
from trireme.domain.types import AttributeType
from trireme.server.params import run_keys_of, types_of
from trireme.server.schemas.table import AttributeName, AttributeNamePage, Column, Row, Sort, Table, TableRequest
from trireme.server.services import Services
from trireme.server.wire import arrow, jsonable, wants_arrow
from trireme.services.search import TablePage


@post(
    "/api/v1/projects/{workspace:str}/{name:str}/runs/search",
    sync_to_thread=True,
    status_code=200,
    tags=["runs"],
    operation_id="searchRuns",
)
def search_runs(
    request: Request[Any, Any, Any], services: Services, actor: Actor, workspace: str, name: str, data: TableRequest
) -> Response[Table]:
    """Get one page of a runs table, as JSON or as Arrow (columns key, id, custom_run_id, name, state, c0, c1, …)."""
    page = services.search.table(
        actor,
        services.projects.get(actor, workspace, name),
        query=data.query,
        columns=[_attribute(column) for column in data.columns],
        sort=data.sort and SortBy(_attribute(data.sort), data.sort.direction == "desc"),
        limit=data.limit,
        offset=data.offset,
        cursor=data.cursor,
        trashed=data.trashed,
    )
    if wants_arrow(request):
        return _as_arrow(page, len(data.columns))  # type: ignore[return-value]
    rows = [
        Row(row.run.key, row.run.short_id, row.run.custom_run_id, row.name, row.state, [jsonable(value) for value in row.values])
        for row in page.rows
    ]
    return Response(Table(rows, page.total, page.next_cursor))


@get(
    "/api/v1/projects/{workspace:str}/{name:str}/attributes",
    sync_to_thread=True,
    tags=["runs"],
    operation_id="listAttributeNames",
)
def list_names(
    services: Services,
    actor: Actor,
    workspace: str,
    name: str,
    regex: str = "",
    types: str = "",
    runs: str = "",
    limit: int = 1000,
    cursor: str | None = None,
) -> AttributeNamePage:
    """List the paths and types that a project's runs have; `types` and `runs` (keys) are comma-separated lists."""
    page = services.search.names(
        actor,
        services.projects.get(actor, workspace, name),
        regex=regex,
        types=types_of(types),
        runs=run_keys_of(runs),
        limit=limit,
        cursor=cursor,
    )
    names = [AttributeName(path, type_.label) for path, type_ in page.names]  # type: ignore[arg-type]
    return AttributeNamePage(names, page.next_cursor, page.total)


def _attribute(column: Column | Sort) -> Attribute:
    return Attribute(
        column.path,
        AttributeType.from_label(column.type) if column.type else None,
        Aggregate(column.aggregate) if column.aggregate else None,
    )


def _as_arrow(page: TablePage, columns: int) -> Response[bytes]:
    import pyarrow as pa

    rows = page.rows
    made: dict[str, Any] = {
        "key": pa.array([row.run.key for row in rows], pa.uint64()),
        "id": [row.run.short_id for row in rows],
        "custom_run_id": [row.run.custom_run_id for row in rows],
        "name": [row.name for row in rows],
        "state": [row.state for row in rows],
    }
    for index in range(columns):
        values: list[Any] = [row.values[index] for row in rows]
        kinds = {type(value) for value in values if value is not None}
        if kinds <= {int, float} or (len(kinds) == 1 and kinds <= {str, bool}):
            made[f"c{index}"] = pa.array([float(v) for v in values] if float in kinds and None not in values else values)
        else:
            made[f"c{index}"] = pa.array([None if value is None else str(jsonable(value)) for value in values], pa.string())
    return arrow(pa.table(made), next_cursor=page.next_cursor, total=str(page.total))


handlers: list[Any] = [search_runs, list_names]
