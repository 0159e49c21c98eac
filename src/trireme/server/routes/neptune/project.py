"""Projects and workspaces, as Neptune's clients ask for them."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, Router, delete, get, post

from trireme.domain.errors import InvalidInput, NotFound
from trireme.domain.permissions import Actor
from trireme.domain.project import ProjectRecord
from trireme.domain.uuids import project_of_uuid, project_uuid
from trireme.protocols.neptune.requests import ProjectRequest
from trireme.server.routes.neptune.errors import ProjectInaccessible
from trireme.server.services import Services

_VERSION = 2
_PAGE = 1000


def find_project(services: Services, actor: Actor, identifier: str) -> ProjectRecord:
    """A project by ``workspace/project`` or by its UUID.

    Raises:
        ProjectInaccessible: there is none that the actor may see.
    """
    try:
        number = project_of_uuid(identifier)
        return services.projects.by_name(actor, identifier) if number is None else services.projects.by_id(actor, number)
    except (NotFound, InvalidInput) as error:
        raise ProjectInaccessible(error.message, hint=error.hint) from error


@get("/api/backend/v1/projects/get", sync_to_thread=True)
def get_project(request: Request[Any, Any, Any], services: Services, actor: Actor) -> dict[str, Any]:
    """Get one project."""
    return _project(find_project(services, actor, request.query_params.get("projectIdentifier", "")))


@get("/api/backend/v1/projects", sync_to_thread=True)
def list_projects(request: Request[Any, Any, Any], services: Services, actor: Actor) -> dict[str, Any]:
    """List the projects that the caller sees, newest activity first."""
    asked = request.query_params
    found: list[ProjectRecord] = []
    cursor = None
    while True:
        page, cursor = services.projects.page(actor, limit=_PAGE, cursor=cursor)
        found += page
        if cursor is None:
            break
    workspace, text = asked.get("organizationIdentifier"), asked.get("searchTerm", "").lower()
    found = [p for p in found if (not workspace or p.workspace == workspace) and text in p.name.lower()]
    offset, limit = _count(asked.get("offset"), 0), _count(asked.get("limit"), len(found))
    entries = [_project(project) for project in found[offset : offset + limit]]
    return {"entries": entries, "matchingItemCount": len(found), "totalItemCount": len(found)}


@post("/api/backend/v1/projects", sync_to_thread=True, status_code=200)
def create_project(services: Services, actor: Actor, data: ProjectRequest) -> dict[str, Any]:
    """Make a project."""
    workspace, key = data.organization_identifier or "default", data.project_key or None
    made = services.projects.create(actor, workspace, data.name, key=key, description=data.description or "")
    return _project(made)


@delete("/api/backend/v1/projects", sync_to_thread=True, status_code=200)
def delete_project(request: Request[Any, Any, Any], services: Services, actor: Actor) -> Response[None]:
    """Remove a project for good."""
    project = find_project(services, actor, request.query_params.get("projectIdentifier", ""))
    services.runs.delete_project(actor, project)
    return Response(None, status_code=200)


@get("/api/backend/v1/myOrganizations", sync_to_thread=True)
def list_workspaces(services: Services, actor: Actor) -> list[dict[str, Any]]:
    """List the workspaces of the projects that the caller sees."""
    page, _ = services.projects.page(actor, limit=_PAGE, cursor=None)
    return [{"id": name, "name": name} for name in sorted({project.workspace for project in page} | {"default"})]


def _count(text: str | None, default: int) -> int:
    if not text:
        return default
    if not text.isdecimal() or len(text) > 18:
        raise InvalidInput(f"'{text[:80]}' is no count.")
    return int(text)


def _project(project: ProjectRecord) -> dict[str, Any]:
    return {
        "id": project_uuid(project.id),
        "name": project.name,
        "organizationId": project.workspace,
        "organizationName": project.workspace,
        "projectKey": project.key,
        "description": project.description,
        "version": _VERSION,
    }


# Litestar 2.25 wraps the first of three threaded handlers of one path twice, unless they come registered together.
handlers: list[Any] = [get_project, Router("/", route_handlers=[list_projects, create_project, delete_project]), list_workspaces]
