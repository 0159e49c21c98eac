"""The examples run as they stand, one after the other, against one server."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.server import ServerProcess

EXAMPLES = Path(__file__).parents[2] / "examples"
ORDER = ("quickstart", "images_and_plots", "resume_and_offline", "fetch_into_pandas")


def test_every_example_is_in_the_order() -> None:
    assert sorted(ORDER) == sorted(path.stem for path in EXAMPLES.glob("*.py"))


@pytest.mark.slow
def test_the_examples_run(tmp_path: Path, folder: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = ServerProcess(folder, port)
    server.start()
    try:
        output = ""
        for name in ORDER:
            environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
            done = subprocess.run(
                [sys.executable, str(EXAMPLES / f"{name}.py")],
                env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=120,
            )  # fmt: skip
            assert done.returncode == 0, done.stderr
            output = done.stdout
        assert "val/accuracy" in output
    finally:
        server.stop()
