"""Projects."""

from __future__ import annotations

from typing import Any

from litestar import get, patch, post

from trireme.domain.permissions import Actor
from trireme.domain.project import ProjectRecord
from trireme.server.schemas.project import Project, ProjectCreate, ProjectPage, ProjectPatch
from trireme.server.services import Services
from trireme.server.wire import iso


@get("/api/v1/projects", sync_to_thread=True, tags=["projects"], operation_id="listProjects")
def list_projects(services: Services, actor: Actor, limit: int = 100, cursor: str | None = None) -> ProjectPage:
    """List projects, newest activity first."""
    projects, next_cursor = services.projects.page(actor, limit=limit, cursor=cursor)
    return ProjectPage([_project(project) for project in projects], next_cursor)


@post("/api/v1/projects", sync_to_thread=True, tags=["projects"], operation_id="createProject")
def create_project(services: Services, actor: Actor, data: ProjectCreate) -> Project:
    """Make a project."""
    made = services.projects.create(actor, data.workspace, data.name, key=data.key, description=data.description)
    return _project(made)


@get("/api/v1/projects/{workspace:str}/{name:str}", sync_to_thread=True, tags=["projects"], operation_id="getProject")
def get_project(services: Services, actor: Actor, workspace: str, name: str) -> Project:
    """Get one project."""
    return _project(services.projects.get(actor, workspace, name))


@patch("/api/v1/projects/{workspace:str}/{name:str}", sync_to_thread=True, tags=["projects"], operation_id="patchProject")
def patch_project(services: Services, actor: Actor, workspace: str, name: str, data: ProjectPatch) -> Project:
    """Change a project's description."""
    project = services.projects.get(actor, workspace, name)
    if data.description is not None:
        project = services.projects.describe(actor, project, data.description)
    return _project(project)


def _project(record: ProjectRecord) -> Project:
    return Project(
        workspace=record.workspace,
        name=record.name,
        key=record.key,
        description=record.description,
        created_at=iso(record.created_at),
        run_count=record.run_count,
        last_activity_at=None if record.last_activity_at is None else iso(record.last_activity_at),
    )


handlers: list[Any] = [list_projects, create_project, get_project, patch_project]
