"""Projects in the catalog."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Engine, Select, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from trireme.domain.errors import AlreadyExists, NotFound
from trireme.domain.ids import MAX_EXPERIMENT_ID, ProjectId
from trireme.domain.project import ProjectRecord
from trireme.storage.catalog.clock import now_ms
from trireme.storage.catalog.registry_tables import datasets, logged_models
from trireme.storage.catalog.saved_tables import dashboards, default_views, views
from trireme.storage.catalog.tables import (
    blob_references,
    experiments,
    members,
    named_files,
    project_tags,
    projects,
    runs,
    workspaces,
    writers,
)

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

    def by_number(self, number: int) -> ProjectRecord | None:
        """The project that MLflow's clients know by that number: the one it was given, else the one whose id it is."""
        if number > MAX_EXPERIMENT_ID:
            return None
        mine = (projects.c.experiment_id == number) | ((projects.c.id == number) & projects.c.experiment_id.is_(None))
        with self._engine.connect() as connection:
            row = connection.execute(_select().where(mine).order_by(projects.c.experiment_id.is_(None))).first()
        return None if row is None else _record(row)

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

    def create(
        self,
        workspace: str,
        name: str,
        *,
        key: str | None = None,
        description: str = "",
        artifact_root: str = "",
        tags: Mapping[str, str] | None = None,
        brought: Mapping[str, Any] | None = None,
    ) -> ProjectRecord:
        """Make a project, and its workspace if that is missing.

        Parameters:
            key: prefix of short run ids; made from the name, and made unique, when absent.
            artifact_root: where clients that store files themselves put them.
            brought: columns of a project that is brought over from elsewhere: its times, its id if that is free.

        Raises:
            AlreadyExists: the name or the key is taken.
        """
        wanted = key or _key_of(name)
        for attempt in range(1, 1000):
            try:
                values: dict[str, Any] = {
                    "name": name,
                    "description": description,
                    "artifact_root": artifact_root,
                    **(brought or {}),
                }
                values["key"] = wanted if attempt == 1 else f"{wanted}{attempt}"
                return self._create(workspace, values, tags or {})
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

    def page(self, limit: int, offset: int, *, trashed: bool | None = False) -> list[ProjectRecord]:
        """Projects, newest activity first.

        Parameters:
            trashed: those in the trash; None for all.
        """
        order = func.coalesce(projects.c.last_activity_at, projects.c.created_at).desc()
        with self._engine.connect() as connection:
            found = _select() if trashed is None else _select().where(projects.c.trashed.is_(trashed))
            rows = connection.execute(found.order_by(order, projects.c.id).limit(limit).offset(offset)).all()
        return [_record(row) for row in rows]

    def delete(self, project: ProjectId) -> None:
        """Forget a project with its runs, their writers and their references to files."""
        mine = select(runs.c.key).where(runs.c.project_id == project)
        with self._engine.begin() as connection:
            connection.execute(delete(writers).where(writers.c.run_key.in_(mine)))
            connection.execute(delete(blob_references).where(blob_references.c.project_id == project))
            for table in (
                named_files,
                experiments,
                members,
                project_tags,
                datasets,
                logged_models,
                default_views,
                views,
                dashboards,
            ):
                connection.execute(delete(table).where(table.c.project_id == project))
            connection.execute(delete(runs).where(runs.c.project_id == project))
            connection.execute(delete(projects).where(projects.c.id == project))

    def change(self, project: ProjectId, **changes: Any) -> None:
        """Rename a project (``name``), move it to the trash or out of it (``trashed``), or say where its files go (``artifact_root``).

        Raises:
            AlreadyExists: the name is taken.
        """
        try:
            with self._engine.begin() as connection:
                connection.execute(update(projects).where(projects.c.id == project).values({"changed_at": now_ms()} | changes))
        except IntegrityError:
            raise AlreadyExists(f"A project '{changes.get('name')}' exists in this workspace.") from None

    def tags(self, found: Sequence[ProjectId]) -> dict[ProjectId, dict[str, str]]:
        """The tags of projects."""
        tags: dict[ProjectId, dict[str, str]] = {project: {} for project in found}
        with self._engine.connect() as connection:
            for start in range(0, len(found), 900):
                mine = project_tags.c.project_id.in_(list(found[start : start + 900]))
                for row in connection.execute(select(project_tags).where(mine).order_by(project_tags.c.key)):
                    tags[ProjectId(row.project_id)][row.key] = row.value
        return tags

    def set_tag(self, project: ProjectId, key: str, value: str | None) -> bool:
        """Set a tag, or take it away; whether it was there."""
        mine = (project_tags.c.project_id == project, project_tags.c.key == key)
        with self._engine.begin() as connection:
            was = bool(connection.execute(delete(project_tags).where(*mine)).rowcount)
            if value is not None:
                connection.execute(insert(project_tags).values(project_id=project, key=key, value=value))
        return was

    def describe(self, project: ProjectId, description: str) -> None:
        """Change the description."""
        with self._engine.begin() as connection:
            connection.execute(update(projects).where(projects.c.id == project).values(description=description))

    def _create(self, workspace: str, given: Mapping[str, Any], tags: Mapping[str, str]) -> ProjectRecord:
        now = now_ms()
        with self._engine.begin() as connection:
            found = connection.execute(select(workspaces.c.id).where(workspaces.c.name == workspace)).scalar()
            if found is None:
                found = connection.execute(
                    insert(workspaces).values(name=workspace, created_at=now).returning(workspaces.c.id)
                ).scalar_one()
            values: dict[str, Any] = {"workspace_id": found, "created_at": now, **given}
            made = connection.execute(insert(projects).values(values).returning(projects.c.id)).scalar_one()
            if tags:
                rows = [{"project_id": made, "key": key, "value": value} for key, value in tags.items()]
                connection.execute(insert(project_tags), rows)
            if "id" in given and connection.dialect.name == "postgresql":
                connection.exec_driver_sql(
                    "SELECT setval(pg_get_serial_sequence('projects', 'id'), (SELECT max(id) FROM projects))"
                )
            return _record(connection.execute(_select().where(projects.c.id == made)).one())


def _select() -> Select[Any]:
    return select(projects, workspaces.c.name.label("workspace")).join(workspaces, workspaces.c.id == projects.c.workspace_id)


def _record(row: Any) -> ProjectRecord:
    return ProjectRecord(
        ProjectId(row.id), row.workspace, row.name, row.key, row.description, row.created_at, row.run_count,
        row.last_activity_at, row.trashed, row.changed_at, row.artifact_root, row.experiment_id,
    )  # fmt: skip


def _key_of(name: str) -> str:
    letters = _NOT_KEY.sub("", name.upper())
    return (letters if len(letters) <= 8 else letters[:4]) or "RUN"
