"""Links of other systems."""

from __future__ import annotations

import msgspec


class Place(msgspec.Struct, frozen=True):
    """A project, or a run of it by its short id."""

    workspace: str
    name: str
    run: str | None
