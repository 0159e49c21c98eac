"""The registry, searches, histories and artifacts over HTTP: MLflow's codes and texts, and nothing half written."""

from __future__ import annotations

import hashlib
import http.client
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib import request
from urllib.parse import urlsplit

import pytest

import trireme
from tests.protocols.mlflow.test_traces import Client, client
from tests.support.server import ServerProcess

__all__ = ["client"]
ROOT = "/api/2.0/mlflow"
FILES = "/api/2.0/mlflow-artifacts/artifacts"
BAD, EXISTS = "INVALID_PARAMETER_VALUE", "RESOURCE_ALREADY_EXISTS"


def refused(client: Client, method: str, path: str, body: Any = None) -> tuple[str, str]:
    """Code and message of a refusal."""
    status, answer = client.ask(method, path, body)
    assert status >= 400, answer
    return answer["error_code"], answer["message"]


def new_run(client: Client, experiment: str, start_time: int = 1) -> str:
    made = client.good("POST", f"{ROOT}/runs/create", {"experiment_id": experiment, "start_time": start_time})
    found: str = made["run"]["info"]["run_id"]
    return found


def test_versions_and_their_runs(client: Client) -> None:
    experiment = client.experiment("sources")
    one, two = new_run(client, experiment), new_run(client, experiment)
    for name in ("m0", "m1"):
        client.good("POST", f"{ROOT}/registered-models/create", {"name": name})

    def create(name: str, source: str, run: str) -> Any:
        body = {"name": name, "source": source, "run_id": run}
        return client.good("POST", f"{ROOT}/model-versions/create", body)["model_version"]

    # A run of another server is taken at its word; one of this server is not taken for another.
    assert create("m0", "runs:/elsewhere/model", "another")["run_id"] == "another"
    assert create("m1", f"runs:/{one}/model", one)["run_id"] == one
    create("m0", f"runs:/{two}/model", two)
    code, message = refused(
        client, "POST", f"{ROOT}/model-versions/create", {"name": "m0", "source": f"runs:/{one}/model", "run_id": two}
    )
    assert code == BAD and message.startswith("Invalid model version source")

    # Describing a version is no change of its model; moving it to another stage is.
    def changed() -> int:
        found = client.good("GET", f"{ROOT}/registered-models/get", {"name": "m1"})["registered_model"]
        return int(found["last_updated_timestamp"])

    before, version = changed(), {"name": "m1", "version": "1"}
    client.good("PATCH", f"{ROOT}/model-versions/update", version | {"description": "x"})
    assert changed() == before
    client.good("POST", f"{ROOT}/model-versions/transition-stage", version | {"stage": "Staging"})
    assert changed() > before

    # What is equal in the order asked for comes by name, then newest version first.
    def search(*order: str) -> list[tuple[str, str]]:
        found = client.good("GET", f"{ROOT}/model-versions/search", {"order_by": order} if order else {})
        return [(each["name"], each["version"]) for each in found["model_versions"]]

    assert search("version_number DESC") == [("m0", "2"), ("m0", "1"), ("m1", "1")]
    assert search("name DESC") == [("m1", "1"), ("m0", "2"), ("m0", "1")]
    twice = refused(client, "GET", f"{ROOT}/model-versions/search", {"order_by": ["name", "name DESC"]})
    assert twice[0] == BAD and "duplicate" in twice[1]


def test_runs_that_began_together_come_by_id(client: Client) -> None:
    experiment = client.experiment("ties")
    runs = sorted(new_run(client, experiment) for _ in range(7))
    later = new_run(client, experiment, 2)
    found: list[str] = []
    token = None
    while token or not found:
        body = {"experiment_ids": [experiment], "max_results": 3} | ({"page_token": token} if token else {})
        page = client.good("POST", f"{ROOT}/runs/search", body)
        found += [run["info"]["run_id"] for run in page["runs"]]
        token = page.get("next_page_token")
    assert found == [later, *runs]


def test_every_metric_is_found_by_its_name(client: Client) -> None:
    """Also those whose name looks like a room of ours, and those that the SDK logs below ``metrics/``."""
    sdk = trireme.init_run(project="names", url=client.url, capture=False, mode="sync")
    sdk["metrics/loss"].append(0.5, step=3)
    sdk.stop()
    experiment = client.good("GET", f"{ROOT}/experiments/get-by-name", {"experiment_name": "names"})["experiment"][
        "experiment_id"
    ]
    run = new_run(client, experiment)
    names = ["params/x", "metrics/params/x", "metrics/metrics/x", "metrics/x", "metrics", "sys", "paramsx", "x"]
    for value, name in enumerate(names):
        point = {"run_id": run, "key": name, "value": value, "timestamp": 1, "step": 0}
        client.good("POST", f"{ROOT}/runs/log-metric", point)
    found = client.good("POST", f"{ROOT}/runs/search", {"experiment_ids": [experiment]})["runs"]
    seen = [{metric["key"]: metric["value"] for metric in each["data"]["metrics"]} for each in found]
    assert sorted(seen, key=len) == [{"metrics/loss": 0.5}, {name: float(value) for value, name in enumerate(names)}]
    for each, metrics in zip(found, seen, strict=True):
        for name, value in metrics.items():
            asked = {"run_id": each["info"]["run_id"], "metric_key": name}
            (point,) = client.good("GET", f"{ROOT}/metrics/get-history", asked)["metrics"]
            assert point["value"] == value
    body = {"experiment_ids": [experiment], "filter": "metrics.`metrics/loss` > 0.4"}
    assert len(client.good("POST", f"{ROOT}/runs/search", body)["runs"]) == 1


def test_points_chosen_of_histories(client: Client) -> None:
    """At the same steps for all runs, with each one's ends; where all points have one step, evenly spaced ones."""
    experiment = client.experiment("chosen")
    short, long, crowd = (new_run(client, experiment) for _ in range(3))

    def log(run: str, points: list[tuple[int, int]]) -> None:
        for start in range(0, len(points), 1000):
            metrics = [
                {"key": "m", "value": when, "timestamp": when, "step": step} for step, when in points[start : start + 1000]
            ]
            client.good("POST", f"{ROOT}/runs/log-batch", {"run_id": run, "metrics": metrics})

    def chosen(runs: list[str], **asked: int) -> list[tuple[str, int]]:
        sent = {"run_ids": runs, "metric_key": "m", **asked}
        found = client.good("GET", f"{ROOT}/metrics/get-history-bulk-interval", sent).get("metrics", [])
        return [(point["run_id"], point["step"] if point["run_id"] != crowd else point["timestamp"]) for point in found]

    log(short, [(step, 1) for step in range(10)])
    log(long, [(step, 1) for step in range(20)])
    log(crowd, [(0, when) for when in range(3000)])
    assert chosen([short], max_results=5) == [(short, step) for step in (0, 2, 4, 6, 8, 9)]
    steps = (0, 4, 8, 9, 12, 16, 19)
    assert chosen([short, long], max_results=5) == [
        *((short, step) for step in steps if step < 10),
        *((long, step) for step in steps),
    ]
    assert chosen([long], start_step=5, end_step=7, max_results=5) == [(long, step) for step in (5, 6, 7)]
    assert chosen([crowd], max_results=3) == [(crowd, when) for when in (0, 1500, 2999)]
    assert chosen([long], start_step=50, end_step=70) == []


def test_histories_that_cannot_be(client: Client) -> None:
    many = [f"r{n}" for n in range(101)]
    bulk, interval = f"{ROOT}/metrics/get-history-bulk", f"{ROOT}/metrics/get-history-bulk-interval"
    for path, sent, text in (
        (bulk, {"metric_key": "k"}, "must specify at least one run_id"),
        (bulk, {"run_id": many, "metric_key": "k"}, "cannot specify more than 100"),
        (bulk, {"run_id": "r"}, "must specify a metric_key"),
        (interval, {"metric_key": "k"}, "Missing value for required parameter 'run_ids'."),
        (interval, {"run_ids": many, "metric_key": "k"}, "must specify at most 100 run_ids."),
        (interval, {"run_ids": "r"}, "Missing value for required parameter 'metric_key'"),
        (interval, {"run_ids": "r", "metric_key": "k", "max_results": 0}, "max_results must be between 1 and 2500"),
    ):
        code, message = refused(client, "GET", path, sent)
        assert code == BAD and text in message, message
    upload = "/ajax-api/2.0/mlflow/upload-artifact"
    assert refused(client, "POST", upload) == (BAD, "Request must specify run_uuid.")
    assert refused(client, "POST", f"{upload}?run_uuid=r") == (BAD, "Request must specify path.")


def test_many_who_create_one_name(client: Client) -> None:
    def together(path: str, bodies: list[dict[str, Any]]) -> list[tuple[int, Any]]:
        with ThreadPoolExecutor(len(bodies)) as pool:
            return list(pool.map(lambda body: client.ask("POST", ROOT + path, body), bodies))

    for path, body in (("/experiments/create", {"name": "rush"}), ("/registered-models/create", {"name": "rush"})):
        answers = together(path, [body] * 8)
        assert sorted(status for status, _ in answers) == [200] + [400] * 7
        assert {answer["error_code"] for status, answer in answers if status != 200} == {EXISTS}
    answers = together("/model-versions/create", [{"name": "rush", "source": "s3://bucket/m"}] * 8)
    assert sorted(int(answer["model_version"]["version"]) for _, answer in answers) == list(range(1, 9))
    run = new_run(client, client.experiment("rush two"))
    answers = together("/runs/log-parameter", [{"run_id": run, "key": "p", "value": str(n)} for n in range(8)])
    (kept,) = (n for n, (status, _) in enumerate(answers) if status == 200)
    assert {answer["error_code"] for status, answer in answers if status != 200} == {BAD}
    found = client.good("GET", f"{ROOT}/runs/get", {"run_id": run})["run"]["data"]["params"]
    assert found == [{"key": "p", "value": str(kept)}]


@pytest.mark.parametrize("replaced", [False, True])
def test_an_upload_that_is_cut_off(client: Client, replaced: bool) -> None:
    experiment = client.experiment(f"cut {replaced}")
    run = new_run(client, experiment)
    path = f"{FILES}/{experiment}/{run}/artifacts/big.bin"
    if replaced:
        client.good("PUT", path, b"as it was")
    wire = http.client.HTTPConnection(urlsplit(client.url).netloc, timeout=30)
    wire.putrequest("PUT", path)
    wire.putheader("Content-Length", str(1 << 20))
    wire.endheaders()
    wire.send(b"x" * 300_000)
    wire.close()
    # The server answers later requests after it has seen the end of that one: an upload of the same name shows it.
    client.good("PUT", path.replace("big", "other"), b"whole")
    listed = client.good("GET", f"{ROOT}/artifacts/list", {"run_id": run})["files"]
    known = [("big.bin", 9)] if replaced else []
    assert [(file["path"], file["file_size"]) for file in listed] == [*known, ("other.bin", 5)]
    if replaced:
        assert client.good("GET", path) == b"as it was"


def test_paths_that_lead_out(client: Client) -> None:
    experiment = client.experiment("paths")
    run = new_run(client, experiment)
    for bad in ("../x", "a/../../x", "/etc/passwd", "a\\..\\x", "%2e%2e/x", "..%2fx", "%252e%252e%252fx", "C:/x", "a\x00b"):
        for route in (f"{ROOT}/artifacts/list", "/get-artifact"):
            assert refused(client, "GET", route, {"run_id": run, "path": bad}) == (BAD, "Invalid path"), bad
    for raw in ("../../../x", "%2e%2e/x", "a/%2e%2e/%2e%2e/x", "..%5cx", "%252e%252e/x"):
        for method, body in (("PUT", b"x"), ("GET", None), ("DELETE", None)):
            wire = http.client.HTTPConnection(urlsplit(client.url).netloc, timeout=30)
            wire.putrequest(method, f"{FILES}/{experiment}/{run}/artifacts/{raw}", skip_accept_encoding=True)
            wire.putheader("Content-Length", str(len(body or b"")))
            wire.endheaders(body)
            answer = wire.getresponse()
            assert (answer.status, b"Invalid path" in answer.read()) == (400, True), (method, raw)
    assert "files" not in client.good("GET", f"{ROOT}/artifacts/list", {"run_id": run})


def test_parts_of_an_artifact(client: Client) -> None:
    experiment = client.experiment("parts")
    run = new_run(client, experiment)
    path = f"{FILES}/{experiment}/{run}/artifacts/f.bin"
    client.good("PUT", path, bytes(range(100)))
    for header, content in (("bytes=10-19", bytes(range(10, 20))), ("bytes=" + "9" * 4000 + "-", bytes(range(100)))):
        with request.urlopen(request.Request(client.url + path, headers={"Range": header}), timeout=30) as answer:
            assert answer.read() == content


def test_an_artifact_whose_bytes_are_lost_is_missing_and_not_cut_short(server: ServerProcess) -> None:
    client = Client(server.url)
    experiment = client.experiment("lost")
    path = f"{FILES}/{experiment}/{new_run(client, experiment)}/artifacts/f.bin"
    client.good("PUT", path, b"kept")
    for blob in (server.folder / "blobs").rglob(hashlib.sha256(b"kept").hexdigest()):
        blob.unlink()
    code, message = refused(client, "GET", path)
    assert code == "RESOURCE_DOES_NOT_EXIST" and "bytes are not stored" in message


def test_files_of_versions_wherever_they_lie(client: Client) -> None:
    """Through the version's own address: at the root of the artifacts, in a run, in a logged model; not what lies elsewhere."""
    experiment = client.experiment("files of versions")
    run = new_run(client, experiment)
    sent = {"experiment_id": experiment, "name": "logged"}
    logged = client.good("POST", f"{ROOT}/logged-models", sent)["model"]["info"]["model_id"]
    places = ("a.txt", f"{experiment}/{run}/artifacts/m/a.txt", f"{experiment}/models/{logged}/artifacts/a.txt")
    for place in places:
        client.good("PUT", f"{FILES}/{place}", place.encode())
    client.good("POST", f"{ROOT}/registered-models/create", {"name": "placed"})
    for more in (
        {"source": "mlflow-artifacts:"},
        {"source": f"mlflow-artifacts:/{experiment}/{run}/artifacts/m", "run_id": run},
        {"source": f"models:/{logged}", "model_id": logged},
        {"source": "s3://bucket/model"},
    ):
        client.good("POST", f"{ROOT}/model-versions/create", {"name": "placed", **more})
    for number, place in enumerate(places, 1):
        asked = {"name": "placed", "version": number, "path": "a.txt"}
        assert client.good("GET", "/model-versions/get-artifact", asked) == place.encode()
    for asked in ({"version": 1, "path": "no.txt"}, {"version": 9, "path": "a.txt"}):
        assert client.ask("GET", "/model-versions/get-artifact", {"name": "placed"} | asked)[0] == 404
    for asked in (
        {"version": 4, "path": "a.txt"},
        {"version": 2, "path": "../x"},
        {"version": "x", "path": "a.txt"},
        {"version": 1},
    ):
        assert client.ask("GET", "/model-versions/get-artifact", {"name": "placed"} | asked)[0] == 400
