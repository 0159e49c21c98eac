"""Run MLflow's own tests of its REST API against Trireme: a new, empty server for each test.

    .venv/bin/python scripts/mlflow_suite.py CHECKOUT PYTHON [PYTEST-ARGUMENT…]

CHECKOUT is a working copy of MLflow's repository, PYTHON an interpreter that has what its tests import (`pip install mlflow pytest
pytest-asyncio pytest-timeout`, at about the checkout's version). Without further arguments, the tests of tracking, registry and artifacts run.

The tests stay as they are. This file is also a plugin of pytest, which puts a Trireme where their fixtures start a server of MLflow's.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib import request

FILES = [f"tests/tracking/{name}.py" for name in ("test_rest_tracking", "test_model_registry", "test_mlflow_artifacts")]
_START_SECONDS = 120


class Nursery:
    """Makes servers in a moment: a process that has everything imported and forks one when asked (before it opens any store)."""

    def __init__(self, python: str) -> None:
        self._process = subprocess.Popen(
            [python, __file__, "--nursery"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )

    def start(self, folder: str, port: int) -> int:
        """Start a server; its process id."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{port} {folder}\n")
        return int(self._process.stdout.readline())

    def close(self) -> None:
        """End it; servers live on."""
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait(30)


def nursery() -> None:
    """The nursery's loop: a line asks for a server, its process id is the answer."""
    import signal

    import trireme.server.app  # noqa: F401  # imported before the fork, so that no server has to
    from trireme.cli.main import main as cli

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        port, _, folder = line.strip().partition(" ")
        child = os.fork()
        if not child:
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            log = os.open(f"{folder}/server.log", os.O_WRONLY | os.O_CREAT)
            os.dup2(log, 1)
            os.dup2(log, 2)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os._exit(cli(["up", "--data", f"{folder}/data", "--port", port, "--no-browser"]) or 0)
        print(child, flush=True)


class TriremeThread:
    """Stands where MLflow's tests use their ``ServerThread``; the next server starts while a test still uses the last one."""

    nursery: Nursery
    spare: tuple[str, int, int] | None = None

    def __init__(self, *_: Any, **__: Any) -> None:
        self.folder, self.pid, self.port = self.spare or self._make()
        self.url = f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> str:
        import mlflow

        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError), request.urlopen(f"{self.url}/health", timeout=5):
                break
            time.sleep(0.02)
        type(self).spare = self._make()
        mlflow.set_tracking_uri(self.url)  # some tests mean their server by it, whose store their process has open as well
        return self.url

    def __exit__(self, *_: object) -> None:
        _end(self.folder, self.pid)

    @classmethod
    def _make(cls) -> tuple[str, int, int]:
        folder = tempfile.mkdtemp(prefix="mlflow-suite-")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        return folder, cls.nursery.start(folder, port), port


def _end(folder: str, pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, 9)
    for attempt in range(100):
        shutil.rmtree(folder, ignore_errors=True)
        if not Path(folder).exists():
            return
        time.sleep(0.01 * attempt)


def pytest_configure(config: Any) -> None:
    """Replace what starts servers, before any test module takes it."""
    import mlflow.server.handlers
    import tests.tracking.integration_test_utils as utils

    @contextlib.contextmanager
    def one_server(*_: Any, **__: Any) -> Iterator[str]:
        with TriremeThread() as url:
            yield url

    TriremeThread.nursery = Nursery(os.environ["TRIREME_PYTHON"])
    utils.ServerThread = TriremeThread
    utils._init_server = one_server
    mlflow.server.handlers.initialize_backend_stores = lambda *_, **__: None


def pytest_collection_modifyitems(config: Any, items: list[Any]) -> None:
    """Replace the server of the artifact tests, which their module starts itself."""
    for module in {item.module for item in items if hasattr(item.module, "_launch_server")}:
        module._launch_server = _on_port


@contextlib.contextmanager
def _on_port(host: str, port: int, *_: Any, **__: Any) -> Iterator[None]:
    folder = tempfile.mkdtemp(prefix="mlflow-suite-")
    server = TriremeThread.__new__(TriremeThread)
    server.folder, server.port, server.url = folder, port, f"http://{host}:{port}"
    server.pid = TriremeThread.nursery.start(folder, port)
    with server:
        yield


def pytest_unconfigure(config: Any) -> None:
    """End the spare server."""
    if TriremeThread.spare:
        folder, pid, _ = TriremeThread.spare
        _end(folder, pid)
    TriremeThread.nursery.close()


def main() -> int:
    """Run pytest in the other environment, with this file as its plugin."""
    if len(sys.argv) < 3:
        print(__doc__)
        return 2
    checkout, python, *arguments = sys.argv[1:]
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), str(Path(checkout).resolve())]),
        "TRIREME_PYTHON": sys.executable,
    }
    chosen = arguments if any(a.startswith("tests/") for a in arguments) else [*FILES, *arguments]
    command = [python, "-m", "pytest", "-p", "mlflow_suite", "-p", "no:cacheprovider", *chosen]
    return subprocess.run(command, cwd=checkout, env=environment).returncode


if __name__ == "__main__":
    sys.exit(nursery() if sys.argv[1:] == ["--nursery"] else main())
