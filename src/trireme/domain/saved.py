"""What people save in a project to look at again: views and dashboards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from trireme.domain.ids import ProjectId, UserId


@dataclass(frozen=True, slots=True)
class Saved:
    """A view or a dashboard as the catalog knows it. Times in ms since 1970.

    Parameters:
        id: random, good for links.
        shared: everybody in the project sees it; otherwise its owner alone.
        version: rises with every change; whoever changes it names the one they saw.
        content: JSON: a view's state, a dashboard's layout.
        updated_by: who changed it last.
    """

    id: str
    project_id: ProjectId
    name: str
    owner_id: UserId
    owner: str
    shared: bool
    version: int
    content: Any
    created_at: int
    updated_at: int
    updated_by: str
    trashed: bool = False
