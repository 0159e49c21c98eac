"""Evaluation data sets of a database; versions that are not ready; what stays behind."""

from __future__ import annotations

import json
import sqlite3
import urllib.request
from pathlib import Path
from typing import Any

from tests.importers.mlflow.folders import bring, get

SCHEMA = (
    "CREATE TABLE experiments (experiment_id INTEGER, name TEXT, artifact_location TEXT, lifecycle_stage TEXT, creation_time BIGINT)",
    "CREATE TABLE runs (run_uuid TEXT, name TEXT, experiment_id INTEGER, user_id TEXT, status TEXT, start_time BIGINT,"
    " end_time BIGINT, lifecycle_stage TEXT, artifact_uri TEXT)",
    "CREATE TABLE metrics (run_uuid TEXT, key TEXT, timestamp BIGINT, value FLOAT)",
    "CREATE TABLE params (run_uuid TEXT, key TEXT, value TEXT)",
    "CREATE TABLE tags (run_uuid TEXT, key TEXT, value TEXT)",
    "CREATE TABLE registered_models (name TEXT, creation_time BIGINT, last_updated_time BIGINT, description TEXT)",
    "CREATE TABLE registered_model_tags (name TEXT, key TEXT, value TEXT)",
    "CREATE TABLE registered_model_aliases (name TEXT, alias TEXT, version INTEGER)",
    "CREATE TABLE model_versions (name TEXT, version INTEGER, creation_time BIGINT, last_updated_time BIGINT, source TEXT, run_id TEXT,"
    " current_stage TEXT, status TEXT, status_message TEXT)",
    "CREATE TABLE model_version_tags (name TEXT, version INTEGER, key TEXT, value TEXT)",
    "CREATE TABLE evaluation_datasets (dataset_id TEXT, name TEXT, schema TEXT, profile TEXT, digest TEXT, created_time BIGINT,"
    " last_update_time BIGINT, created_by TEXT, last_updated_by TEXT, workspace TEXT)",
    "CREATE TABLE evaluation_dataset_tags (dataset_id TEXT, key TEXT, value TEXT)",
    "CREATE TABLE evaluation_dataset_records (dataset_record_id TEXT, dataset_id TEXT, inputs JSON, outputs JSON, expectations JSON,"
    " tags JSON, source JSON, created_time BIGINT, last_update_time BIGINT, created_by TEXT, last_updated_by TEXT)",
    "CREATE TABLE entity_associations (source_type TEXT, source_id TEXT, destination_type TEXT, destination_id TEXT)",
    "CREATE TABLE webhooks (webhook_id TEXT, deleted_timestamp BIGINT)",
    "CREATE TABLE label_schemas (schema_id TEXT)",
    "CREATE TABLE scorers (experiment_id INTEGER, scorer_name TEXT, scorer_id TEXT)",
    "CREATE TABLE scorer_versions (scorer_id TEXT, scorer_version INTEGER, serialized_scorer TEXT, creation_time BIGINT)",
    "INSERT INTO scorers VALUES (901, 'tone', 's-1'), (901, 'empty', 's-2')",
    "INSERT INTO scorer_versions VALUES ('s-1', 3, '{\"a\": 3}', 33), ('s-1', 1, '{\"a\": 1}', 11)",
    "INSERT INTO experiments VALUES (0, 'Default', '', 'active', 1), (901, 'asked', '', 'active', 901)",
    "INSERT INTO registered_models VALUES ('slow', 5, 6, NULL)",
    "INSERT INTO model_versions VALUES ('slow', 1, 5, 5, 's3://a', '', 'None', 'FAILED_REGISTRATION', 'no room'),"
    " ('slow', 2, 6, 6, 's3://b', '', 'None', 'PENDING_REGISTRATION', NULL), ('slow', 3, 6, 6, 's3://c', '', 'None', 'READY', NULL),"
    " ('slow', 4, 6, 6, 's3://d', '', 'None', 'of a later release', NULL)",
    "INSERT INTO webhooks VALUES ('a', NULL), ('b', 7), ('c', NULL)",
    "INSERT INTO label_schemas VALUES ('l')",
    "INSERT INTO evaluation_datasets VALUES"
    " ('d-1', 'questions ü', '{\"inputs\": {\"q\": \"string\"}}', NULL, 'abc', 10, 20, 'ada', 'bob', 'default'),"
    " ('d-2', 'of others', NULL, NULL, 'x', 1, 1, NULL, NULL, 'theirs')",
    "INSERT INTO evaluation_dataset_tags VALUES ('d-1', 'team', 'blue')",
    "INSERT INTO entity_associations VALUES ('evaluation_dataset', 'd-1', 'experiment', '901'), ('trace', 't', 'experiment', '901')",
)


def add(connection: sqlite3.Connection, identity: str, changed: int, **parts: Any) -> None:
    texts = [
        json.dumps(parts[name]) if name in parts else None for name in ("inputs", "outputs", "expectations", "tags", "source")
    ]
    row = (identity, "d-1", *texts, changed, changed, "ada", "ada")
    connection.execute("INSERT INTO evaluation_dataset_records VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)


def ask(url: str, path: str, body: Any = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{url}/api/3.0/mlflow/{path}", data, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def test_data_sets_and_unready_versions_of_a_database(url: str, tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "mlflow.db")
    for statement in SCHEMA:
        connection.execute(statement)
    source = {"source_type": "HUMAN", "source_data": {"user": "ada"}}
    add(connection, "dr-1", 11, inputs={"q": "é"}, outputs={"mlflow_wrapped": [1, {"a": None}]}, tags={"n": 1}, source=source)
    add(connection, "dr-2", 12, inputs={"q": 2}, expectations={"y": "z"})
    connection.commit()
    account = bring(url, tmp_path / "mlflow.db", status=1)
    assert [(one["kind"], one["item"]) for one in account["problems"]] == [("evaluation data sets", "of others")]
    assert "what is no part of Trireme stays behind: 2 webhooks, 1 label schema" in account["notes"]
    came = account["came"]
    assert (came["evaluation data sets"], came["evaluation records"], came["model versions"], came["scorers"]) == (1, 2, 4, 2)
    found = ask(url, "scorers/versions?experiment_id=901&name=tone")["scorers"]
    assert [(one["scorer_version"], one["serialized_scorer"], one["creation_time"], one["scorer_id"]) for one in found] == [
        (1, '{"a": 1}', 11, "s-1"), (3, '{"a": 3}', 33, "s-1"),
    ]  # fmt: skip

    found = get(url, "model-versions/search?filter=name%3D'slow'&order_by=version_number")["model_versions"]
    assert [(one["status"], one.get("status_message")) for one in found] == [
        ("FAILED_REGISTRATION", "no room"), ("PENDING_REGISTRATION", None), ("READY", None), ("READY", None),
    ]  # fmt: skip

    dataset = ask(url, "datasets/d-1")["dataset"]
    assert json.loads(dataset.pop("tags")) == {"team": "blue"} and json.loads(dataset.pop("schema")) == {
        "inputs": {"q": "string"}
    }
    assert json.loads(dataset.pop("profile")) == {"num_records": 2}
    assert dataset == {
        "dataset_id": "d-1", "name": "questions ü", "digest": "abc", "created_time": 10, "last_update_time": 20, "created_by": "ada",
        "last_updated_by": "bob", "experiment_ids": ["901"],
    }  # fmt: skip
    one, two = json.loads(ask(url, "datasets/d-1/records")["records"])
    assert (one["dataset_record_id"], one["inputs"], one["outputs"], one["tags"]) == (
        "dr-1",
        {"q": "é"},
        [1, {"a": None}],
        {"n": 1},
    )
    assert (one["source"], one["created_time"], two["expectations"], two.get("outputs")) == (source, 11, {"y": "z"}, None)

    assert bring(url, tmp_path / "mlflow.db", status=1)["came"] == {}
    # What changed there since comes; what was written here meanwhile stays.
    merged = {"records": json.dumps([{"inputs": {"q": "here"}}, {"inputs": {"q": 2}, "expectations": {"y": "mine"}}])}
    ask(url, "datasets/d-1/records", merged)
    connection.execute(
        'UPDATE evaluation_dataset_records SET expectations = \'{"x": 1}\', last_update_time = 40 WHERE inputs = \'{"q": "\\u00e9"}\''
    )
    add(connection, "dr-3", 41, inputs={"q": 3})
    add(connection, "dr-4", 41, inputs={"q": "here"})
    connection.execute("UPDATE evaluation_datasets SET last_update_time = 1e15, digest = 'new'")
    connection.commit()
    account = bring(url, tmp_path / "mlflow.db", status=1)
    assert (account["came"], account["there"]["evaluation records"]) == ({"evaluation records": 2}, 2)
    found = {one["dataset_record_id"]: one for one in json.loads(ask(url, "datasets/d-1/records")["records"])}
    assert len(found) == 4 and found["dr-1"]["expectations"] == {"x": 1} and found["dr-2"]["expectations"] == {"y": "mine"}
    assert ask(url, "datasets/d-1")["dataset"]["digest"] == "new"
    connection.close()
