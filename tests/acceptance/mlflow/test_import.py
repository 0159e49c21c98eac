"""`trireme import mlflow`: what MLflow's client sees of a store, it sees of the server afterwards."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.mlflow.conftest import Client

SCRIPTS = Path(__file__).parent / "scripts"


def python(client: Client, script: str, uri: str, *arguments: str) -> Any:
    """Run a script with MLflow's client on another store than the server; the JSON of its last line."""
    environment = client.environment | {"MLFLOW_TRACKING_URI": uri, "MLFLOW_ALLOW_FILE_STORE": "true"}
    command = [str(client.python), str(SCRIPTS / f"{script}.py"), *arguments]
    done = subprocess.run(command, cwd=client.folder, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads([line for line in done.stdout.splitlines() if line.startswith("{")][-1])


def bring(client: Client, *arguments: str) -> dict[str, Any]:
    """Run ``trireme import mlflow``; its account."""
    command = [sys.executable, "-m", "trireme.cli", "import", "mlflow", *arguments, "--url", client.server.url, "--json"]
    done = subprocess.run(command, cwd=client.folder, env=dict(os.environ), capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


def dumps(client: Client, uri: str) -> tuple[Any, Any]:
    """What the client sees of the store, and of the server."""
    found = []
    for name, place in (("theirs", uri), ("ours", client.server.url)):
        python(client, "dump", place, str(client.folder / name))
        found.append(json.loads((client.folder / name).read_text()))
    return found[0], found[1]


@pytest.mark.parametrize("client", ["3", "2"], indirect=True)
def test_a_folder(client: Client) -> None:
    uri = f"file:{client.folder}/mlruns"
    python(client, "seed", uri, "2500")
    account = bring(client, "mlruns")
    assert account["lost"] == {}
    theirs, ours = dumps(client, uri)
    assert ours == theirs
    assert account["came"]["runs"] == len(theirs["runs"]) == 6
    assert bring(client, "mlruns")["came"] == {}


@pytest.mark.parametrize("client", ["3"], indirect=True)
def test_a_database(client: Client) -> None:
    uri = "sqlite:///mlflow.db"
    python(client, "seed", uri, "2500")
    account = bring(client, uri)
    assert account["lost"] == {}
    theirs, ours = dumps(client, uri)
    # The database holds the largest number in place of an infinity.
    assert ours == json.loads(json.dumps(theirs).replace("1.7976931348623157e+308", "inf"))
    assert account["came"]["runs"] == len(theirs["runs"]) == 6
    assert bring(client, uri)["came"] == {}
