"""The SDK's forks against a real server, while the parent still logs, and offline."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

import trireme
from tests.support.server import ServerProcess
from trireme.cli import sync
from trireme.domain.errors import InvalidInput, NotFound

PROJECT = "team/forks"


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TRIREME_DIR", str(tmp_path / "client"))


def get(server: ServerProcess, path: str) -> Any:
    with urlopen(f"{server.url}/api/v1/projects/{PROJECT}/runs/{path}", timeout=30) as answer:
        return json.loads(answer.read())


def attributes(server: ServerProcess, run: str) -> dict[str, Any]:
    return {
        a["path"]: a["value"] if a["summary"] is None else a["summary"] for a in get(server, f"{run}/attributes")["attributes"]
    }


def test_a_fork_goes_on_where_its_parent_was(server: ServerProcess) -> None:
    parent = trireme.init_run(PROJECT, custom_run_id="parent", url=server.url, capture=False, tags=["base"])
    parent["lr"] = 0.1
    for step in range(100):
        parent["loss"].append(1 / (step + 1), step=step)
    parent.wait()
    child = parent.fork(49.5, name="lower rate", custom_run_id="child", capture=False)
    child["lr"] = 0.01
    for _ in range(10):
        child["loss"].append(-1.0)
    parent["loss"].append(5.0, step=100)
    child["loss"].append(7.0, step=49.5)  # refused: it is the parent's
    parent["late"].append(3.0, step=10)
    child.stop()
    parent.stop()
    found = attributes(server, "child")
    assert (found["loss"]["count"], found["loss"]["last"], found["loss"]["last_step"]) == (60, -1.0, 59.0)
    assert (found["loss"]["first"], found["lr"], found["sys/tags"], found["sys/name"]) == (1.0, 0.01, ["base"], "lower rate")
    assert (found["sys/forking/parent"], found["sys/forking/step"], found["sys/forking/depth"]) == ("parent", 49.5, 1)
    assert found["late"]["last"] == 3.0
    assert attributes(server, "parent")["loss"]["count"] == 101
    lineage = get(server, "child")["lineage"]
    assert [(a["custom_run_id"], a["step"]) for a in lineage] == [("parent", 49.5)]
    resumed = trireme.init_run(PROJECT, custom_run_id="child", url=server.url, capture=False)
    resumed["loss"].append(-2.0)
    resumed.stop()
    assert attributes(server, "child")["loss"]["last_step"] == 60.0
    frame = trireme.init_run(PROJECT, custom_run_id="child", url=server.url, mode="read-only")["loss"].fetch_values()
    assert frame["step"][48:52] == [48.0, 49.0, 50.0, 51.0]


def test_a_run_of_another_day_is_forked_by_its_id(server: ServerProcess) -> None:
    with trireme.init_run(PROJECT, custom_run_id="old", url=server.url, capture=False, experiment="tuning") as run:
        run["loss"].extend([3.0, 2.0, 1.0])
    fork: dict[str, Any] = {"fork_run_id": "old", "fork_step": 1, "experiment": "tuning"}
    with trireme.init_run(PROJECT, custom_run_id="new", url=server.url, capture=False, **fork) as run:
        run["loss"].append(0.5)
    found = attributes(server, "new")
    assert (found["loss"]["count"], found["loss"]["last_step"], found["sys/experiment/is_head"]) == (3, 2.0, True)
    assert attributes(server, "old")["sys/experiment/is_head"] is False
    heads = trireme.Project(PROJECT, url=server.url).fetch_runs_table(query="`sys/experiment/is_head`:bool = true")
    assert heads["custom_run_id"] == ["new"]
    with pytest.raises(NotFound, match="has no run 'nobody' that could be continued"):
        trireme.init_run(PROJECT, url=server.url, capture=False, fork_run_id="nobody", fork_step=1)
    with pytest.raises(InvalidInput, match="both fork_run_id and fork_step"):
        trireme.init_run(PROJECT, url=server.url, capture=False, fork_run_id="old")


def test_a_fork_waits_for_what_its_parent_had_logged(server: ServerProcess) -> None:
    run = trireme.init_run(PROJECT, custom_run_id="g0", url=server.url, capture=False, tags=["base"])
    runs = [run]
    run["params"] = {"lr": 0.1, "opt": "adam"}
    for n in range(1, 4):
        for step in range(1000 * (n - 1), 1000 * n):
            runs[-1]["loss"].append(float(step), step=step)
        runs.append(runs[-1].fork(1000 * n - 1, custom_run_id=f"g{n}", capture=False))
    for run in reversed(runs):
        run.stop()
    found = attributes(server, "g3")
    assert (found["loss"]["count"], found["params/opt"], found["sys/tags"]) == (3000, "adam", ["base"])


def test_what_a_fork_records_by_itself_comes_after_the_fork(server: ServerProcess, tmp_path: Path) -> None:
    script = (
        "import trireme, sys\n"
        f"run = trireme.init_run('{PROJECT}', custom_run_id='p', url='{server.url}', capture={{'console': True, 'git': False}})\n"
        "print('from the parent', flush=True)\n"
        "run['x'].append(1.0, step=7)\n"
        "run.stop()\n"
        f"run = trireme.init_run('{PROJECT}', custom_run_id='c', url='{server.url}', fork_run_id='p', fork_step=7.5)\n"
        "print('from the child', flush=True)\n"
        "run.stop()\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True, timeout=120)
    lines = get(server, "c/strings?path=runtime/stdout")["points"]
    assert [(line["step"], line["value"]) for line in lines] == [(0.0, "from the parent"), (8.0, "from the child")]


def test_forks_made_offline_are_sent_after_their_parents(server: ServerProcess, tmp_path: Path) -> None:
    parent = trireme.init_run(PROJECT, custom_run_id="p", mode="offline", capture=False)
    child = parent.fork(2, custom_run_id="c", capture=False)
    grandchild = child.fork(3, custom_run_id="g", capture=False)
    grandchild["loss"].append(30.0)
    child["loss"].extend([20.0, 21.0])
    parent["loss"].extend([10.0, 11.0, 12.0, 13.0])
    for run in (grandchild, child, parent):
        run.stop()
    assert {outcome.status for outcome in sync.sync(tmp_path / "client", url=server.url)} == {"delivered"}
    points = trireme.init_run(PROJECT, custom_run_id="g", url=server.url, mode="read-only")["loss"].fetch_values()
    assert points["value"] == [10.0, 11.0, 12.0, 20.0, 30.0]
