"""Series over HTTP: axes of charts, names of metrics, points as a file."""

from __future__ import annotations

import csv
import io
import json
from typing import Any
from urllib.parse import urlencode

from tests.browser.seed import SeededRun, write_run
from tests.server.test_table import ask
from tests.support.server import ServerProcess

PROJECT = "/api/v1/projects/default/curves"


def test_axes_names_and_points(server: ServerProcess) -> None:
    odd = [float(step) for step in range(50)] + [float("nan"), float("inf")]
    series = {"train/loss": odd, "val/loss, é": [1.0, 2.0], "tokens": [step * 100.0 for step in range(52)]}
    keys = [write_run(server.url, "default/curves", SeededRun(f"run-{n}", series=series)) for n in range(2)]
    runs = [int(str(made["key"])) for made in keys]

    def answer(path: str, body: object = None) -> Any:
        status, _, text = ask(server.url, PROJECT + path, body)
        assert status == 200, text
        return json.loads(text)

    loss = [{"run": run, "path": "train/loss"} for run in runs]
    over = answer("/series/buckets", {"series": loss, "x": "metric", "x_metric": "tokens", "log": True})["series"]
    assert over[0]["x"] == [step * 100.0 for step in range(1, 52)] and over[0]["unplaced"] == 1
    assert over[0]["nonfinite"] == [
        {"index": 49, "nan": 1, "pos_inf": 0, "neg_inf": 0},
        {"index": 50, "nan": 0, "pos_inf": 1, "neg_inf": 0},
    ]
    log = answer("/series/buckets", {"series": loss, "log": True})["series"]
    assert log[1]["x"] == [float(step) for step in range(1, 52)] and log[1]["unplaced"] == 0
    status, _, text = ask(server.url, PROJECT + "/series/buckets", {"series": loss, "x": "time", "log": True})
    assert status == 400 and b"logarithmic" in text

    only = f"runs={runs[0]}"
    sections = answer(f"/metrics/sections?{only}")
    assert [(each["name"], each["metrics"]) for each in sections["sections"]] == [("", 1), ("train", 1), ("val", 1)]
    assert answer(f"/metrics/names?{only}&section=val") == {"names": ["val/loss, é"], "total": 1}
    assert answer(f"/metrics/sections?runs={runs[0]}-{runs[1]},{runs[0]}") == sections
    status, _, text = ask(server.url, f"{PROJECT}/metrics/sections?runs=0-{10**18}")
    assert status == 400 and b"10,000 runs" in text
    families = answer(f"/metrics/families?{only}&{urlencode({'regex': '^(train|val)/'})}")
    assert [each["captures"] for each in families["families"]] == [["train"], ["val"]]

    asked = urlencode({"runs": ",".join(map(str, runs)), "path": ["train/loss", "val/loss, é"], "start": 1}, doseq=True)
    status, headers, text = ask(server.url, f"{PROJECT}/series/points.csv?{asked}")
    rows = list(csv.DictReader(io.StringIO(text.decode())))
    assert status == 200 and headers["content-disposition"].startswith('attachment; filename="curves.csv"')
    assert len(rows) == 2 * (51 + 1)
    assert list(rows[0]) == ["run", "metric", "step", "timestamp", "value"]
    assert {row["metric"] for row in rows} == {"train/loss", "val/loss, é"} and len({row["run"] for row in rows}) == 2
    assert [float(row["value"]) for row in rows[:3]] == [1, 2, 3] and rows[49]["value"] == "nan" and rows[50]["value"] == "inf"
    for wrong in ("runs=x&path=a", f"runs={runs[0]}", f"runs={','.join(['1'] * 1001)}&path=a"):
        assert ask(server.url, f"{PROJECT}/series/points.csv?{wrong}")[0] == 400
