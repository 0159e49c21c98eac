"""The browser tests: Debian's Chromium against a real server with seeded runs."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.seed import sweep_run, write_run
from tests.support.server import ServerProcess

# Half a minute, not five seconds: a machine that does other things too is slow, not wrong.
expect.set_options(timeout=30_000)

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "src/trireme/server/static"
RUNS = 40
PROJECT = "default/sweep"


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    """Chromium of the distribution; CHROMIUM names another one."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.fail("No Chromium: install Debian's chromium or set CHROMIUM.")
    quiet = [
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ]
    return {"executable_path": path, "args": ["--no-sandbox", "--disable-gpu", *quiet]}


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """A server with `RUNS` runs in the project ``default/sweep`` and an empty project."""
    if not (STATIC / "index.html").exists():
        pytest.fail("The web application is not built: run `npm ci && npm run build` in web/.")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = ServerProcess(tmp_path_factory.mktemp("browser") / "data", port)
    process.folder.mkdir()
    process.start()
    try:
        for index in range(RUNS):
            write_run(process.url, PROJECT, sweep_run(index))
        yield process
    finally:
        process.stop()


@pytest.fixture(scope="session")
def base_url(server: ServerProcess) -> str:
    """Lets tests say ``page.goto("/")``."""
    return server.url


@pytest.fixture
def quiet_page(page: Page) -> Iterator[Page]:
    """A page that must not log errors."""
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    yield page
    assert problems == []
