"""Fixtures that many tests share."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.server import ServerProcess


@pytest.fixture
def free_port() -> Callable[[], int]:
    """A function that finds a loopback port nobody listens on."""

    def find() -> int:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            return int(probe.getsockname()[1])

    return find


@pytest.fixture
def server(tmp_path: Path, free_port: Callable[[], int]) -> Iterator[ServerProcess]:
    """A running `trireme up` on a new folder."""
    process = ServerProcess(tmp_path / "data", free_port())
    process.start()
    yield process
    process.stop()
