"""`trireme import mlflow`: what MLflow's client sees of a store, it sees of the server afterwards."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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


def dump(client: Client, uri: str, *points: str) -> Any:
    """What MLflow's client sees of a store, which is filled before if *points* says how many a long metric has."""
    python(client, "dump", uri, str(client.folder / "dump.json"), *points)
    return json.loads((client.folder / "dump.json").read_text())


@pytest.mark.parametrize("client", ["3", "2"], indirect=True)
def test_a_folder(client: Client) -> None:
    uri = f"file:{client.folder}/mlruns"
    theirs = dump(client, uri, "2500")
    account = bring(client, "mlruns")
    assert account["lost"] == {}
    ours = dump(client, client.server.url)
    ours.pop("evaluation", None)  # MLflow's folders have none, and its client refuses to look
    assert ours == theirs
    assert account["came"]["runs"] == len(theirs["runs"]) == 6
    assert bring(client, "mlruns")["came"] == {}


@contextmanager
def mlflow_server(client: Client, port: int) -> Iterator[str]:
    """MLflow's own server on a SQLite database, with its artifacts in its folder."""
    environment = client.environment | {"MLFLOW_TRACKING_URI": ""}
    command = [str(client.python.parent / "mlflow"), "server", "--port", str(port), "--workers", "1"]
    url = f"http://127.0.0.1:{port}"
    with (client.folder / "server.log").open("w") as log:
        process = subprocess.Popen(
            [*command, "--backend-store-uri", "sqlite:///server.db"],
            cwd=client.folder,
            env=environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            while True:
                try:
                    urllib.request.urlopen(f"{url}/health").close()
                    break
                except OSError:
                    assert process.poll() is None, (client.folder / "server.log").read_text()
                    time.sleep(0.1)  # the pause of a poll
            yield url
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait()


@pytest.mark.parametrize("client", ["3"], indirect=True)
def test_a_server_and_then_its_database(client: Client, free_port: Callable[[], int]) -> None:
    with mlflow_server(client, free_port()) as url:
        # The database holds the largest number in place of an infinity.
        theirs = json.loads(json.dumps(dump(client, url, "2500")).replace("1.7976931348623157e+308", "inf"))
        account = bring(client, url)
        assert account["lost"] == {} and account["notes"] == []
        assert dump(client, client.server.url) == theirs
        assert account["came"]["runs"] == len(theirs["runs"]) == 6
        assert bring(client, url)["came"] == {}
    # Read from the database, everything is written once more, and nothing of it is new or different.
    account = bring(client, "sqlite:///server.db")
    assert (account["came"], account["lost"]) == ({}, {})
    assert dump(client, client.server.url) == theirs
