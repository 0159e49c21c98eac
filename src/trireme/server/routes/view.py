"""Views of a project."""

from __future__ import annotations

from typing import Any

from litestar import Router, delete, get, patch, post, put

from trireme.domain.permissions import Actor
from trireme.domain.project import ProjectRecord
from trireme.domain.saved import Saved
from trireme.server.schemas.view import DefaultView, SavedInfo, View, ViewCreate, ViewList, ViewPatch
from trireme.server.services import Services
from trireme.server.wire import iso

_VIEWS = "/api/v1/projects/{workspace:str}/{name:str}/views"
_VIEW = _VIEWS + "/{view_id:str}"


@get(_VIEWS, sync_to_thread=True, tags=["views"], operation_id="listViews")
def list_views(services: Services, actor: Actor, workspace: str, name: str, trashed: bool = False) -> ViewList:
    """List the views you see, by name; `trashed` lists those in the trash."""
    project = services.projects.get(actor, workspace, name)
    found = services.views.all(actor, project, trashed=trashed)
    return ViewList([saved_info(actor, project, view) for view in found], services.views.default(actor, project))


@post(_VIEWS, sync_to_thread=True, tags=["views"], operation_id="createView")
def create_view(services: Services, actor: Actor, workspace: str, name: str, data: ViewCreate) -> View:
    """Save a view."""
    project = services.projects.get(actor, workspace, name)
    made = services.views.create(actor, project, name=data.name, shared=data.shared, content=data.state)
    return _view(actor, project, made)


@get(_VIEW, sync_to_thread=True, tags=["views"], operation_id="getView")
def get_view(services: Services, actor: Actor, workspace: str, name: str, view_id: str) -> View:
    """Get a view."""
    return _view(actor, *services.views.get(actor, view_id, services.projects.get(actor, workspace, name)))


@patch(_VIEW, sync_to_thread=True, tags=["views"], operation_id="patchView")
def patch_view(services: Services, actor: Actor, workspace: str, name: str, view_id: str, data: ViewPatch) -> View:
    """Rename, share, change, trash or restore a view."""
    project = services.projects.get(actor, workspace, name)
    changed = services.views.change(
        actor,
        project,
        view_id,
        version=data.version,
        name=data.name,
        shared=data.shared,
        content=data.state,
        trashed=data.trashed,
    )
    return _view(actor, project, changed)


@delete(_VIEW, sync_to_thread=True, tags=["views"], operation_id="deleteView")
def delete_view(services: Services, actor: Actor, workspace: str, name: str, view_id: str) -> None:
    """Remove a trashed view for good."""
    services.views.delete(actor, services.projects.get(actor, workspace, name), view_id)


@put(
    "/api/v1/projects/{workspace:str}/{name:str}/default-view", sync_to_thread=True, tags=["views"], operation_id="setDefaultView"
)
def set_default_view(services: Services, actor: Actor, workspace: str, name: str, data: DefaultView) -> DefaultView:
    """Choose the view that newcomers to the project see."""
    project = services.projects.get(actor, workspace, name)
    services.views.set_default(actor, project, data.view)
    return DefaultView(services.views.default(actor, project))


@get("/api/v1/views/{view_id:str}", sync_to_thread=True, tags=["views"], operation_id="resolveView")
def resolve_view(services: Services, actor: Actor, view_id: str) -> View:
    """Get a view by its id alone: what a short link needs."""
    return _view(actor, *services.views.get(actor, view_id))


def saved_info(actor: Actor, project: ProjectRecord, saved: Saved) -> SavedInfo:
    """What is said of a view or a dashboard in a list."""
    return SavedInfo(
        id=saved.id,
        workspace=project.workspace,
        project=project.name,
        name=saved.name,
        owner=saved.owner,
        mine=saved.owner_id == actor.user_id,
        shared=saved.shared,
        version=saved.version,
        created_at=iso(saved.created_at),
        updated_at=iso(saved.updated_at),
        updated_by=saved.updated_by,
        trashed=saved.trashed,
    )


def _view(actor: Actor, project: ProjectRecord, saved: Saved) -> View:
    info = saved_info(actor, project, saved)
    return View(**{field: getattr(info, field) for field in info.__struct_fields__}, state=saved.content)


handlers: list[Any] = [
    list_views,
    create_view,
    # Litestar 2.25 wraps the first of three threaded handlers of one path twice, unless they come registered together.
    Router("/", route_handlers=[get_view, patch_view, delete_view]),
    set_default_view,
    resolve_view,
]
