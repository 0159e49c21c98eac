"""What views and dashboards have in common: who sees, changes and deletes them, and how two editors do not overwrite each other.

Everybody who may read a project keeps private things of their own in it. What is shared is everybody's: who may write may change
it. Only its owner, or an admin of the project, hides or deletes it.
"""

from __future__ import annotations

import json
from typing import Any, ClassVar, Final

from trireme.domain.errors import Conflict, InvalidInput, NotFound, PermissionDenied, TooLarge
from trireme.domain.permissions import Actor, Permission
from trireme.domain.project import ProjectRecord
from trireme.domain.saved import Saved
from trireme.services.auth import require
from trireme.services.events import Events, SavedKind
from trireme.storage.catalog.catalog import Catalog
from trireme.storage.catalog.saved import SavedThings

MAX_SAVED: Final = 500
"""Views, and dashboards, that one person sees in a project."""
_MAX_NAME: Final = 200


class SavedService:
    """The use-cases that views and dashboards share."""

    noun: ClassVar[str]
    max_bytes: ClassVar[int]

    def __init__(self, catalog: Catalog, things: SavedThings, events: Events, kind: SavedKind) -> None:
        self._catalog = catalog
        self._things = things
        self._events = events
        self._kind: SavedKind = kind

    def check(self, content: Any) -> None:
        """Return if *content* is what such a thing may hold.

        Raises:
            InvalidInput: it is not.
        """
        size = len(json.dumps(content))
        if size > self.max_bytes:
            raise TooLarge(f"The {self.noun} takes {size:,} bytes as JSON; the limit is {self.max_bytes:,}.", hint=self._smaller)

    _smaller: ClassVar[str] = "Keep less in it."

    def all(self, actor: Actor, project: ProjectRecord, *, trashed: bool = False) -> list[Saved]:
        """What the actor sees of a project, without the contents, by name."""
        require(actor, project, Permission.READ)
        return self._things.all(project.id, actor.user_id, trashed=trashed)

    def get(self, actor: Actor, id: str, project: ProjectRecord | None = None) -> tuple[ProjectRecord, Saved]:
        """One, and its project.

        Parameters:
            project: where it has to be; anywhere when None.

        Raises:
            NotFound: there is none that the actor may see.
        """
        found = self._things.get(id)
        if found is None or (project is not None and found.project_id != project.id):
            raise self._missing(id)
        home = project or self._catalog.projects.get_by_id(found.project_id)
        try:
            require(actor, home, Permission.READ)
        except NotFound:
            raise self._missing(id) from None
        if not found.shared and found.owner_id != actor.user_id:
            raise self._missing(id)
        return home, found

    def create(self, actor: Actor, project: ProjectRecord, *, name: str, shared: bool, content: Any) -> Saved:
        """Make one.

        Raises:
            InvalidInput: the name or the content is not allowed, or there are too many.
        """
        require(actor, project, Permission.WRITE if shared else Permission.READ)
        self.check(content)
        self._check_room(actor, project)
        made = self._things.create(project.id, actor.user_id, actor.name, name=self._name(name), shared=shared, content=content)
        self._tell(project)
        return made

    def change(
        self,
        actor: Actor,
        project: ProjectRecord,
        id: str,
        *,
        version: int,
        name: str | None = None,
        shared: bool | None = None,
        content: Any = None,
        trashed: bool | None = None,
    ) -> Saved:
        """Change what is given.

        Parameters:
            version: the one the actor saw.

        Raises:
            Conflict: somebody changed it since.
        """
        _, found = self.get(actor, id, project)
        mine = found.owner_id == actor.user_id
        if found.shared or shared:
            require(actor, project, Permission.WRITE)
        hides = found.shared and (shared is False or trashed is not None)
        if hides and not mine:
            self._require_admin(actor, project, found)
        changes: dict[str, Any] = {}
        if name is not None:
            changes["name"] = self._name(name)
        if shared is not None:
            changes["shared"] = shared
        if content is not None:
            self.check(content)
            changes["content"] = content
        if trashed is not None and trashed != found.trashed:
            if not trashed:
                self._check_room(actor, project)
            changes["trashed"] = trashed
        if found.trashed and changes and changes.get("trashed") is not False:
            raise Conflict(f"The {self.noun} '{found.name}' is in the trash.", hint="Take it out first.")
        changed = self._things.change(found, version, actor.name, **changes)
        self._tell(project)
        return changed

    def delete(self, actor: Actor, project: ProjectRecord, id: str) -> None:
        """Forget one for good.

        Raises:
            Conflict: it is not in the trash.
        """
        _, found = self.get(actor, id, project)
        if found.shared:
            require(actor, project, Permission.WRITE)
            if found.owner_id != actor.user_id:
                self._require_admin(actor, project, found)
        if not found.trashed:
            raise Conflict(f"The {self.noun} '{found.name}' is not in the trash.", hint="Move it to the trash first.")
        self._things.delete(id)
        self._tell(project)

    def find(self, actor: Actor, text: str, *, limit: int) -> list[tuple[ProjectRecord, Saved]]:
        """Those of all projects whose name contains *text*, changed last first, with their projects."""
        found = self._things.find(text, actor.user_id, None if actor.is_admin else list(actor.roles), limit=limit)
        homes = {id: self._catalog.projects.get_by_id(id) for id in {one.project_id for one in found}}
        return [(homes[one.project_id], one) for one in found if not homes[one.project_id].trashed]

    def _tell(self, project: ProjectRecord) -> None:
        self._events.publish_saved(project.id, self._kind)

    def _check_room(self, actor: Actor, project: ProjectRecord) -> None:
        if self._things.count(project.id, actor.user_id) >= MAX_SAVED:
            raise InvalidInput(
                f"'{project.full_name}' has {MAX_SAVED} {self.noun}s that you see; more are not kept.",
                hint=f"Delete {self.noun}s that nobody needs.",
            )

    def _require_admin(self, actor: Actor, project: ProjectRecord, found: Saved) -> None:
        try:
            require(actor, project, Permission.ADMIN)
        except PermissionDenied:
            raise PermissionDenied(
                f"The {self.noun} '{found.name}' belongs to {found.owner}.",
                hint=f"Its owner or a project admin can hide or delete it. Save a {self.noun} of your own instead.",
            ) from None

    def _missing(self, id: str) -> NotFound:
        hint = "It was deleted, or it is private: ask whoever sent the link to share it."
        return NotFound(f"There is no {self.noun} '{id[:40]}' that you may see.", hint=hint)

    def _name(self, name: str) -> str:
        kept = name.strip()
        if not 1 <= len(kept) <= _MAX_NAME or not kept.isprintable():
            raise InvalidInput(
                f"'{kept[:40]}' cannot be the name of a {self.noun}.",
                hint=f"Use 1 to {_MAX_NAME} characters on one line.",
            )
        return kept
