"""One server for all tests of importers; each test uses ids of its own."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from tests.storage.catalog.conftest import postgres as postgres
from tests.support.server import ServerProcess


@pytest.fixture(scope="session")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = ServerProcess(tmp_path_factory.mktemp("imports") / "data", port)
    server.start()
    yield server.url
    server.stop()
