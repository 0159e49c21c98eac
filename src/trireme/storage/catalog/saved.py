"""Views and dashboards in the catalog."""

from __future__ import annotations

import json
import secrets
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, Engine, Select, Table, delete, func, insert, or_, select, update

from trireme.domain.errors import Conflict
from trireme.domain.ids import ProjectId, UserId
from trireme.domain.saved import Saved
from trireme.storage.catalog.clock import now_ms
from trireme.storage.catalog.saved_tables import default_views, views
from trireme.storage.catalog.tables import users

# Letters and digits that are not mistaken for one another when a link is read aloud.
_LETTERS: Final = "23456789abcdefghjkmnpqrstuvwxyz"
_KEPT_IN_TRASH_MS: Final = 30 * 24 * 3600 * 1000


class SavedThings:
    """Find, make and change the things of one table."""

    def __init__(self, engine: Engine, table: Table) -> None:
        self._engine = engine
        self._table = table

    def create(self, project: ProjectId, owner: UserId, owner_name: str, *, name: str, shared: bool, content: Any) -> Saved:
        """Make one."""
        now = now_ms()
        values = {
            "id": "".join(secrets.choice(_LETTERS) for _ in range(12)),
            "project_id": project,
            "owner_id": owner,
            "name": name,
            "shared": shared,
            "content": json.dumps(content),
            "created_at": now,
            "updated_at": now,
            "updated_by": owner_name,
        }
        with self._engine.begin() as connection:
            connection.execute(insert(self._table).values(values))
        found = self.get(values["id"])
        assert found is not None
        return found

    def get(self, id: str) -> Saved | None:
        """One, wherever it is, also in the trash."""
        with self._engine.connect() as connection:
            row = connection.execute(self._select(self._table.c.content).where(self._table.c.id == id)).first()
        return None if row is None else _record(row, json.loads(row.content))

    def all(self, project: ProjectId, user: UserId, *, trashed: bool = False) -> list[Saved]:
        """What *user* sees in a project, without the contents: what is shared, and their own; by name."""
        statement = self._select().where(self._table.c.project_id == project, self._seen_by(user), self._trashed(trashed))
        with self._engine.connect() as connection:
            rows = connection.execute(statement.order_by(func.lower(self._table.c.name), self._table.c.created_at)).all()
        return [_record(row) for row in rows]

    def count(self, project: ProjectId, user: UserId) -> int:
        """How many *user* sees in a project, without the trash."""
        statement = select(func.count()).where(self._table.c.project_id == project, self._seen_by(user), self._trashed(False))
        with self._engine.connect() as connection:
            return int(connection.execute(statement.select_from(self._table)).scalar_one())

    def find(self, text: str, user: UserId, projects: list[ProjectId] | None, *, limit: int) -> list[Saved]:
        """Those *user* sees whose name contains *text*, without the contents, changed last first; everywhere if *projects* is None."""
        pattern = text.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        conditions = [
            func.lower(self._table.c.name).like(f"%{pattern}%", escape="\\"),
            self._seen_by(user),
            self._trashed(False),
        ]
        if projects is not None:
            conditions.append(self._table.c.project_id.in_(projects))
        statement = self._select().where(*conditions).order_by(self._table.c.updated_at.desc()).limit(limit)
        with self._engine.connect() as connection:
            return [_record(row) for row in connection.execute(statement)]

    def change(self, seen: Saved, version: int, by: str, **changes: Any) -> Saved:
        """Change columns (name, shared, content, trashed), if nobody has changed anything since *version*.

        Raises:
            Conflict: somebody has, or it is gone.
        """
        now = now_ms()
        values: dict[str, Any] = {"version": self._table.c.version + 1, "updated_at": now, "updated_by": by}
        for column, value in changes.items():
            if column == "content":
                values["content"] = json.dumps(value)
            elif column == "trashed":
                values["trashed_at"] = now if value else None
            else:
                values[column] = value
        with self._engine.begin() as connection:
            mine = (self._table.c.id == seen.id, self._table.c.version == version)
            changed = connection.execute(update(self._table).where(*mine).values(values)).rowcount
            if changed and changes.get("trashed"):
                old = (self._table.c.project_id == seen.project_id, self._table.c.trashed_at < now - _KEPT_IN_TRASH_MS)
                connection.execute(delete(self._table).where(*old))
        found = self.get(seen.id)
        if not changed or found is None:
            who = f"{found.updated_by} changed" if found else "Somebody deleted"
            raise Conflict(f"{who} '{seen.name}' since you opened it.", hint="Load it again, or save yours under another name.")
        return found

    def delete(self, id: str) -> None:
        """Forget one for good."""
        with self._engine.begin() as connection:
            connection.execute(delete(self._table).where(self._table.c.id == id))

    def _select(self, *more: Column[Any]) -> Select[Any]:
        # Contents may be large, and a list does not need them.
        columns = [column for column in self._table.c if column.name != "content"]
        return select(*columns, *more, users.c.name.label("owner")).join(users, users.c.id == self._table.c.owner_id)

    def _seen_by(self, user: UserId) -> ColumnElement[bool]:
        return or_(self._table.c.shared.is_(True), self._table.c.owner_id == user)

    def _trashed(self, trashed: bool) -> ColumnElement[bool]:
        column = self._table.c.trashed_at
        return column.is_not(None) if trashed else column.is_(None)


class Views(SavedThings):
    """Views, of which a project may have a default."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine, views)

    def default(self, project: ProjectId) -> str | None:
        """The id of the view that newcomers see; None while it is in the trash or private."""
        statement = select(views.c.id).join(default_views, default_views.c.view_id == views.c.id)
        good = (default_views.c.project_id == project, views.c.shared.is_(True), views.c.trashed_at.is_(None))
        with self._engine.connect() as connection:
            return connection.execute(statement.where(*good)).scalar()

    def set_default(self, project: ProjectId, view: str | None) -> None:
        """Let newcomers see that view, or none."""
        with self._engine.begin() as connection:
            connection.execute(delete(default_views).where(default_views.c.project_id == project))
            if view is not None:
                connection.execute(insert(default_views).values(project_id=project, view_id=view))


def _record(row: Any, content: Any = None) -> Saved:
    return Saved(
        row.id, ProjectId(row.project_id), row.name, UserId(row.owner_id), row.owner, row.shared, row.version,
        content, row.created_at, row.updated_at, row.updated_by, row.trashed_at is not None,
    )  # fmt: skip
