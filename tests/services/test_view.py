"""Who may do what with views and dashboards, and their limits."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

import pytest
from sqlalchemy import insert

from trireme.domain.errors import Conflict, InvalidInput, NotFound, PermissionDenied, TooLarge
from trireme.domain.ids import UserId
from trireme.domain.permissions import Actor, Role
from trireme.domain.project import ProjectRecord
from trireme.server.services import Services
from trireme.services import saved
from trireme.storage.catalog.tables import users


@pytest.fixture
def project(services: Services) -> ProjectRecord:
    return services.catalog.projects.ensure("team", "views")


def member(services: Services, project: ProjectRecord, number: int, role: Role | None) -> Actor:
    with services.catalog.engine.begin() as connection:
        connection.execute(insert(users).values(id=number, name=f"user{number}", created_at=1))
    return Actor(UserId(number), f"user{number}", roles=MappingProxyType({} if role is None else {project.id: role}))


def test_what_each_role_may(services: Services, project: ProjectRecord) -> None:
    viewer, writer, other, admin, stranger = (
        member(services, project, number, role)
        for number, role in enumerate((Role.VIEWER, Role.CONTRIBUTOR, Role.CONTRIBUTOR, Role.ADMIN, None), 10)
    )
    views = services.views

    mine = views.create(viewer, project, name=" mine ", shared=False, content={"q": "x"})
    assert mine.name == "mine"
    for curious in (writer, admin):
        with pytest.raises(NotFound, match="no view"):
            views.get(curious, mine.id)
    with pytest.raises(PermissionDenied):
        views.create(viewer, project, name="ours", shared=True, content={})
    with pytest.raises(PermissionDenied):
        views.change(viewer, project, mine.id, version=1, shared=True)
    assert views.change(viewer, project, mine.id, version=1, content={"q": "y"}).content == {"q": "y"}

    ours = views.create(writer, project, name="ours", shared=True, content={})
    assert views.get(viewer, ours.id) == (project, ours)
    with pytest.raises(PermissionDenied):
        views.change(viewer, project, ours.id, version=1, content={"q": "z"})
    assert views.change(other, project, ours.id, version=1, name="Ours").updated_by == "user12"
    for change in ({"shared": False}, {"trashed": True}):
        with pytest.raises(PermissionDenied, match="belongs to user11"):
            views.change(other, project, ours.id, version=2, **change)
    views.set_default(other, project, ours.id)
    assert views.default(viewer, project) == ours.id
    with pytest.raises(PermissionDenied):
        views.set_default(viewer, project, None)
    with pytest.raises(InvalidInput, match="private"):
        views.set_default(admin, project, views.create(admin, project, name="p", shared=False, content={}).id)

    with pytest.raises(NotFound, match="no project"):
        views.all(stranger, project)
    with pytest.raises(NotFound, match="no view"):
        views.get(stranger, ours.id)
    assert views.find(stranger, "ours", limit=5) == []
    assert views.find(viewer, "OURS", limit=5)[0][0] == project

    with pytest.raises(Conflict, match="not in the trash"):
        views.delete(admin, project, ours.id)
    gone = views.change(admin, project, ours.id, version=2, trashed=True)
    assert views.default(viewer, project) is None
    with pytest.raises(Conflict, match="in the trash"):
        views.change(writer, project, ours.id, version=gone.version, name="x")
    views.delete(writer, project, ours.id)
    with pytest.raises(NotFound):
        views.get(admin, ours.id)


def test_a_view_of_another_project_is_not_found(services: Services, project: ProjectRecord, actor: Actor) -> None:
    made = services.views.create(actor, project, name="x", shared=True, content={})
    elsewhere = services.catalog.projects.ensure("team", "elsewhere")
    with pytest.raises(NotFound):
        services.views.change(actor, elsewhere, made.id, version=1, name="y")


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "a\x00", "\ud800", "x" * 201])
def test_names_that_are_refused(services: Services, project: ProjectRecord, actor: Actor, name: str) -> None:
    with pytest.raises(InvalidInput, match="cannot be the name of a view"):
        services.views.create(actor, project, name=name, shared=False, content={})


def test_limits_are_named(services: Services, project: ProjectRecord, actor: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    def create(content: dict[str, str]) -> None:
        services.views.create(actor, project, name="v", shared=False, content=content)

    with pytest.raises(TooLarge, match="65,536"):
        create({"q": "x" * 70_000})
    with pytest.raises(InvalidInput, match="201 keys"):
        create({str(number): "" for number in range(201)})
    monkeypatch.setattr(saved, "MAX_SAVED", 1)
    create({})
    with pytest.raises(InvalidInput, match="has 1 views that you see"):
        create({})


def test_dashboards_have_limits_of_their_own(services: Services, project: ProjectRecord, actor: Actor) -> None:
    def create(*sections: dict[str, Any]) -> None:
        services.dashboards.create(actor, project, name="d", shared=False, content={"sections": list(sections)})

    create({"id": "s", "widgets": [{"id": "w"}]})
    with pytest.raises(InvalidInput, match="id 'w'"):
        create({"id": "s", "widgets": [{"id": "w"}, {"id": "w"}]})
    with pytest.raises(InvalidInput, match="201 widgets"):
        create({"id": "s", "widgets": [{"id": str(number)} for number in range(201)]})
    with pytest.raises(TooLarge, match="524,288"):
        create({"id": "s", "widgets": [{"id": str(number), "text": "x" * 50_000} for number in range(12)]})
