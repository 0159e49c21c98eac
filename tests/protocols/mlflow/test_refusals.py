"""What MLflow's server refuses is refused here with its codes, also where there is nothing yet to ask; nothing is half written."""

from __future__ import annotations

import http.client
import json
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.protocols.mlflow.test_registry import BAD, ROOT, new_run, refused
from tests.protocols.mlflow.test_traces import Client, client

__all__ = ["client"]
V3 = "/api/3.0/mlflow"
FILTERS = {
    "/experiments/search": (
        "name IS NULL", "name IN ('a')", "creation_time > '5'", "experiment_id IN ('a')", "experiment_id = 'x'", "nope = 'x'",
        "name > 'x'", "name = 'a' OR name = 'b'", "tags.a > 'x'", "  ", "creation_time LIKE '5'", "metrics.a > 1",
    ),
    "/registered-models/search": (
        "name IS NULL", "name = 'a' AND run_id = 'b'", "nope = 'x'", "attributes.name = 'x'", "tags.a IS NULL", "name > 'x'", "name IN ()",
    ),
    "/model-versions/search": (
        "name IS NULL", "source_path IN ('x')", "name = 'a' AND nope = 'b'", "version_number > 'a'", "tags.a IN ('x')", "status = 'READY'",
    ),
    "/logged-models/search": ("status = 'ready'", "status LIKE 'R%'", "status IN ('NOPE')", "nope = 'x'", "metrics.a > '1'", "tag.a = 'x'"),
    "/runs/search": (
        "run_name IS NULL", "status IN ('FINISHED')", "start_time > '5'", "metrics.a > 'x'", "params.a = 1", "dataset.nope = 'x'",
        " AND ".join(["params.a = 'x'"] * 3000), "params.a = 'x", "(metrics.a > 1)", "metrics.a > 1 -- c", "run_id IN (a)",
    ),
}  # fmt: skip


@pytest.mark.parametrize("path", FILTERS)
def test_filters_are_checked_before_anything_is_found(client: Client, path: str) -> None:
    experiment = client.experiment(f"nothing in {path}")
    method = "GET" if path.startswith(("/registered", "/model-versions")) else "POST"
    more: dict[str, Any] = {"experiment_ids": [experiment]} if path.startswith(("/runs", "/logged")) else {"max_results": 5}
    for condition in FILTERS[path]:
        code, message = refused(client, method, ROOT + path, {**more, "filter": condition})
        assert code == BAD, (condition, message)
    full = " AND ".join(["params.a = '1'"] * 100)
    client.good("POST", f"{ROOT}/runs/search", {"experiment_ids": [experiment], "filter": full})


def test_names_that_lead_elsewhere(client: Client) -> None:
    for name in ("a/b", "../x", "a:b"):
        for method, call, more in (
            ("GET", "get", {}),
            ("PATCH", "update", {"description": "x"}),
            ("DELETE", "delete", {}),
            ("POST", "rename", {"new_name": "c"}),
            ("POST", "get-latest-versions", {}),
            ("POST", "set-tag", {"key": "a", "value": "b"}),
            ("GET", "alias", {"alias": "a"}),
        ):
            code, message = refused(client, method, f"{ROOT}/registered-models/{call}", {"name": name} | more)
            assert (code, message.startswith("Invalid model name")) == (BAD, True), (call, message)
    for call in ("log-batch", "log-inputs"):
        for run in ("../x", "ü", "-a"):
            assert refused(client, "POST", f"{ROOT}/runs/{call}", {"run_id": run})[0] == BAD
    place = {"type": "MLFLOW_EXPERIMENT", "mlflow_experiment": {"experiment_id": client.experiment("ids")}}
    for trace in ("a/b", "..", "a\\b", "a\n"):
        info = {"trace_id": trace, "trace_location": place, "request_time": "2026-01-01T00:00:00Z", "state": "OK"}
        code, message = refused(client, "POST", f"{V3}/traces", {"trace": {"trace_info": info}})
        assert code == BAD and "single path component" in message
    client.good("DELETE", f"{V3}/traces/tr-none/assessments/a-none")  # gone is gone


def test_texts_that_nothing_can_store(client: Client) -> None:
    """Halves of surrogate pairs become marks, long names are cut, and what is nested without end is no request."""
    run = new_run(client, client.experiment("odd"))
    client.good("POST", f"{ROOT}/runs/log-parameter", {"run_id": run, "key": "p", "value": "a\ud800é😀"})
    client.good("POST", f"{ROOT}/runs/set-tag", {"run_id": run, "key": "mlflow.runName", "value": "n" * 9000})
    found = client.good("GET", f"{ROOT}/runs/get", {"run_id": run})["run"]
    assert found["data"]["params"] == [{"key": "p", "value": "a\ufffdé😀"}]
    assert found["info"]["run_name"] == "n" * 1024
    made = client.good("POST", f"{ROOT}/runs/create", {"experiment_id": found["info"]["experiment_id"], "run_name": "é" * 800})
    assert made["run"]["info"]["run_name"] == "é" * 512
    assert refused(client, "POST", f"{ROOT}/experiments/create", {"name": "\ud800/"})[0] == BAD
    place = urlsplit(client.url)
    connection = http.client.HTTPConnection(str(place.hostname), place.port)
    connection.request("POST", f"{ROOT}/experiments/create", b"[" * 100_000, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    assert (answer.status, json.loads(answer.read())["error_code"]) == (400, BAD)
    connection.close()
