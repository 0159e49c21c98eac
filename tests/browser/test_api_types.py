"""The committed types of the web client are those of this server."""

from __future__ import annotations

import os
import shutil
import subprocess

from tests.browser.conftest import ROOT
from tests.support.server import ServerProcess


def test_generated_types_are_up_to_date(server: ServerProcess) -> None:
    node = os.environ.get("NODE") or shutil.which("node")
    assert node, "node is not on PATH"
    done = subprocess.run(
        [node, "scripts/generate-api.mjs", "--check"],
        cwd=ROOT / "web",
        env=os.environ | {"TRIREME_URL": server.url},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
