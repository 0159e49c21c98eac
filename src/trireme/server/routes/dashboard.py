"""Dashboards of a project."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Router, delete, get, patch, post

from trireme.domain.permissions import Actor
from trireme.domain.project import ProjectRecord
from trireme.domain.saved import Saved
from trireme.server.routes.view import saved_info
from trireme.server.schemas.dashboard import Dashboard, DashboardCreate, DashboardList, DashboardPatch, Layout
from trireme.server.services import Services

_DASHBOARDS = "/api/v1/projects/{workspace:str}/{name:str}/dashboards"
_DASHBOARD = _DASHBOARDS + "/{dashboard_id:str}"


@get(_DASHBOARDS, sync_to_thread=True, tags=["dashboards"], operation_id="listDashboards")
def list_dashboards(services: Services, actor: Actor, workspace: str, name: str, trashed: bool = False) -> DashboardList:
    """List the dashboards you see, by name; `trashed` lists those in the trash."""
    project = services.projects.get(actor, workspace, name)
    found = services.dashboards.all(actor, project, trashed=trashed)
    return DashboardList([saved_info(actor, project, dashboard) for dashboard in found])


@post(_DASHBOARDS, sync_to_thread=True, tags=["dashboards"], operation_id="createDashboard")
def create_dashboard(services: Services, actor: Actor, workspace: str, name: str, data: DashboardCreate) -> Dashboard:
    """Save a dashboard."""
    project = services.projects.get(actor, workspace, name)
    layout = msgspec.to_builtins(data.layout)
    return _dashboard(
        actor, project, services.dashboards.create(actor, project, name=data.name, shared=data.shared, content=layout)
    )


@get(_DASHBOARD, sync_to_thread=True, tags=["dashboards"], operation_id="getDashboard")
def get_dashboard(services: Services, actor: Actor, workspace: str, name: str, dashboard_id: str) -> Dashboard:
    """Get a dashboard."""
    return _dashboard(actor, *services.dashboards.get(actor, dashboard_id, services.projects.get(actor, workspace, name)))


@patch(_DASHBOARD, sync_to_thread=True, tags=["dashboards"], operation_id="patchDashboard")
def patch_dashboard(
    services: Services, actor: Actor, workspace: str, name: str, dashboard_id: str, data: DashboardPatch
) -> Dashboard:
    """Rename, share, change, trash or restore a dashboard."""
    project = services.projects.get(actor, workspace, name)
    changed = services.dashboards.change(
        actor,
        project,
        dashboard_id,
        version=data.version,
        name=data.name,
        shared=data.shared,
        content=None if data.layout is None else msgspec.to_builtins(data.layout),
        trashed=data.trashed,
    )
    return _dashboard(actor, project, changed)


@delete(_DASHBOARD, sync_to_thread=True, tags=["dashboards"], operation_id="deleteDashboard")
def delete_dashboard(services: Services, actor: Actor, workspace: str, name: str, dashboard_id: str) -> None:
    """Remove a trashed dashboard for good."""
    services.dashboards.delete(actor, services.projects.get(actor, workspace, name), dashboard_id)


def _dashboard(actor: Actor, project: ProjectRecord, saved: Saved) -> Dashboard:
    info = saved_info(actor, project, saved)
    layout = msgspec.convert(saved.content, Layout)
    return Dashboard(**{field: getattr(info, field) for field in info.__struct_fields__}, layout=layout)


handlers: list[Any] = [
    list_dashboards,
    create_dashboard,
    # Litestar 2.25 wraps the first of three threaded handlers of one path twice, unless they come registered together.
    Router("/", route_handlers=[get_dashboard, patch_dashboard, delete_dashboard]),
]
