"""Scorers: numbered versions of an experiment's, whatever is in them."""

from __future__ import annotations

from typing import Any

from tests.protocols.mlflow.test_registry import refused
from tests.protocols.mlflow.test_traces import Client, client

__all__ = ["client"]
ROOT = "/api/3.0/mlflow/scorers"


def test_versions_of_a_scorer(client: Client) -> None:
    one, two = client.experiment("judged"), client.experiment("judged too")

    def register(experiment: str, name: str, content: str) -> Any:
        sent = {"experiment_id": experiment, "name": name, "serialized_scorer": content}
        return client.good("POST", f"{ROOT}/register", sent)

    first = register(one, "tone ü", '{"a": 1}')
    assert (first["version"], first["experiment_id"], first["name"]) == (1, one, "tone ü")
    second = register(one, "tone ü", '{"a": 2}')
    assert (second["version"], second["scorer_id"]) == (2, first["scorer_id"])
    register(one, "length", "{}")
    register(two, "tone ü", "{}")
    listed = client.good("GET", f"{ROOT}/list", {"experiment_id": one})["scorers"]
    assert [(found["scorer_name"], found["scorer_version"], found["experiment_id"]) for found in listed] == [
        ("length", 1, int(one)), ("tone ü", 2, int(one)),
    ]  # fmt: skip
    both = client.good("GET", f"{ROOT}/list", {"experiment_ids": [one, two]})["scorers"]
    assert [found["experiment_id"] for found in both] == [int(one), int(one), int(two)]
    assert len(client.good("GET", f"{ROOT}/list")["scorers"]) >= 3
    which = {"experiment_id": one, "name": "tone ü"}
    assert [found["serialized_scorer"] for found in client.good("GET", f"{ROOT}/versions", which)["scorers"]] == [
        '{"a": 1}',
        '{"a": 2}',
    ]
    assert client.good("GET", f"{ROOT}/get", which)["scorer"]["scorer_version"] == 2
    assert client.good("GET", f"{ROOT}/get", which | {"version": 1})["scorer"]["serialized_scorer"] == '{"a": 1}'
    client.good("DELETE", f"{ROOT}/delete", which | {"version": 1})
    assert [found["scorer_version"] for found in client.good("GET", f"{ROOT}/versions", which)["scorers"]] == [2]
    assert refused(client, "GET", f"{ROOT}/get", which | {"version": 1})[0] == "RESOURCE_DOES_NOT_EXIST"
    client.good("DELETE", f"{ROOT}/delete", which)
    for method, call in (("GET", "get"), ("GET", "versions"), ("DELETE", "delete")):
        assert refused(client, method, f"{ROOT}/{call}", which)[0] == "RESOURCE_DOES_NOT_EXIST"
    for body in (which, which | {"serialized_scorer": "{"}, which | {"serialized_scorer": "{}", "name": "n" * 300}):
        assert refused(client, "POST", f"{ROOT}/register", body)[0] == "INVALID_PARAMETER_VALUE"
    missing = {"experiment_id": "987654", "name": "x", "serialized_scorer": "{}"}
    assert refused(client, "POST", f"{ROOT}/register", missing)[0] == "RESOURCE_DOES_NOT_EXIST"
