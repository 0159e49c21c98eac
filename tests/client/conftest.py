"""What the client's tests share: a folder and an environment of their own, and an in-memory server."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.ingest_server import IngestServer


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder; nothing of the developer's own environment reaches the test."""
    for name in list(os.environ):
        if name.startswith("TRIREME_"):
            monkeypatch.delenv(name)
    data = tmp_path / "data"
    monkeypatch.setenv("TRIREME_DIR", str(data))
    monkeypatch.chdir(tmp_path)
    return data


@pytest.fixture
def server() -> Iterator[IngestServer]:
    """A server in memory."""
    with IngestServer() as running:
        yield running
