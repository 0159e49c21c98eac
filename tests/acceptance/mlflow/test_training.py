"""The released MLflow clients, unmodified: a training job, everything read back, the model served and asked, and the other doors."""

from __future__ import annotations

import hashlib
import json
import subprocess
import time
from collections.abc import Callable
from urllib import request

import pytest

import trireme
from tests.acceptance.mlflow.conftest import SCRIPTS, Client


@pytest.mark.slow
def test_a_training_job_and_its_model(client: Client, free_port: Callable[[], int]) -> None:
    made = client.run("train")
    found = client.run("read", made["parent"], made["final"])
    assert found == {
        "columns": ["metrics.train/loss", "metrics.training_score", "params.C", "tags.team"],
        "rows": 4,
        "some": True,
        "children": ["c-1.0", "c-0.1"],
        "status": "FINISHED",
        "name": "parent",
        "note": "all of it",
        "params": {"optimizer": "sgd", "depth": "3"},
        "nan": True,
        "last": 1 / 120,
        "history": True,
        "artifacts": ["estimator.html", "model files", "notes"]
        if "estimator.html" in found["artifacts"]
        else ["model files", "notes"],
        "weights": hashlib.sha256(bytes(range(256)) * 400).hexdigest(),
        "version": ["1", True, {"checked": "yes"}, ["champion"]],
        "predicted": made["expected"],
    }

    # What MLflow wrote is an ordinary run for Trireme's own client.
    project = trireme.Project("iris/flowers", url=client.server.url)
    table = project.fetch_runs_table(query='tags/team = "blue"', columns=["params/optimizer", "train/loss", "min(train/loss)"])
    (row,) = table.rows
    assert [row[name] for name in ("params/optimizer", "train/loss", "min(train/loss)")] == ["sgd", 1 / 120, 1 / 120]

    run_a_project(client, project)

    port = free_port()
    command = [str(client.python), "-m", "mlflow", "models", "serve", "-m", "models:/iris@champion", "-p", str(port)]
    command += ["--env-manager", "local"]
    with (client.folder / "serve.log").open("wb") as log:
        serving = subprocess.Popen(command, cwd=client.folder, env=client.environment, stdout=log, stderr=log)
    try:
        answer = ask(serving, f"http://127.0.0.1:{port}/invocations", {"inputs": [[5.1, 3.5, 1.4, 0.2]]})
        assert answer == {"predictions": [made["expected"][0]]}, (client.folder / "serve.log").read_text()
    finally:
        serving.terminate()
        serving.wait(30)


def run_a_project(client: Client, project: trireme.Project) -> None:
    """`mlflow run`: the client makes the run, and the project's own process finds it and logs into it."""
    command = [str(client.python), "-m", "mlflow", "run", str(SCRIPTS / "project"), "-P", "alpha=0.25", "--env-manager", "local"]
    command += ["--experiment-name", "iris/flowers", "--run-name", "step"]
    done = subprocess.run(command, cwd=client.folder, env=client.environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    columns = ["params/alpha", "error", "sys/state", "tags/mlflow.project.entryPoint"]
    (row,) = project.fetch_runs_table(query='sys/name = "step"', columns=columns).rows
    assert [row[name] for name in columns] == ["0.25", 0.75, "finished", "main"]


def ask(process: subprocess.Popen[bytes], url: str, body: object) -> object:
    """POST as soon as somebody listens."""
    deadline = time.monotonic() + 120
    while process.poll() is None and time.monotonic() < deadline:
        try:
            call = request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
            with request.urlopen(call, timeout=10) as answer:
                return json.load(answer)
        except OSError:
            time.sleep(0.1)  # the pause of a poll, not of an order of events
    return None
