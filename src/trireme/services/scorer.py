"""Scorers: whoever may read or write a project may read or write its scorers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from trireme.domain.errors import InvalidInput, NotFound
from trireme.domain.permissions import Actor, Permission
from trireme.domain.project import ProjectRecord
from trireme.domain.scorer import ScorerVersion
from trireme.services.auth import require
from trireme.storage.catalog.catalog import Catalog

_MAX_NAME: Final = 256
_MAX_CONTENT: Final = 1_000_000


class ScorerService:
    """The use-cases of scorers."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def register(self, actor: Actor, project: ProjectRecord, name: str, content: str) -> ScorerVersion:
        """Make the next version of a scorer.

        Raises:
            InvalidInput: the name or the content is too long.
        """
        require(actor, project, Permission.WRITE)
        _check(name, content)
        return self._catalog.scorers.add(project.id, name, content)

    def bring(self, actor: Actor, project: ProjectRecord, versions: Sequence[ScorerVersion]) -> int:
        """Bring versions from elsewhere; how many were not here.

        Raises:
            InvalidInput: a name or a content is too long.
        """
        require(actor, project, Permission.WRITE)
        for version in versions:
            _check(version.name, version.content)
        return self._catalog.scorers.bring(versions)

    def latest(self, actor: Actor, projects: Sequence[ProjectRecord]) -> list[ScorerVersion]:
        """The newest version of each scorer of projects."""
        for project in projects:
            require(actor, project, Permission.READ)
        return self._catalog.scorers.latest([project.id for project in projects])

    def versions(self, actor: Actor, project: ProjectRecord, name: str) -> list[ScorerVersion]:
        """All versions of a scorer, oldest first.

        Raises:
            NotFound: there is no such scorer.
        """
        require(actor, project, Permission.READ)
        found = self._catalog.scorers.versions(project.id, name)
        if not found:
            raise NotFound(f"Scorer with name '{name[:200]}' not found in '{project.full_name}'.")
        return found

    def get(self, actor: Actor, project: ProjectRecord, name: str, version: int | None) -> ScorerVersion:
        """One version, or the newest.

        Raises:
            NotFound: there is none.
        """
        found = self.versions(actor, project, name)
        if version is None:
            return found[-1]
        chosen = next((one for one in found if one.version == version), None)
        if chosen is None:
            raise NotFound(f"Scorer with name '{name[:200]}' and version {version} not found in '{project.full_name}'.")
        return chosen

    def delete(self, actor: Actor, project: ProjectRecord, name: str, version: int | None) -> None:
        """Forget one version, or all.

        Raises:
            NotFound: there is none.
        """
        require(actor, project, Permission.WRITE)
        self.get(actor, project, name, version)
        self._catalog.scorers.delete(project.id, name, version)


def _check(name: str, content: str) -> None:
    if not name.strip() or len(name) > _MAX_NAME:
        raise InvalidInput(f"A scorer's name has 1 to {_MAX_NAME} characters.")
    if len(content) > _MAX_CONTENT:
        raise InvalidInput(f"A scorer has {len(content):,} characters; the limit is {_MAX_CONTENT:,}.")
