"""Runs out: tables, definitions and values of attributes."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from typing import Any, Final

from litestar import Request, Response, get, post

from trireme.domain.errors import InvalidInput, NotFound
from trireme.domain.ids import RunKey
from trireme.domain.permissions import Actor
from trireme.domain.project import ProjectRecord
from trireme.domain.query import Query
from trireme.domain.run import RunRecord
from trireme.domain.types import AttributeType
from trireme.domain.uuids import run_of_uuid, run_uuid
from trireme.protocols.neptune.reading import WIRE_TYPES, attributes, entry, name_filter, runs_of, sorting
from trireme.protocols.neptune.requests import MAX_PAGE, AttributesRequest, NextPage, RunValuesRequest, SearchRequest
from trireme.protocols.neptune.wire import message
from trireme.server.routes.neptune.errors import ProjectInaccessible
from trireme.server.routes.neptune.ingest import protobuf
from trireme.server.routes.neptune.project import find_project
from trireme.server.services import Services
from trireme.services.attributes import NameFilter
from trireme.services.search import HEADS

_FOREIGN_PAGE: Final = "'nextPageToken' is not one that this server made."
_GLOBAL_ATTRIBUTES: Final = ("sys/id", "sys/name", "sys/custom_run_id")

_SearchResult = message("retrieval.SearchResult")
_AttributesPage = message("retrieval.AttributesPage")
_Definitions = message("retrieval.AttributeDefinitions")


@post("/api/leaderboard/v1/proto/leaderboard/entries/search", sync_to_thread=True, status_code=200)
def search(request: Request[Any, Any, Any], services: Services, actor: Actor, data: SearchRequest) -> Response[bytes]:
    """A page of a runs table."""
    project = find_project(services, actor, request.query_params.get("projectIdentifier", ""))
    limit, offset = _pagination(data)
    found, total = _find(services, actor, project, data, limit, offset)
    answer = _SearchResult(matching_item_count=total)
    paths = None if data.attribute_filters is None else [column.path for column in data.attribute_filters]
    answer.entries.extend(_entries(services, actor, project, found, paths))
    return protobuf(answer)


@post("/api/leaderboard/v1/proto/leaderboard/entries/global/search", sync_to_thread=True, status_code=200)
def search_everywhere(services: Services, actor: Actor, data: SearchRequest) -> Response[bytes]:
    """A page of the runs of all projects that the caller sees."""
    limit, offset = _pagination(data)
    projects, cursor = services.projects.page(actor, limit=1000, cursor=None)
    while cursor is not None:
        more, cursor = services.projects.page(actor, limit=1000, cursor=cursor)
        projects += more
    text, also = _query(data)
    found, total = services.search.find_everywhere(
        actor, projects, text, also=also, sort=sorting(data.sorting), limit=limit, offset=offset
    )
    by_project: dict[ProjectRecord, list[RunRecord]] = {}
    for project, run in found:
        by_project.setdefault(project, []).append(run)
    entries: dict[RunKey, Any] = {}
    for project, runs in by_project.items():
        made = _entries(services, actor, project, runs, _GLOBAL_ATTRIBUTES)
        entries |= {run.key: one for run, one in zip(runs, made, strict=True)}
    answer = _SearchResult(matching_item_count=total)
    answer.entries.extend(entries[run.key] for _, run in found)
    return protobuf(answer)


@post("/api/leaderboard/v1/leaderboard/attributes/definitions/query", sync_to_thread=True, status_code=200)
def definitions(services: Services, actor: Actor, data: AttributesRequest) -> dict[str, Any]:
    """Distinct paths and types over runs."""
    projects = _projects(services, actor, data.project_identifiers or ())
    limit, token = _next_page(data.next_page)
    after = None if token is None else _after_definition(token)
    identifiers = data.experiment_ids_filter
    names = name_filter(data.attribute_filter, data.attribute_name_filter)
    found: list[tuple[str, AttributeType]] = []
    for project in projects:
        runs = None
        if identifiers is not None:
            runs = [run.key for run in runs_of(services.runs, actor, project, identifiers).values()]
            if not runs:
                continue
        found += services.attributes.definitions(actor, project, names, runs=runs, limit=limit, after=after)
    found = sorted(set(found))[:limit]
    entries = [{"name": path, "type": WIRE_TYPES[type_]} for path, type_ in found]
    more = {"nextPageToken": _token([found[-1][0], int(found[-1][1])])} if len(found) == limit else {}
    return {"entries": entries, "nextPage": {"limit": limit} | more}


@post("/api/leaderboard/v1/proto/leaderboard/attributes/query", sync_to_thread=True, status_code=200)
def values(request: Request[Any, Any, Any], services: Services, actor: Actor, data: AttributesRequest) -> Response[bytes]:
    """Values of attributes of runs, in pages that count attributes."""
    project = find_project(services, actor, request.query_params.get("projectIdentifier", ""))
    limit, token = _next_page(data.next_page)
    runs = {run.key: run for run in runs_of(services.runs, actor, project, data.experiment_ids_filter or ()).values()}
    names = name_filter(data.attribute_filter, data.attribute_name_filter)
    if data.attribute_names_filter is not None:
        names = NameFilter(paths=data.attribute_names_filter, types=list(WIRE_TYPES))
    after = None if token is None else _after_value(token)
    page = services.attributes.values(actor, project, list(runs), names, limit=limit, after=after)
    answer = _AttributesPage()
    for key, found in page.values.items():
        if found:
            made = answer.entries.add(experiment_id=run_uuid(key), experiment_short_id=runs[key].short_id)
            made.attributes.extend(attributes(project, found))
    answer.next_page.limit = limit
    if page.next is not None:
        answer.next_page.next_page_token = _token([int(page.next[0]), page.next[1]])
    return protobuf(answer)


@get("/api/leaderboard/v1/proto/attributes/queryAttributeDefinitions", sync_to_thread=True)
def run_definitions(request: Request[Any, Any, Any], services: Services, actor: Actor) -> Response[bytes]:
    """All paths and types of one run."""
    project, run = _holder(services, actor, request.query_params.get("experimentIdentifier", ""))
    found = services.attributes.definitions(
        actor, project, NameFilter(types=list(WIRE_TYPES)), runs=[run.key] if run else [], limit=1_000_000
    )
    return protobuf(_Definitions(entries=[{"name": path, "type": WIRE_TYPES[type_]} for path, type_ in found]))


@post("/api/leaderboard/v1/proto/attributes/attributes", sync_to_thread=True, status_code=200)
def run_values(request: Request[Any, Any, Any], services: Services, actor: Actor, data: RunValuesRequest) -> Response[bytes]:
    """Values of one run."""
    project, run = _holder(services, actor, request.query_params.get("holderIdentifier", ""))
    if run is None:
        raise NotFound("There is no such run.")
    names = NameFilter(paths=data.attribute_paths_filter, types=list(WIRE_TYPES))
    page = services.attributes.values(actor, project, [run.key], names)
    return protobuf(entry(project, run, page.values[run.key]))


def _find(
    services: Services, actor: Actor, project: ProjectRecord, data: SearchRequest, limit: int, offset: int
) -> tuple[list[RunRecord], int]:
    text, also = _query(data)
    return services.search.find(actor, project, text, also=also, sort=sorting(data.sorting), limit=limit, offset=offset)


def _query(data: SearchRequest) -> tuple[str, Query | None]:
    return (data.query and data.query.query) or "", HEADS if data.experiment_leader else None


def _entries(
    services: Services, actor: Actor, project: ProjectRecord, found: Sequence[RunRecord], paths: Sequence[str] | None
) -> list[Any]:
    if not found:
        return []
    keys = [run.key for run in found]
    page = services.attributes.values(actor, project, keys, NameFilter(paths=paths, types=list(WIRE_TYPES)))
    return [entry(project, run, page.values[run.key]) for run in found]


def _holder(services: Services, actor: Actor, identifier: str) -> tuple[ProjectRecord, RunRecord | None]:
    """A run by any of its identifiers, and its project."""
    key = run_of_uuid(identifier)
    project = None if key is None else services.runs.project_of(actor, key)
    if project is None:
        project = find_project(services, actor, identifier.removeprefix("CUSTOM/").rpartition("/")[0])
    return project, runs_of(services.runs, actor, project, [identifier]).get(identifier)


def _projects(services: Services, actor: Actor, names: Sequence[str]) -> list[ProjectRecord]:
    """Those of the projects that the caller sees; at least one."""
    found, problem = [], None
    for name in names:
        try:
            found.append(find_project(services, actor, name))
        except ProjectInaccessible as error:
            problem = error
    if not found:
        raise problem or ProjectInaccessible("No project was named.")
    return found


def _pagination(data: SearchRequest) -> tuple[int, int]:
    page = data.pagination
    if page is None:
        return MAX_PAGE, 0
    return MAX_PAGE if page.limit is None else page.limit, page.offset or 0


def _next_page(asked: NextPage | None) -> tuple[int, str | None]:
    if asked is None:
        return MAX_PAGE, None
    return asked.limit or MAX_PAGE, asked.next_page_token or None


def _after_definition(token: str) -> tuple[str, int]:
    try:
        path, type_ = json.loads(base64.urlsafe_b64decode(token))
        return str(path), int(AttributeType(type_))
    except (ValueError, TypeError):
        raise InvalidInput(_FOREIGN_PAGE) from None


def _after_value(token: str) -> tuple[RunKey, int]:
    try:
        run, number = map(int, json.loads(base64.urlsafe_b64decode(token)))
    except (ValueError, TypeError, OverflowError):
        raise InvalidInput(_FOREIGN_PAGE) from None
    if not (0 <= run < 2**64 and 0 <= number < 2**64):
        raise InvalidInput(_FOREIGN_PAGE)
    return RunKey(run), number


def _token(position: list[Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(position).encode()).decode()


handlers: list[Any] = [search, search_everywhere, definitions, values, run_definitions, run_values]
