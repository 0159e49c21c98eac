"""What stands around the runs table, over HTTP."""

from __future__ import annotations

import csv
import io
import json
from typing import Any
from urllib import error, request

import pyarrow.parquet as pq

from tests.browser.seed import sweep_run, write_run
from tests.support.server import ServerProcess

PROJECT = "/api/v1/projects/default/tables"
RUNS = 12


def ask(url: str, path: str, body: object = None, **headers: str) -> tuple[int, dict[str, str], bytes]:
    data = None if body is None else json.dumps(body).encode()
    try:
        with request.urlopen(
            request.Request(url + path, data, {"Content-Type": "application/json", **headers}), timeout=60
        ) as answer:
            return answer.status, {k.lower(): v for k, v in answer.headers.items()}, answer.read()
    except error.HTTPError as refused:
        return refused.code, {k.lower(): v for k, v in refused.headers.items()}, refused.read()


def test_groups_values_pictures_and_files(server: ServerProcess) -> None:
    for index in range(RUNS):
        write_run(server.url, "default/tables", sweep_run(index))

    def answer(path: str, body: object = None) -> Any:
        status, _, text = ask(server.url, PROJECT + path, body)
        assert status == 200, text
        return json.loads(text)

    loss = {"path": "metrics/val/loss", "type": "float_series"}
    optimizer = {"path": "params/optimizer", "type": "string"}
    groups = answer("/runs/groups", {"by": optimizer, "columns": [loss], "query": "sweep-0"})
    assert [(group["value"], group["runs"]) for group in groups["groups"]] == [("sgd", 6), ("adam", 6)]
    assert groups["total"] == 2 and groups["runs"] == RUNS and groups["groups"][0]["cells"][0]["count"] == 6
    within = [{"by": optimizer, "type": "string", "value": "sgd"}]
    tags = answer("/runs/groups", {"by": {"path": "sys/tags", "type": "string_set"}, "within": within})
    assert [(group["value"], group["runs"]) for group in tags["groups"]] == [(["sweep"], 6)]
    members = answer(
        "/runs/search", {"within": [*within, {"by": {"path": "sys/tags"}, "type": "string_set", "value": ["sweep"]}]}
    )
    assert members["total"] == members["length"] == 6
    rates = answer("/attributes/values?path=params/lr&type=float&limit=2")
    assert rates["total"] == 4 and len(rates["values"]) == 2 and (rates["low"], rates["high"]) == (0.0001, 0.1)
    keys = [row["key"] for row in members["rows"]]
    pictures = answer("/runs/sparklines", {"runs": keys, "paths": [loss["path"]], "buckets": 8})["series"]
    assert len(pictures) == 6 and {len(line["x"]) for line in pictures} <= set(range(4, 17))

    columns = [optimizer, {"path": "sys/tags"}, loss, loss | {"aggregate": "min"}, loss | {"at_step": 3}]
    body = {"columns": columns, "sort": loss | {"direction": "asc"}, "query": 'params/optimizer = "sgd"'}
    status, headers, text = ask(server.url, PROJECT + "/runs/export", body)
    assert status == 200 and headers["content-type"] == "text/csv; charset=utf-8"
    assert headers["content-disposition"].startswith('attachment; filename="tables-runs.csv"')
    rows = list(csv.DictReader(io.StringIO(text.decode())))
    assert (
        len(rows) == 6
        and rows[0]["sys/tags"] == "sweep"
        and float(rows[0]["metrics/val/loss at step 3"]) > float(rows[0]["metrics/val/loss"])
    )
    found = [float(row["metrics/val/loss"]) for row in rows]
    assert found == sorted(found)
    status, headers, data = ask(server.url, PROJECT + "/runs/export", body, Accept="application/vnd.apache.parquet")
    table = pq.read_table(io.BytesIO(data))
    assert status == 200 and table.num_rows == 6 and table["metrics/val/loss"].to_pylist() == found
    assert table["sys/tags"].to_pylist()[0] == ["sweep"]
    for path, wrong, code in (
        ("/runs/export", {"query": "params/lr >"}, "invalid_query"),
        ("/runs/export", {"columns": [{"path": "/", "type": "float"}]}, "invalid_path"),
        ("/runs/groups", {"by": {"path": "runtime/stdout", "type": "string_series"}}, "invalid_input"),
        ("/runs/search", {"columns": [{"path": "a", "type": "int", "at_step": 1}]}, "invalid_input"),
    ):
        status, _, text = ask(server.url, PROJECT + path, wrong)
        assert (status, json.loads(text)["error"]["code"]) == (400, code)
