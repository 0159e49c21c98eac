"""The SDK against a real server: what is logged can be read back, whoever is killed on the way."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import numpy as np
import pytest

import trireme
from tests.support.server import ServerProcess
from trireme.client.stream import streams


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing of the developer's own settings; the client's folder is not the server's."""
    for name in list(os.environ):
        if name.startswith("TRIREME_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("TRIREME_DIR", str(tmp_path / "client"))


def get(server: ServerProcess, path: str) -> Any:
    with urlopen(f"{server.url}/api/v1/{path}", timeout=30) as answer:
        return json.loads(answer.read())


def attributes(server: ServerProcess, run: str) -> dict[str, Any]:
    page = get(server, f"projects/team/vision/runs/{run}/attributes")
    return {a["path"]: a["value"] if a["summary"] is None else a["summary"] for a in page["attributes"]}


def until(condition: Callable[[], object]) -> bool:
    """Wait for something another process does."""
    deadline = time.monotonic() + 60
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def start(server: ServerProcess, run: str, **options: Any) -> trireme.Run:
    return trireme.init_run("team/vision", custom_run_id=run, url=server.url, capture=False, **options)


def test_everything_that_was_logged_is_there(server: ServerProcess) -> None:
    with start(server, "r", name="first", tags=["a"]) as run:
        run["params"] = {"lr": 0.1, "layers": 3, "opt": "adam", "amp": True, "set": ["x", "y"]}
        run["loss"].extend([0.5, 0.25, float("nan"), 0.125])
        run.log_metrics({"acc": 0.9, "deep": {"er": 2.0}}, step=10)
        run["log"].append("a line")
        run["image"].append(np.zeros((4, 4, 3), np.uint8))
        run["weights"].upload(b"weights")
        run["sys/tags"].add("b")
        run["gone"] = 1
        del run["gone"]
    found = attributes(server, "r")
    assert {path: found[path] for path in found if path.startswith("params/")} == {
        "params/lr": 0.1, "params/layers": 3, "params/opt": "adam", "params/amp": True, "params/set": ["x", "y"],
    }  # fmt: skip
    assert (found["loss"]["count"], found["loss"]["last"], found["loss"]["min"]) == (4, 0.125, 0.125)
    assert (found["deep/er"]["last"], found["deep/er"]["last_step"]) == (2.0, 10.0)
    assert (found["log"]["count"], found["image"]["count"]) == (1, 1)
    assert found["weights"]["size"] == 7
    assert found["sys/tags"] == ["a", "b"]
    assert (found["sys/name"], found["sys/state"], found["sys/failed"]) == ("first", "finished", False)
    assert "gone" not in found
    with urlopen(f"{server.url}/api/v1/projects/team/vision/runs/r/files/content?path=weights", timeout=30) as answer:
        assert answer.read() == b"weights"


def test_refusals_come_back_as_warnings(server: ServerProcess, caplog: pytest.LogCaptureFixture) -> None:
    with start(server, "r") as run:
        run["lr"] = 0.1
    with start(server, "r") as run:
        run["lr"] = "a text"
        run["sys/id"] = "MINE-1"
        run["fine"] = 1
    said = "\n".join(caplog.messages)
    assert "'lr' is a float in this run; a string was sent" in said
    assert "'sys/id' is kept by the server" in said
    assert (attributes(server, "r")["lr"], attributes(server, "r")["fine"]) == (0.1, 1)


def test_a_resumed_run_goes_on_where_it_was(server: ServerProcess) -> None:
    for _ in range(2):
        with start(server, "r") as run:
            run["loss"].extend([1.0, 2.0, 3.0])
    summary = attributes(server, "r")["loss"]
    assert (summary["count"], summary["last_step"]) == (6, 5.0)


TRAIN = """
import os, sys, trireme
run = trireme.init_run("team/vision", custom_run_id="r", url=sys.argv[1], capture=False)
i = 0
while True:
    for _ in range(50):
        run["loss"].append(float(i)); i += 1
    os.write(1, b"%d\\n" % i)
"""


def test_a_killed_trainer_loses_nothing(server: ServerProcess, tmp_path: Path) -> None:
    child = subprocess.Popen([sys.executable, "-c", TRAIN, server.url], stdout=subprocess.PIPE)
    assert child.stdout is not None
    for _ in range(400):
        child.stdout.readline()
    child.kill()
    child.wait()
    lines = child.stdout.read().split(b"\n")
    child.stdout.close()
    logged = int(lines[-2]) if len(lines) > 1 else 20_000
    assert until(lambda: not streams(tmp_path / "client" / "spool"))
    found = attributes(server, "r")
    assert found["sys/state"] == "aborted"
    assert found["loss"]["count"] >= logged
    assert found["loss"]["last_step"] == found["loss"]["count"] - 1, "each step is there once"
    assert found["loss"]["last"] == found["loss"]["last_step"]


def test_a_server_that_is_killed_again_and_again_gets_everything_once(server: ServerProcess) -> None:
    points = 0
    with start(server, "r") as run:
        for _ in range(4):
            for _ in range(20_000):
                run["loss"].append(float(points))
                points += 1
            server.kill()
            server.start()
        run["end"] = True
        assert run.wait(120)
    summary = attributes(server, "r")["loss"]
    assert (summary["count"], summary["last_step"], summary["max"]) == (points, points - 1, points - 1)
    assert summary["average"] == pytest.approx((points - 1) / 2)


def test_several_processes_write_one_run(server: ServerProcess, tmp_path: Path) -> None:
    code = (
        "import sys, trireme\n"
        "with trireme.init_run('team/vision', custom_run_id='r', url=sys.argv[1], capture=False) as run:\n"
        "    for i in range(5000): run[f'rank{sys.argv[2]}/loss'].append(i * 1.0); run['shared'].append(1.0, step=i)\n"
    )
    ranks = [subprocess.Popen([sys.executable, "-c", code, server.url, str(rank)]) for rank in range(3)]
    assert [rank.wait() for rank in ranks] == [0, 0, 0]
    found = attributes(server, "r")
    assert [found[f"rank{rank}/loss"]["count"] for rank in range(3)] == [5000] * 3
    assert found["shared"]["count"] == 15_000
    assert get(server, "projects?limit=10")["projects"][0]["run_count"] == 1
