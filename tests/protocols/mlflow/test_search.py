"""Searches over HTTP say what runs are now, however often they were asked before."""

from __future__ import annotations

import threading
from typing import Any

import trireme
from tests.protocols.mlflow.test_traces import Client, client

__all__ = ["client"]
ROOT = "/api/2.0/mlflow"


def found(client: Client, experiment: str, **asked: Any) -> dict[str, Any]:
    """Runs by their id."""
    body = {"experiment_ids": [experiment], "run_view_type": "ALL", **asked}
    runs = client.good("POST", f"{ROOT}/runs/search", body).get("runs", [])
    return {run["info"]["run_id"]: run for run in runs}


def test_every_kind_of_change_shows_in_the_next_search(client: Client) -> None:
    experiment = client.experiment("searched")
    ids = [
        client.good("POST", f"{ROOT}/runs/create", {"experiment_id": experiment, "start_time": n})["run"]["info"]["run_id"]
        for n in range(3)
    ]
    run = ids[1]
    same = f"/api/2.0/mlflow/runs/get?run_id={run}"

    def after(path: str, **body: Any) -> dict[str, Any]:
        before = found(client, experiment)
        client.good("POST", f"{ROOT}/runs/{path}", {"run_id": run, **body})
        now = found(client, experiment)
        assert now[run] == client.good("GET", same)["run"]
        assert {key: value for key, value in now.items() if key != run} == {k: v for k, v in before.items() if k != run}
        changed: dict[str, Any] = now[run]
        return changed

    for step, value in enumerate((0.5, 0.25, "NaN")):
        shown = after("log-metric", key="loss", value=value, timestamp=1 + step, step=step)
        assert shown["data"]["metrics"] == [{"key": "loss", "value": value, "timestamp": 1 + step, "step": step}]
    assert after("log-parameter", key="lr", value="0.1")["data"]["params"] == [{"key": "lr", "value": "0.1"}]
    assert {"key": "team", "value": "red"} in after("set-tag", key="team", value="red")["data"]["tags"]
    assert {"key": "team", "value": "blue"} in after("set-tag", key="team", value="blue")["data"]["tags"]
    assert "team" not in {tag["key"] for tag in after("delete-tag", key="team")["data"]["tags"]}
    dataset = {"name": "d", "digest": "1", "source_type": "local", "source": "{}"}
    inputs = after("log-inputs", datasets=[{"tags": [], "dataset": dataset}])["inputs"]
    assert inputs["dataset_inputs"][0]["dataset"]["name"] == "d"
    assert after("update", run_name="renamed", status="FINISHED", end_time=9)["info"]["status"] == "FINISHED"
    assert after("delete")["info"]["lifecycle_stage"] == "deleted"
    assert run not in found(client, experiment, run_view_type="ACTIVE_ONLY")
    assert after("restore")["info"]["lifecycle_stage"] == "active"

    def matching(text: str) -> set[str]:
        return set(found(client, experiment, filter=text))

    for number, other in enumerate(ids):
        assert other not in matching("metrics.acc < 2")
        client.good("POST", f"{ROOT}/runs/log-metric", {"run_id": other, "key": "acc", "value": number, "timestamp": 1})
    assert [matching(f"metrics.acc < {limit}") for limit in (0, 1, 2)] == [set(), {ids[0]}, set(ids[:2])]
    assert list(found(client, experiment, order_by=["metrics.acc DESC"])) == ids[::-1]


def test_late_points_of_a_parent_show_in_its_forks(client: Client) -> None:
    with trireme.init_run(project="default/forked", url=client.url) as run:
        for step in range(3):
            run["loss"].append(float(step), step=step)
        run.wait()
        fork = run.fork(at_step=10)
        fork.wait()
        asked = {"experiment_name": "forked"}
        experiment = client.good("GET", f"{ROOT}/experiments/get-by-name", asked)["experiment"]["experiment_id"]

        def losses() -> set[float]:
            shown = found(client, experiment).values()
            return {metric["value"] for one in shown for metric in one["data"].get("metrics", []) if metric["key"] == "loss"}

        assert losses() == {2.0}
        run["loss"].append(7.0, step=5)
        run.wait()
        assert losses() == {7.0}
        fork.stop()


def test_searches_beside_a_writer_end_with_what_was_written(client: Client) -> None:
    """What is read while a commit is under way must not be kept as if it had come after it."""
    experiment = client.experiment("raced")
    run = client.good("POST", f"{ROOT}/runs/create", {"experiment_id": experiment, "start_time": 1})["run"]["info"]["run_id"]
    failed: list[str] = []
    done = threading.Event()

    def search() -> None:
        last = -1.0
        while not done.is_set():
            for shown in found(client, experiment).values():
                value = next((metric["value"] for metric in shown["data"].get("metrics", [])), -1.0)
                if value < last:
                    failed.append(f"{value} after {last}")
                last = value

    threads = [threading.Thread(target=search) for _ in range(2)]
    for thread in threads:
        thread.start()
    for step in range(12):
        body = {"run_id": run, "key": "loss", "value": step, "timestamp": step + 1, "step": step}
        client.good("POST", f"{ROOT}/runs/log-metric", body)
        shown = found(client, experiment)[run]["data"]["metrics"][0]["value"]
        if shown != step:
            failed.append(f"{shown}, not {step}, after it was answered")
    done.set()
    for thread in threads:
        thread.join()
    assert not failed
