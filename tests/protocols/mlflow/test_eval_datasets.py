"""Evaluation data sets over HTTP: records merge by their inputs, data sets belong to experiments, bad requests are refused by name."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.protocols.mlflow.test_traces import Client, client

__all__ = ["client"]
ROOT = "/api/3.0/mlflow/datasets"


def create(client: Client, name: str, experiments: list[str], **tags: Any) -> Any:
    sent = {"name": name, "experiment_ids": experiments, "tags": json.dumps(tags)}
    return client.good("POST", f"{ROOT}/create", sent)["dataset"]


def test_records_merge_by_their_inputs(client: Client) -> None:
    made = create(client, "merge", [], **{"mlflow.user": "ann"})
    assert (made["created_by"], made.get("schema"), made.get("profile")) == ("ann", None, None)
    path = f"{ROOT}/{made['dataset_id']}"

    def merge(*records: dict[str, Any]) -> tuple[int, int]:
        answer = client.good("POST", f"{path}/records", {"records": json.dumps(records)})
        return answer["inserted_count"], answer["updated_count"]

    source = {"source_type": "TRACE", "source_data": {"trace_id": "tr-1"}}
    one = {"inputs": {"b": 1, "a": "é\ud800"}, "expectations": {"x": 1}, "tags": {"t": "1"}, "source": source}
    assert merge(
        one, {"inputs": {"q": 2}, "outputs": [1, 2]}, {"inputs": {"a": "é\ud800", "b": 1}, "expectations": {"y": None}}
    ) == (2, 1)
    assert merge({"inputs": {"q": 2}, "outputs": {"o": 1}, "tags": {"mlflow.user": "bob"}}, {"inputs": {}}) == (1, 1)
    first, second, third = json.loads(client.good("GET", f"{path}/records")["records"])
    assert (first["inputs"], first["expectations"], first["tags"]) == (one["inputs"], {"x": 1, "y": None}, {"t": "1"})
    assert (first["source"], first["source_id"], first["source_type"]) == (source, "tr-1", "TRACE")
    assert (second["outputs"], second["last_updated_by"], third["inputs"]) == ({"o": 1}, "bob", {})
    found = client.good("GET", path)["dataset"]
    assert json.loads(found["profile"]) == {"num_records": 3}
    assert json.loads(found["schema"]) == {
        "inputs": {"a": "string", "b": "integer", "q": "integer"}, "outputs": "array",
        "expectations": {"x": "integer", "y": "null"}, "version": "1.0",
    }  # fmt: skip
    assert found["digest"] != made["digest"]
    page = client.good("GET", f"{path}/records", {"max_results": 2})
    rest = client.good("GET", f"{path}/records", {"max_results": 2, "page_token": page["next_page_token"]})
    assert (len(json.loads(page["records"])), len(json.loads(rest["records"])), rest.get("next_page_token")) == (2, 1, None)
    gone = {"dataset_record_ids": [first["dataset_record_id"], "dr-none"]}
    assert client.good("DELETE", f"{path}/records", gone) == {"deleted_count": 1}
    assert json.loads(client.good("GET", path)["dataset"]["profile"]) == {"num_records": 2}


def test_searches_tags_and_experiments(client: Client) -> None:
    one, two = client.experiment("eval one"), client.experiment("eval two")
    ids = [
        create(client, f"s{n}", [[one], [one, two], [two]][n], team="ml" if n else "data", n=n)["dataset_id"] for n in range(3)
    ]

    def names(text: str = "", *, of: list[str] | None = None, order: list[str] | None = None) -> list[str]:
        sent = {"experiment_ids": of or [one, two], "filter_string": text, "order_by": order or []}
        return [found["name"] for found in client.good("POST", f"{ROOT}/search", sent).get("datasets", [])]

    assert names(of=[one]) == ["s1", "s0"]
    assert names("tags.team = 'ml' AND name LIKE 's%'", order=["name"]) == ["s1", "s2"]
    assert names("tags.team != 'ml'") == ["s0"]
    assert names("name IN ('s0', 's2') AND created_time > 0", order=["name DESC"]) == ["s2", "s0"]
    path = f"{ROOT}/{ids[0]}"
    assert json.loads(client.good("PATCH", f"{path}/tags", {"tags": '{"new": "x", "n": 7}'})["dataset"]["tags"]) == {
        "team": "data", "n": "7", "new": "x",
    }  # fmt: skip
    for _ in range(2):
        client.good("DELETE", f"{path}/tags/new")
    assert client.good("POST", f"{path}/add-experiments", {"experiment_ids": [two, one]})["dataset"]["experiment_ids"] == [
        one,
        two,
    ]
    assert client.good("POST", f"{path}/remove-experiments", {"experiment_ids": [one]})["dataset"]["experiment_ids"] == [two]
    assert client.good("GET", f"{path}/experiment-ids") == {"experiment_ids": [two]}
    for _ in range(2):
        assert client.good("DELETE", path) == {}
    assert client.ask("GET", path)[0] == 404


@pytest.mark.parametrize(
    ("method", "path", "sent", "status", "said"),
    [
        ("POST", "create", {}, 400, "Missing value for required parameter 'name'"),
        ("POST", "create", {"name": " "}, 400, "Invalid dataset name"),
        ("POST", "create", {"name": "x", "tags": "["}, 400, "'tags' is not JSON"),
        ("POST", "create", {"name": "x", "experiment_ids": ["99999"]}, 404, "No Experiment with id=99999"),
        ("POST", "search", {"max_results": 50_001}, 400, "max_results"),
        ("POST", "search", {"filter_string": "digest = 'x'"}, 400, "Invalid attribute key 'digest'"),
        ("POST", "search", {"filter_string": "tag.x = 'x'"}, 400, "Invalid identifier token 'tag'"),
        ("POST", "search", {"filter_string": "name > 'x'"}, 400, "Invalid comparator for string attribute: >"),
        ("POST", "search", {"order_by": ["digest"]}, 400, "Invalid attribute key 'digest'"),
        ("POST", "d-none/records", {"records": "[]"}, 404, "not found"),
        ("POST", "d-none/add-experiments", {"experiment_ids": ["99999"]}, 404, "Evaluation dataset with id 'd-none' not found"),
        ("PATCH", "d-none/tags", {"tags": "{}"}, 404, "not found"),
    ],
)
def test_refusals(client: Client, method: str, path: str, sent: Any, status: int, said: str) -> None:
    found, answer = client.ask(method, f"{ROOT}/{path}", sent)
    assert found == status
    assert said in answer["message"]


@pytest.mark.parametrize("records", ["{}", "[1]", '[{"inputs": 1}]', '[{"inputs": {}, "tags": []}]', "x"])
def test_records_that_are_refused_change_nothing(client: Client, records: str) -> None:
    path = f"{ROOT}/{create(client, 'refused', [])['dataset_id']}/records"
    assert client.ask("POST", path, {"records": records})[0] == 400
    assert client.good("GET", path) == {"records": "[]"}
