"""MLflow's released clients, the newest of each major version, in environments of their own."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support.environment import environment_with
from tests.support.server import ServerProcess

PACKAGES = {
    "3": ("mlflow>=3.17.2,<4", "scikit-learn==1.7.2"),
    "2": ("mlflow>=2.22.5,<3", "scikit-learn==1.6.1", "setuptools<81", "starlette<1"),
}
_ROOT = Path(__file__).parents[3]
SCRIPTS = Path(__file__).parent / "scripts"


@dataclass
class Client:
    """Runs scripts with MLflow's client against a server; nothing but the tracking address is set."""

    python: Path
    server: ServerProcess
    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        """What a user sets, and what keeps a test from waiting for minutes when the server fails."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("TRIREME_", "MLFLOW_"))}
        path = f"{self.python.parent}{os.pathsep}{kept.get('PATH', '')}"
        return kept | {
            "PATH": path,
            "MLFLOW_TRACKING_URI": self.server.url,
            "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1",
            "MLFLOW_DISABLE_TELEMETRY": "true",
            "GIT_PYTHON_REFRESH": "quiet",
        }

    def run(self, script: str, *arguments: str) -> Any:
        """Run a script to its end; the JSON of its last line."""
        command = [str(self.python), str(SCRIPTS / f"{script}.py"), *arguments]
        done = subprocess.run(command, cwd=self.folder, env=self.environment, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout.strip().splitlines()[-1])


@pytest.fixture(params=sorted(PACKAGES, reverse=True))
def client(request: pytest.FixtureRequest, server: ServerProcess, tmp_path: Path) -> Client:
    version = str(request.param)
    folder = tmp_path / "work"
    folder.mkdir()
    return Client(environment_with(_ROOT / f".venv-mlflow{version}", PACKAGES[version]), server, folder)
