"""Projects in the catalog."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import Engine, Select, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from trireme.domain.errors import AlreadyExists, NotFound
from trireme.domain.ids import ProjectId
from trireme.domain.project import ProjectRecord
from trireme.storage.catalog.clock import now_ms
from trireme.storage.catalog.tables import projects, workspaces

_NOT_KEY = re.compile(r"[^A-Z0-9]")


class Projects:
    """Find, make and change projects."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def get(self, workspace: str, name: str) -> ProjectRecord:
        """The project ``workspace/name``.

        Raises:
            NotFound: there is none.
        """
        with self._engine.connect() as connection:
            row = connection.execute(_select().where(workspaces.c.name == workspace, projects.c.name == name)).first()
        if row is None:
            raise NotFound(f"There is no project '{workspace}/{name}'.", hint="Check its name, or log a run into it to make it.")
        return _record(row)

    def get_by_id(self, project: ProjectId) -> ProjectRecord:
        """The project of that id.

        Raises:
            NotFound: there is none.
        """
        with self._engine.connect() as connection:
            row = connection.execute(_select().where(projects.c.id == project)).first()
        if row is None:
            raise NotFound("The project does not exist any more.")
        return _record(row)

    def ensure(self, workspace: str, name: str) -> ProjectRecord:
        """Find the project, or make it and its workspace."""
        try:
            return self.get(workspace, name)
        except NotFound:
            pass
        try:
            return self.create(workspace, name)
        except AlreadyExists:
            return self.get(workspace, name)

    def create(self, workspace: str, name: str, *, key: str | None = None, description: str = "") -> ProjectRecord:
        """Make a project, and its workspace if that is missing.

        Parameters:
            key: prefix of short run ids; made from the name, and made unique, when absent.

        Raises:
            AlreadyExists: the name or the key is taken.
        """
        wanted = key or _key_of(name)
        for attempt in range(1, 1000):
            try:
                return self._create(workspace, name, wanted if attempt == 1 else f"{wanted}{attempt}", description)
            except IntegrityError:
                with self._engine.connect() as connection:
                    taken = connection.execute(_select().where(workspaces.c.name == workspace, projects.c.name == name)).first()
                if taken is not None:
                    break
                if key is not None:
                    raise AlreadyExists(
                        f"The key '{key}' is taken in '{workspace}'.", hint="Choose another, or give none."
                    ) from None
        raise AlreadyExists(f"The project '{workspace}/{name}' exists.")

    def page(self, limit: int, offset: int) -> list[ProjectRecord]:
        """Projects, newest activity first."""
        order = func.coalesce(projects.c.last_activity_at, projects.c.created_at).desc()
        with self._engine.connect() as connection:
            rows = connection.execute(_select().order_by(order, projects.c.id).limit(limit).offset(offset)).all()
        return [_record(row) for row in rows]

    def describe(self, project: ProjectId, description: str) -> None:
        """Change the description."""
        with self._engine.begin() as connection:
            connection.execute(update(projects).where(projects.c.id == project).values(description=description))

    def _create(self, workspace: str, name: str, key: str, description: str) -> ProjectRecord:
        now = now_ms()
        with self._engine.begin() as connection:
            found = connection.execute(select(workspaces.c.id).where(workspaces.c.name == workspace)).scalar()
            if found is None:
                found = connection.execute(
                    insert(workspaces).values(name=workspace, created_at=now).returning(workspaces.c.id)
                ).scalar_one()
            values: dict[str, Any] = {
                "workspace_id": found,
                "name": name,
                "key": key,
                "description": description,
                "created_at": now,
            }
            made = connection.execute(insert(projects).values(values).returning(projects.c.id)).scalar_one()
        return ProjectRecord(ProjectId(made), workspace, name, key, description, now, 0, None)


def _select() -> Select[Any]:
    return select(projects, workspaces.c.name.label("workspace")).join(workspaces, workspaces.c.id == projects.c.workspace_id)


def _record(row: Any) -> ProjectRecord:
    return ProjectRecord(
        ProjectId(row.id), row.workspace, row.name, row.key, row.description, row.created_at, row.run_count, row.last_activity_at
    )


def _key_of(name: str) -> str:
    letters = _NOT_KEY.sub("", name.upper())
    return (letters if len(letters) <= 8 else letters[:4]) or "RUN"
