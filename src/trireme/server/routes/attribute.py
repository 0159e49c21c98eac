"""What a project's runs have: names for pickers, values for completion."""

from __future__ import annotations

from typing import Any

from litestar import get

from trireme.domain.permissions import Actor
from trireme.server.params import run_keys_of, types_of
from trireme.server.schemas.common import TypeLabel
from trireme.server.schemas.table import AttributeName, AttributeNamePage, AttributeValue, AttributeValues
from trireme.server.services import Services
from trireme.server.wire import jsonable

_ATTRIBUTES = "/api/v1/projects/{workspace:str}/{name:str}/attributes"


@get(_ATTRIBUTES, sync_to_thread=True, tags=["runs"], operation_id="listAttributeNames")
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


@get(f"{_ATTRIBUTES}/values", sync_to_thread=True, tags=["runs"], operation_id="listAttributeValues")
def list_values(
    services: Services,
    actor: Actor,
    workspace: str,
    name: str,
    path: str,
    type: TypeLabel | None = None,
    search: str = "",
    limit: int = 50,
) -> AttributeValues:
    """List the values that an attribute has in the project's runs, the commonest first, and how many runs have each.

    `search`: a part of the value's text, in any case.
    """
    found = services.distinct.values(
        actor,
        services.projects.get(actor, workspace, name),
        path,
        type_=types_of(type)[0] if type else None,
        search=search,
        limit=limit,
    )
    values = [AttributeValue(each.type.label, jsonable(each.value), each.runs) for each in found.values]  # type: ignore[arg-type]
    return AttributeValues(values, found.total, found.low, found.high)


handlers: list[Any] = [list_names, list_values]
