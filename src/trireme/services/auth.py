"""Who is asking, and whether they may."""

from __future__ import annotations

from trireme.domain.errors import NotFound, PermissionDenied
from trireme.domain.permissions import Actor, Permission
from trireme.domain.project import ProjectRecord

_NEEDS = {Permission.READ: "viewer", Permission.WRITE: "contributor", Permission.ADMIN: "admin"}


def require(actor: Actor, project: ProjectRecord, permission: Permission) -> None:
    """Return if *actor* may do that with *project*.

    Raises:
        NotFound: the actor may not even know that the project exists.
        PermissionDenied: the actor sees the project but may not do this.
    """
    if actor.is_admin:
        return
    role = actor.roles.get(project.id)
    if role is None:
        raise NotFound(f"There is no project '{project.full_name}'.", hint="Check its name, or ask for access.")
    if not role.allows(permission):
        raise PermissionDenied(
            f"You may not do this in '{project.full_name}'.",
            hint=f"It needs the role '{_NEEDS[permission]}'; ask a project admin.",
        )


def require_admin(actor: Actor, what: str) -> None:
    """Return if *actor* administers the server.

    Parameters:
        what: for the sentence, e.g. "create projects".

    Raises:
        PermissionDenied: they do not.
    """
    if not actor.is_admin:
        raise PermissionDenied(f"You may not {what} here.", hint="Ask an administrator of the server.")
