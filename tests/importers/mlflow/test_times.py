"""A client may say any time; every page must still answer."""

from __future__ import annotations

import json
from typing import Any
from urllib import request

import pytest


def ask(url: str, path: str, body: object = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    with request.urlopen(request.Request(url + path, data, {"Content-Type": "application/json"})) as answer:
        return json.load(answer)


@pytest.mark.parametrize("start", [10**18, -(10**18)])
def test_a_run_of_no_time_is_shown(url: str, start: int) -> None:
    name = f"times{start}"
    experiment = ask(url, "/api/2.0/mlflow/experiments/create", {"name": name})["experiment_id"]
    ask(url, "/api/2.0/mlflow/runs/create", {"experiment_id": experiment, "start_time": start, "run_name": "odd"})
    table = ask(
        url, f"/api/v1/projects/default/{name}/runs/search", {"columns": [{"path": "sys/creation_time", "type": "datetime"}]}
    )
    assert [row["name"] for row in table["rows"]] == ["odd"]
    assert ask(url, "/api/v1/projects")["projects"]
