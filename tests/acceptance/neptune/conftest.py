"""Neptune's released clients, in an environment of their own: they pin libraries that the server does not."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support.environment import environment_with
from tests.support.server import ServerProcess

PACKAGES = ("neptune-scale==0.30.0", "neptune-query==1.14.1", "neptune-fetcher==0.23.0")
_FOLDER = Path(__file__).parents[3] / ".venv-neptune"
_SCRIPTS = Path(__file__).parent / "scripts"


@pytest.fixture(scope="session")
def neptune_python() -> Path:
    """An interpreter that has the packages."""
    return environment_with(_FOLDER, PACKAGES)


@dataclass
class Clients:
    """Runs scripts with Neptune's clients against a server."""

    python: Path
    server: ServerProcess
    folder: Path
    token: str

    @property
    def environment(self) -> dict[str, str]:
        """What a user sets: the token and the project."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("TRIREME_", "NEPTUNE_"))}
        return kept | {"NEPTUNE_API_TOKEN": self.token, "NEPTUNE_PROJECT": "lab/vision"}

    def start(self, script: str, *arguments: str) -> subprocess.Popen[str]:
        """Start a script; its output is read from the process."""
        return subprocess.Popen(
            [str(self.python), str(_SCRIPTS / f"{script}.py"), *arguments],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.PIPE,
            text=True,
        )

    def run(self, script: str, *arguments: str) -> Any:
        """Run a script to its end; the JSON of its last line."""
        process = self.start(script, *arguments)
        output, _ = process.communicate(timeout=300)
        assert process.returncode == 0, output
        return json.loads(output.strip().splitlines()[-1])


@pytest.fixture
def clients(neptune_python: Path, server: ServerProcess, tmp_path: Path) -> Clients:
    command = [sys.executable, "-m", "trireme.cli", "token", "create", "--neptune", "--data", str(server.folder)]
    token = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    assert json.loads(base64.b64decode(token))["api_url"] == server.url
    folder = tmp_path / "work"
    folder.mkdir()
    return Clients(neptune_python, server, folder, token)
