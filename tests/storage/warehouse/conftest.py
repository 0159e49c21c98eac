"""Both engines, one contract."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from trireme.storage.warehouse.engine import Warehouse
from trireme.storage.warehouse.schema import migrate

ROOT = Path(__file__).parents[3]


@pytest.fixture(params=["embedded", "remote"])
def warehouse(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Warehouse]:
    """A migrated, empty warehouse: chDB in this process, or clickhouse-connect to ClickHouse's HTTP interface."""
    if request.param == "embedded":
        from trireme.storage.warehouse.embedded import EmbeddedWarehouse

        embedded = EmbeddedWarehouse(tmp_path / "warehouse")
        migrate(embedded)
        yield embedded
        embedded.close()
        return
    from trireme.storage.warehouse.remote import RemoteWarehouse

    command = [sys.executable, "-m", "tests.support.clickhouse_http", str(tmp_path / "clickhouse")]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout and process.stdin
        port = int(process.stdout.readline())
        remote = RemoteWarehouse(f"http://127.0.0.1:{port}/trireme")
        migrate(remote)
        yield remote
        remote.close()
        process.stdin.close()
