"""Views: named states of a project's page, and the one that newcomers see."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from trireme.domain.errors import InvalidInput
from trireme.domain.permissions import Actor, Permission
from trireme.domain.project import ProjectRecord
from trireme.services.auth import require
from trireme.services.events import Events
from trireme.services.saved import SavedService
from trireme.storage.catalog.catalog import Catalog

MAX_STATE_KEYS: Final = 200
_MAX_KEY: Final = 100


class ViewService(SavedService):
    """The use-cases of views. A view's content is the page's address as a flat record of texts."""

    noun = "view"
    max_bytes = 64 * 1024
    _smaller = "Choose fewer columns or runs."

    def __init__(self, catalog: Catalog, events: Events) -> None:
        super().__init__(catalog, catalog.views, events, "views")

    def check(self, content: Mapping[str, str]) -> None:
        """Return if that can be a view's state.

        Raises:
            InvalidInput: it has too many keys or too long ones.
            TooLarge: it takes too many bytes.
        """
        if len(content) > MAX_STATE_KEYS or any(not 1 <= len(key) <= _MAX_KEY for key in content):
            raise InvalidInput(
                f"The view has {len(content):,} keys.",
                hint=f"A view has at most {MAX_STATE_KEYS} keys of 1 to {_MAX_KEY} characters.",
            )
        super().check(content)

    def default(self, actor: Actor, project: ProjectRecord) -> str | None:
        """The id of the view that newcomers see."""
        require(actor, project, Permission.READ)
        return self._catalog.views.default(project.id)

    def set_default(self, actor: Actor, project: ProjectRecord, id: str | None) -> None:
        """Let newcomers see that view; None: all runs.

        Raises:
            InvalidInput: newcomers could not see it.
        """
        require(actor, project, Permission.WRITE)
        if id is not None:
            _, found = self.get(actor, id, project)
            if not found.shared or found.trashed:
                where = "in the trash" if found.trashed else "private"
                raise InvalidInput(f"The view '{found.name}' is {where}, so newcomers cannot see it.", hint="Share it first.")
        self._catalog.views.set_default(project.id, id)
        self._tell(project)
