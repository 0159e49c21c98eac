"""Scorers in the catalog."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Engine, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from trireme.domain.ids import ProjectId
from trireme.domain.scorer import ScorerVersion
from trireme.storage.catalog.clock import now_ms
from trireme.storage.catalog.eval_tables import scorers
from trireme.storage.catalog.tables import projects


class Scorers:
    """Find, make and forget scorers."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._dialect = postgresql if engine.dialect.name == "postgresql" else sqlite

    def add(self, project: ProjectId, name: str, content: str) -> ScorerVersion:
        """Make the next version; its number is above all that are there."""
        mine = (scorers.c.project_id == project, scorers.c.name == name)
        with self._engine.begin() as connection:
            # The update comes first: it takes the project's lock, so no number is given twice.
            connection.execute(update(projects).where(projects.c.id == project).values(name=projects.c.name))
            newest = select(scorers.c.version, scorers.c.scorer_id).where(*mine).order_by(scorers.c.version.desc()).limit(1)
            known = connection.execute(newest).first()
            row = {
                "project_id": project,
                "name": name,
                "version": 1 if known is None else known.version + 1,
                "scorer_id": secrets.token_hex(16) if known is None else known.scorer_id,
                "content": content,
                "created_at": now_ms(),
            }
            connection.execute(insert(scorers).values(row))
        return ScorerVersion(**row)

    def bring(self, versions: Sequence[ScorerVersion]) -> int:
        """Make those versions from elsewhere that are not here, with their numbers and times; how many that were."""
        rows = [asdict(version) for version in versions]
        if not rows:
            return 0
        statement = self._dialect.insert(scorers).on_conflict_do_nothing().returning(scorers.c.version)
        with self._engine.begin() as connection:
            return len(connection.execute(statement.values(rows)).all())

    def latest(self, wanted: Sequence[ProjectId]) -> list[ScorerVersion]:
        """The newest version of each scorer of projects, by project and name."""
        of_projects = scorers.c.project_id.in_(wanted)
        highest = select(scorers.c.project_id, scorers.c.name, func.max(scorers.c.version).label("version"))
        newest = highest.where(of_projects).group_by(scorers.c.project_id, scorers.c.name).subquery()
        joined = scorers.join(
            newest,
            (scorers.c.project_id == newest.c.project_id)
            & (scorers.c.name == newest.c.name)
            & (scorers.c.version == newest.c.version),
        )
        return self._found(select(scorers).select_from(joined).order_by(scorers.c.project_id, scorers.c.name))

    def versions(self, project: ProjectId, name: str) -> list[ScorerVersion]:
        """All versions of a scorer, oldest first; none if there is no such scorer."""
        mine = (scorers.c.project_id == project, scorers.c.name == name)
        return self._found(select(scorers).where(*mine).order_by(scorers.c.version))

    def delete(self, project: ProjectId, name: str, version: int | None) -> int:
        """Forget a version, or all; how many there were."""
        mine = [scorers.c.project_id == project, scorers.c.name == name]
        if version is not None:
            mine.append(scorers.c.version == version)
        with self._engine.begin() as connection:
            return connection.execute(delete(scorers).where(*mine)).rowcount

    def _found(self, statement: Any) -> list[ScorerVersion]:
        with self._engine.connect() as connection:
            return [ScorerVersion(**row) for row in connection.execute(statement).mappings()]
