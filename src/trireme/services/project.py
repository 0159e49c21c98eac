"""Projects: list, make, describe."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from trireme.domain.errors import InvalidInput, NotFound
from trireme.domain.ids import ProjectId, split_project
from trireme.domain.permissions import Actor, Permission
from trireme.domain.project import ProjectRecord
from trireme.services.auth import require, require_admin
from trireme.services.cursor import decode_cursor, encode_cursor
from trireme.storage.catalog.catalog import Catalog

_MAX_DESCRIPTION = 100_000


class ProjectService:
    """The use-cases of projects."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def page(self, actor: Actor, *, limit: int, cursor: str | None) -> tuple[list[ProjectRecord], str | None]:
        """Projects the actor may see, newest activity first, and a cursor for more."""
        if not 1 <= limit <= 1000:
            raise InvalidInput("At most 1,000 projects a request.")
        offset = decode_cursor(cursor, "projects", [0])[0] if cursor else 0
        found = self._catalog.projects.page(limit + 1, offset)
        seen = [project for project in found[:limit] if actor.is_admin or project.id in actor.roles]
        return seen, encode_cursor("projects", [offset + limit]) if len(found) > limit else None

    def get(self, actor: Actor, workspace: str, name: str) -> ProjectRecord:
        """One project.

        Raises:
            NotFound: there is none that the actor may see.
        """
        project = self._catalog.projects.get(workspace, name)
        require(actor, project, Permission.READ)
        return project

    def by_name(self, actor: Actor, name: str) -> ProjectRecord:
        """The project ``workspace/project``; only the first slash counts.

        Raises:
            NotFound: there is none that the actor may see.
            InvalidInput: that is no project's name.
        """
        return self.get(actor, *split_project(name))

    def by_id(self, actor: Actor, project: ProjectId) -> ProjectRecord:
        """The project of that id.

        Raises:
            NotFound: there is none that the actor may see.
        """
        found = self._catalog.projects.get_by_id(project)
        require(actor, found, Permission.READ)
        return found

    def by_number(self, actor: Actor, number: int) -> ProjectRecord:
        """The project of that id, or of that number of MLflow's (`ProjectRecord.experiment_id`).

        Raises:
            NotFound: there is none that the actor may see.
        """
        found = self._catalog.projects.by_number(number)
        if found is None:
            raise NotFound(f"There is no project of the number {number}.")
        require(actor, found, Permission.READ)
        return found

    def check(self, actor: Actor, project: ProjectRecord, *, write: bool) -> None:
        """Return if the actor may read, or write, what the project holds.

        Raises:
            NotFound, PermissionDenied: they may not.
        """
        require(actor, project, Permission.WRITE if write else Permission.READ)

    def create(
        self,
        actor: Actor,
        workspace: str,
        name: str,
        *,
        key: str | None,
        description: str,
        artifact_root: str = "",
        tags: Mapping[str, str] | None = None,
    ) -> ProjectRecord:
        """Make a project.

        Parameters:
            artifact_root: where clients that store files themselves put those of this project.

        Raises:
            AlreadyExists: the name or key is taken.
            InvalidInput: a name or the key is not allowed.
        """
        require_admin(actor, "create projects")
        split_project(f"{workspace}/{name}")
        if key is not None and not (key.isascii() and key.isalnum() and key.isupper() and len(key) <= 20):
            raise InvalidInput(f"'{key[:40]}' is not a project key.", hint="Use 1 to 20 capital letters and digits, e.g. MNIST.")
        return self._catalog.projects.create(
            workspace, name, key=key, description=_checked(description), artifact_root=artifact_root, tags=tags
        )

    def all(self, actor: Actor, *, trashed: bool | None = False) -> list[ProjectRecord]:
        """All projects the actor may see, newest activity first.

        Parameters:
            trashed: those in the trash; None for both.
        """
        found = self._catalog.projects.page(1_000_000, 0, trashed=trashed)
        return [project for project in found if actor.is_admin or project.id in actor.roles]

    def rename(self, actor: Actor, project: ProjectRecord, name: str) -> ProjectRecord:
        """Give a project another name within its workspace.

        Raises:
            AlreadyExists: the name is taken.
            InvalidInput: the name is not allowed.
        """
        require(actor, project, Permission.ADMIN)
        split_project(f"{project.workspace}/{name}")
        self._catalog.projects.change(project.id, name=name)
        return self._catalog.projects.get_by_id(project.id)

    def tags(self, actor: Actor, found: Sequence[ProjectRecord]) -> dict[ProjectId, dict[str, str]]:
        """The tags of projects."""
        for project in found:
            require(actor, project, Permission.READ)
        return self._catalog.projects.tags([project.id for project in found])

    def set_tag(self, actor: Actor, project: ProjectRecord, key: str, value: str | None) -> bool:
        """Set a tag of a project, or with None take it away; whether it was there."""
        require(actor, project, Permission.WRITE)
        return self._catalog.projects.set_tag(project.id, key, value)

    def describe(self, actor: Actor, project: ProjectRecord, description: str) -> ProjectRecord:
        """Change a project's description."""
        require(actor, project, Permission.ADMIN)
        self._catalog.projects.describe(project.id, _checked(description))
        return self._catalog.projects.get_by_id(project.id)


def _checked(description: str) -> str:
    if len(description) > _MAX_DESCRIPTION:
        raise InvalidInput(f"A description has {len(description):,} characters; the limit is {_MAX_DESCRIPTION:,}.")
    return description
