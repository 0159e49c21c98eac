"""Who may do what."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from types import MappingProxyType
from typing import Final

from trireme.domain.ids import ProjectId, UserId


class Permission(IntEnum):
    """What one does with a project. Each includes those before it."""

    READ = 1
    WRITE = 2
    ADMIN = 3


class Role(IntEnum):
    """What a member is in a project."""

    VIEWER = 1
    CONTRIBUTOR = 2
    ADMIN = 3

    def allows(self, permission: Permission) -> bool:
        """Whether this role includes *permission*."""
        return int(self) >= int(permission)


@dataclass(frozen=True, slots=True)
class Actor:
    """The one on whose behalf something is done.

    Parameters:
        is_admin: may do everything everywhere, as the one person of a local server may.
        roles: the role by project, for everybody else.
    """

    user_id: UserId
    name: str
    is_admin: bool = False
    roles: MappingProxyType[ProjectId, Role] = field(default_factory=lambda: MappingProxyType({}))


LOCAL_USER_ID: Final = UserId(1)
"""The first user of every catalog: the one person of a local server."""
