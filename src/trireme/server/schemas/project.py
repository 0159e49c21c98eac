"""Projects."""

from __future__ import annotations

import msgspec


class Project(msgspec.Struct, frozen=True):
    """A collection of runs. Times are ISO 8601 in UTC."""

    workspace: str
    name: str
    key: str
    """Upper-case prefix of the runs' short ids: `MNIST` in `MNIST-42`."""
    description: str
    created_at: str
    run_count: int
    """Runs that are not in the trash."""
    last_activity_at: str | None


class ProjectCreate(msgspec.Struct, frozen=True):
    """A new project; `key` is made from the name when absent."""

    name: str
    workspace: str = "default"
    key: str | None = None
    description: str = ""


class ProjectPatch(msgspec.Struct, frozen=True):
    """The fields to change."""

    description: str | None = None


class ProjectPage(msgspec.Struct, frozen=True):
    """Projects, newest activity first."""

    projects: list[Project]
    next_cursor: str | None
