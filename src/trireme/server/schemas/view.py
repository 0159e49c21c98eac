"""Views of a project."""

from __future__ import annotations

import msgspec


class SavedInfo(msgspec.Struct, frozen=True):
    """A view or a dashboard without what it holds. Times are ISO 8601 in UTC."""

    id: str
    workspace: str
    project: str
    name: str
    owner: str
    mine: bool
    """Whether it is yours."""
    shared: bool
    """Everybody in the project sees it; otherwise its owner alone."""
    version: int
    """Rises with every change; a change names the version it was made to."""
    created_at: str
    updated_at: str
    updated_by: str
    trashed: bool


class View(SavedInfo, frozen=True):
    """A named state of a project's page: its address as a flat record of texts."""

    state: dict[str, str]


class ViewList(msgspec.Struct, frozen=True):
    """The views you see, by name, and the id of the one that newcomers see."""

    views: list[SavedInfo]
    default: str | None


class ViewCreate(msgspec.Struct, frozen=True):
    """A new view."""

    name: str
    state: dict[str, str]
    shared: bool = False


class ViewPatch(msgspec.Struct, frozen=True):
    """The fields to change, and the version of the view you saw; `conflict` if it has another one by now."""

    version: int
    name: str | None = None
    shared: bool | None = None
    state: dict[str, str] | None = None
    trashed: bool | None = None
    """True moves it to the trash, where it is kept for 30 days; False takes it out."""


class DefaultView(msgspec.Struct, frozen=True):
    """The view that newcomers see; none: all runs."""

    view: str | None
