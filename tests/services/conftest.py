"""Services over real stores in a temporary folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from trireme.domain.permissions import LOCAL_USER_ID, Actor
from trireme.server.services import Services, open_services
from trireme.settings import Settings


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    """All services, on embedded chDB and SQLite."""
    with open_services(Settings(data=tmp_path / "data")) as opened:
        yield opened


@pytest.fixture
def actor() -> Actor:
    """The one user of a local server."""
    return Actor(LOCAL_USER_ID, "local", is_admin=True)
