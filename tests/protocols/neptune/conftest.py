"""One server for a module's tests."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from tests.protocols.neptune.client import Client, client_of


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with client_of(tmp_path_factory.mktemp("neptune"), port, "lab/wire") as made:
        yield made
