"""Traces over HTTP: two writers of one trace in any order, searches with the whole grammar, refusals, and the calls of 2.x."""

from __future__ import annotations

import gzip
import json
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations
from typing import Any
from urllib import error, parse, request

import pytest

from tests.protocols.mlflow.test_otlp import pairs
from tests.protocols.mlflow.test_otlp import request as otlp_request
from tests.support.server import ServerProcess
from trireme.protocols.mlflow.otlp import JSON, MAX_BODY_BYTES, PROTOBUF

AGENT = "mlflow-python-client/3.17.2"


@dataclass
class Client:
    """Speaks as MLflow's client does."""

    url: str

    def ask(self, method: str, path: str, sent: Any = None, **headers: str) -> tuple[int, Any]:
        named = {"User-Agent": AGENT} | {name.replace("_", "-"): value for name, value in headers.items()}
        body = sent if isinstance(sent, bytes) else None
        if body is None and sent is not None:
            if method == "GET":
                path += "?" + parse.urlencode(sent, doseq=True)
            else:
                body, named["Content-Type"] = json.dumps(sent).encode(), "application/json"
        try:
            with request.urlopen(request.Request(self.url + path, body, named, method=method), timeout=60) as answer:
                text = answer.read()
                return answer.status, json.loads(text) if text[:1] in (b"{", b"[") else text
        except error.HTTPError as refused:
            return refused.code, json.loads(refused.read())

    def good(self, method: str, path: str, sent: Any = None, **headers: str) -> Any:
        status, answer = self.ask(method, path, sent, **headers)
        assert status == 200, answer
        return answer

    def experiment(self, name: str) -> str:
        found: str = self.good("POST", "/api/2.0/mlflow/experiments/create", {"name": name})["experiment_id"]
        return found

    def spans(self, experiment: str, *sent: dict[str, Any], **headers: str) -> Any:
        resource = {"service.name": "shop", "telemetry.sdk.name": "x"}
        body = otlp_request(*sent, resource=resource)
        return self.good("POST", "/v1/traces", body, Content_Type=PROTOBUF, X_Mlflow_Experiment_Id=experiment, **headers)

    def start(self, experiment: str, trace: str, **info: Any) -> Any:
        location = {"type": "MLFLOW_EXPERIMENT", "mlflow_experiment": {"experiment_id": experiment}}
        sent = {"trace": {"trace_info": {"trace_id": trace, "trace_location": location, **info}}}
        return self.good("POST", "/api/3.0/mlflow/traces", sent)["trace"]["trace_info"]

    def trace(self, trace: str) -> Any:
        return self.good("GET", "/api/3.0/mlflow/traces/get", {"trace_id": trace})["trace"]

    def info(self, trace: str) -> Any:
        return self.good("GET", f"/api/3.0/mlflow/traces/{trace}")["trace"]["trace_info"]

    def search(self, experiments: list[str], text: str = "", **more: Any) -> tuple[int, Any]:
        locations = [{"mlflow_experiment": {"experiment_id": one}} for one in experiments]
        return self.ask("POST", "/ajax-api/3.0/mlflow/traces/search", {"locations": locations, "filter": text, **more})

    def names(self, experiments: list[str], text: str = "", **more: Any) -> list[str]:
        status, answer = self.search(experiments, text, **more)
        assert status == 200, answer
        return [one["tags"]["mlflow.traceName"] for one in answer.get("traces", [])]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = ServerProcess(tmp_path_factory.mktemp("traces") / "data", port)
    server.start()
    yield Client(server.url)
    server.stop()


def span(
    trace: int, number: int, parent: int | None = None, *, start: int = 1000, length: int = 10, **given: Any
) -> dict[str, Any]:
    """A span; times in ms."""
    attributes = given.pop("attributes", {})
    return {
        "trace_id": trace.to_bytes(16, "big"),
        "span_id": number.to_bytes(8, "big"),
        "parent_span_id": parent.to_bytes(8, "big") if parent else b"",
        "name": f"span {number}",
        "start_time_unix_nano": start * 1_000_000,
        "end_time_unix_nano": (start + length) * 1_000_000,
        "attributes": pairs(attributes),
        **given,
    }


def identity(trace: int) -> str:
    return f"tr-{trace:032x}"


USAGE = {"input_tokens": 3, "output_tokens": 4, "total_tokens": 7}


def test_two_writers_of_one_trace_merge_in_any_order_and_never_double(client: Client) -> None:
    experiment = client.experiment("merge")
    children = [
        span(0, 2, 1, start=1002, length=3, attributes={"mlflow.chat.tokenUsage": USAGE, "session.id": "s-1"}),
        span(0, 3, 2, start=1003, length=1, attributes={"gen_ai.usage.input_tokens": 3, "gen_ai.usage.output_tokens": 4}),
        span(0, 4, 1, start=1004, length=9, attributes={"llm.token_count.prompt": 10, "openinference.span.kind": "LLM"}),
    ]
    root = span(0, 1, start=1000, length=30, name="whole", attributes={"mlflow.spanInputs": {"messages": [
        {"role": "system", "content": "be kind"}, {"role": "user", "content": "how are you?"}]},
        "mlflow.spanOutputs": '{"answer": "fine"}', "mlflow.traceTag.team": "blue"})  # fmt: skip
    said = {
        "request_time": "2026-01-02T03:04:05.678Z",
        "execution_duration": "0.054s",
        "state": "OK",
        "tags": {"color": "red", "mlflow.trace.spansLocation": "ARTIFACT_REPO", "mlflow.artifactLocation": "file:///etc"},
        "trace_metadata": {"mlflow.trace.sizeStats": json.dumps({"num_spans": 4}), "mlflow.sourceRun": "r1"},
        "assessments": [
            {"assessment_name": "good", "feedback": {"value": True}, "source": {"source_type": "CODE", "source_id": "x"}}
        ],
    }
    found = []
    for trace, order in enumerate(permutations(["children", "root", "said"]), start=1):
        for step in [*order, order[0]]:  # and a retry
            if step == "said":
                answer = client.start(experiment, identity(trace), **said)
                assert answer["tags"]["mlflow.trace.spansLocation"] == "TRACKING_STORE"
            else:
                sent = children if step == "children" else [root]
                client.spans(experiment, *({**one, "trace_id": trace.to_bytes(16, "big")} for one in sent))
        whole = json.dumps(client.trace(identity(trace)), sort_keys=True)
        found.append(whole.replace(identity(trace), "tr-").replace(f"traces/{identity(trace)}", ""))
    infos = [json.loads(one)["trace_info"] for one in found]
    for one in infos:
        (assessment,) = one.pop("assessments")
        assert (assessment["assessment_name"], assessment["feedback"]) == ("good", {"value": True})
    assert all(one == infos[0] for one in infos)
    assert infos[0] == {
        "trace_id": "tr-",
        "trace_location": {"type": "MLFLOW_EXPERIMENT", "mlflow_experiment": {"experiment_id": experiment}},
        "request_preview": "how are you?",
        "response_preview": '{"answer": "fine"}',
        "request_time": "2026-01-02T03:04:05.678Z",
        "execution_duration": "0.054s",
        "state": "OK",
        "trace_metadata": {
            "mlflow.sourceRun": "r1",
            "mlflow.trace.session": "s-1",
            "mlflow.trace.sizeStats": '{"num_spans": 4}',
            "mlflow.trace.tokenUsage": '{"input_tokens": 13, "output_tokens": 4, "total_tokens": 7}',
        },
        "tags": {
            "color": "red",
            "mlflow.artifactLocation": f"mlflow-artifacts:/{experiment}/traces/tr-/artifacts",
            "mlflow.trace.spansLocation": "TRACKING_STORE",
            "mlflow.traceName": "whole",
            "service.name": "shop",
            "team": "blue",
        },
    }
    spans = [json.loads(one)["spans"] for one in found]
    assert [one["name"] for one in spans[0]] == ["whole", "span 2", "span 3", "span 4"]
    assert all(len(one) == 4 for one in spans)


def test_a_trace_that_only_sends_spans(client: Client) -> None:
    experiment = client.experiment("spans only")
    run = client.good("POST", "/api/2.0/mlflow/runs/create", {"experiment_id": experiment})["run"]["info"]["run_id"]
    client.spans(experiment, span(50, 2, 1, start=2000, length=5, end_time_unix_nano=0), X_Mlflow_Run_Id=run)
    info = client.info(identity(50))
    assert (info["state"], info["request_time"], "execution_duration" in info) == ("IN_PROGRESS", "1970-01-01T00:00:02Z", False)
    body = {"resourceSpans": [{"scopeSpans": [{"spans": [
        {"traceId": f"{50:032x}", "spanId": f"{1:016x}", "name": "root", "startTimeUnixNano": "1000000000",
         "endTimeUnixNano": "3500000000", "status": {"code": 2, "message": "broken"},
         "events": [{"name": "exception", "timeUnixNano": "1", "attributes": [{"key": "n", "value": {"intValue": "7"}}]}]},
    ]}]}]}  # fmt: skip
    packed = gzip.compress(json.dumps(body).encode())
    headers = {"Content_Type": f"{JSON}; charset=utf-8", "Content_Encoding": "gzip", "X_Mlflow_Experiment_Id": experiment}
    assert client.good("POST", "/v1/traces", packed, **headers) == {}
    info = client.info(identity(50))
    assert (info["state"], info["request_time"], info["execution_duration"]) == ("ERROR", "1970-01-01T00:00:01Z", "2.500s")
    (root, _) = client.trace(identity(50))["spans"]
    assert root["status"] == {"code": "STATUS_CODE_ERROR", "message": "broken"}
    assert root["events"][0]["attributes"] == [{"key": "n", "value": {"int_value": 7}}]
    assert client.names([experiment], f"run_id = '{run}'") == ["root"]
    file = client.good("GET", "/ajax-api/2.0/mlflow/get-trace-artifact", {"request_id": identity(50)})
    assert [one["name"] for one in file["spans"]] == ["root", "span 2"]


@pytest.fixture(scope="module")
def searched(client: Client) -> list[str]:
    """Three traces in two experiments."""
    one, two = client.experiment("search one"), client.experiment("search two")
    client.start(one, identity(101), request_time="1970-01-01T00:00:01Z", execution_duration="0.5s", state="OK",
                 client_request_id="c%1", tags={"mlflow.traceName": "alpha", "env": "prod", "odd key!": "it's"},
                 trace_metadata={"mlflow.sourceRun": "r1", "mlflow.trace.session": "s"})  # fmt: skip
    client.start(one, identity(102), request_time="1970-01-01T00:00:02Z", execution_duration="5s", state="ERROR",
                 tags={"mlflow.traceName": "beta", "env": "Prod"}, trace_metadata={"mlflow.trace.session": "s"})  # fmt: skip
    client.start(two, identity(103), request_time="1970-01-01T00:00:03Z", state="IN_PROGRESS",
                 tags={"mlflow.traceName": "gamma"}, trace_metadata={"n": "1"})  # fmt: skip
    client.spans(one, span(101, 1, name="alpha", attributes={"model": "gpt-4", "n": 5, "mlflow.spanType": "LLM"}),
                 span(101, 2, 1, name="tool", status={"code": 2}, attributes={"text": "a 100% sure\nthing"}))  # fmt: skip
    client.spans(one, span(102, 1, name="beta", attributes={"model": "other", 'q"x': "\\d"}))
    for number, name, kind, value in (
        (101, "score", "feedback", 4.5), (102, "score", "feedback", 2), (103, "score", "feedback", "high"),
        (101, "ok", "feedback", True), (102, "want", "expectation", {"a": 1}), (102, "want", "expectation", "x y"),
    ):  # fmt: skip
        made = {"assessment_name": name, "source": {"source_type": "HUMAN", "source_id": "me"}, kind: {"value": value}}
        client.good("POST", f"/api/3.0/mlflow/traces/{identity(number)}/assessments", {"assessment": made})
    whole = {"assessment_name": "session", "source": {"source_type": "HUMAN"}, "feedback": {"value": "yes"},
             "metadata": {"mlflow.trace.session": "s"}}  # fmt: skip
    client.good("POST", f"/api/3.0/mlflow/traces/{identity(101)}/assessments", {"assessment": whole})
    prompt = {"trace_id": identity(102), "prompt_versions": [{"name": "ask", "version": "3"}]}
    client.good("POST", "/api/2.0/mlflow/traces/link-prompts", prompt)
    return [one, two]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", ["gamma", "beta", "alpha"]),
        (f"request_id = '{identity(101)}'", ["alpha"]),
        (f"trace.request_id IN ('{identity(101)}', '{identity(103)}')", ["gamma", "alpha"]),
        ("client_request_id = 'c%1'", ["alpha"]),
        ("client_request_id != 'x'", ["alpha"]),
        ("client_request_id LIKE 'c\\%1'", []),
        ("name = 'beta'", ["beta"]),
        ("attributes.name ILIKE 'AL%'", ["alpha"]),
        ("name NOT IN ('alpha', 'beta')", ["gamma"]),
        ("name RLIKE '^(al|ga)'", ["gamma", "alpha"]),
        ("status = 'OK' AND timestamp_ms <= 1000", ["alpha"]),
        ("timestamp > 1000 and execution_time > 600", ["beta"]),
        ("execution_time_ms >= 0", ["beta", "alpha"]),
        ("end_time = 3000", ["gamma"]),
        ("run_id = 'r1'", ["alpha"]),
        ("run_id != 'r2'", ["alpha"]),
        ("tags.env = 'prod'", ["alpha"]),
        ("tag.env ILIKE '%PROD%' tags.env != 'prod'", ["beta"]),
        ('tags.`odd key!` = "it\'s"', ["alpha"]),
        ("tags.env IS NULL", ["gamma"]),
        ("name IS NULL", []),
        ("metadata.n IS NOT NULL", ["gamma"]),
        ("request_metadata.`mlflow.trace.session` = 's'", ["beta", "alpha"]),
        ("span.name = 'tool' AND span.status = 'ERROR'", ["alpha"]),
        ("span.name = 'tool' AND span.status = 'OK'", []),
        ("span.type IN ('LLM')", ["alpha"]),
        ("span.attributes.model LIKE '%gpt%'", ["alpha"]),
        ("span.attributes.model != 'gpt-4'", ["beta"]),
        ("span.attributes.n = '5'", ["alpha"]),
        ("span.attributes.`q\"x` = '\\d'", ["beta"]),
        ("span.content LIKE '%100\\% sure%'", []),
        ("span.content LIKE '%100% sure%'", ["alpha"]),
        ("trace.text ILIKE '%GPT%'", ["alpha"]),
        ("feedback.score > 3", ["alpha"]),
        ("feedback.score <= 4.5", ["beta", "alpha"]),
        ("feedback.score = '2'", ["beta"]),
        ("feedback.score != '2'", ["gamma", "alpha"]),
        ("feedback.score LIKE 'hi%'", ["gamma"]),
        ("feedback.ok = 'true'", ["alpha"]),
        ("feedback.ok IS NULL", ["gamma", "beta"]),
        ("feedback.session = 'yes'", ["beta", "alpha"]),
        ("feedback.session IS NULL", ["gamma"]),
        ("expectation.want IS NOT NULL", ["beta"]),
        ("expectation.want = 'x y'", ["beta"]),
        ("prompt = 'ask/3'", ["beta"]),
        ("prompt = 'ask/4'", []),
        ("issue.id = 'none'", []),
    ],
)
def test_searches(client: Client, searched: list[str], text: str, names: list[str]) -> None:
    assert client.names(searched, text) == names


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("trace_id = 'x'", "Invalid attribute key 'trace_id' specified"),
        ("what.ever = 'x'", "Invalid entity type 'what'"),
        ("name = 1", "Expected a quoted string value"),
        ("name > 'a'", "Invalid comparator '>' not one of"),
        ("timestamp = '5'", "Expected numeric value type"),
        ("timestamp LIKE 'x'", "Invalid comparator 'LIKE'"),
        ("tags.a IN ('x')", "Invalid comparator 'IN'"),
        ("span.color = 'x'", "Invalid span attribute 'color'"),
        ("span.content = 'x'", "span.content comparator '='"),
        ("prompt != 'a/1'", "Invalid comparator '!=' for prompts filter"),
        ("prompt = 'a'", "Invalid prompts filter value 'a'"),
        ("issue.name = 'x'", "Invalid issue attribute 'name'"),
        ("name = 'a' OR name = 'b'", "Invalid clause"),
        ("name RLIKE '('", "A regular expression is malformed"),
        (" ", "Invalid clause"),
    ],
)
def test_searches_that_are_refused(client: Client, searched: list[str], text: str, said: str) -> None:
    status, answer = client.search(searched, text)
    assert (status, answer["error_code"]) == (400, "INVALID_PARAMETER_VALUE")
    assert said in answer["message"]


@pytest.mark.parametrize(
    ("order", "names"),
    [
        (["timestamp ASC"], ["alpha", "beta", "gamma"]),
        (["execution_time DESC"], ["beta", "alpha", "gamma"]),
        (["execution_time"], ["alpha", "beta", "gamma"]),
        (["tags.env DESC"], ["alpha", "beta", "gamma"]),
        (["metadata.`mlflow.trace.session`", "name DESC"], ["beta", "alpha", "gamma"]),
        (["status", "request_id DESC"], ["beta", "gamma", "alpha"]),
        (["experiment_id", "end_time DESC"], ["beta", "alpha", "gamma"]),
    ],
)
def test_orders(client: Client, searched: list[str], order: list[str], names: list[str]) -> None:
    assert client.names(searched, order_by=order) == names


def test_pages(client: Client, searched: list[str]) -> None:
    found: list[str] = []
    token = None
    while True:
        _, answer = client.search(searched, max_results=1, **({"page_token": token} if token else {}))
        found += [one["tags"]["mlflow.traceName"] for one in answer["traces"]]
        token = answer.get("next_page_token")
        if token is None:
            break
    assert found == ["gamma", "beta", "alpha"]
    assert "next_page_token" not in client.search(searched, max_results=3)[1]
    for bad in (
        {"max_results": 501},
        {"max_results": 0},
        {"page_token": "x"},
        {"order_by": ["color"]},
        {"order_by": ["name", "name"]},
    ):
        assert client.search(searched, **bad)[0] == 400
    assert client.search([])[1]["message"] == "Missing value for required parameter 'locations'."


def test_how_often_two_filters_hold_together(client: Client, searched: list[str]) -> None:
    def ask(one: str, two: str, **more: Any) -> Any:
        sent = {"experiment_ids": searched, "filter_string1": one, "filter_string2": two} | more
        found = client.good("POST", "/api/3.0/mlflow/traces/calculate-filter-correlation", sent)
        counts = [found[f"{name}_count"] for name in ("filter1", "filter2", "joint", "total")]
        return [*counts, found["npmi"]]

    assert ask("status = 'OK'", "name = 'alpha'") == [1, 1, 1, 3, 1.0]
    assert ask("status = 'OK'", "name = 'beta'") == [1, 1, 0, 3, -1.0]
    assert ask("status = 'OK'", "name = 'none'") == [1, 0, 0, 3, "NaN"]
    # Each filter's conditions hold for a span of its own.
    assert ask("span.name = 'tool'", "span.type = 'LLM'", base_filter="tags.env IS NOT NULL") == [1, 1, 1, 2, 1.0]
    bad = {"experiment_ids": searched, "filter_string1": "what.ever = 'x'", "filter_string2": "name = 'x'"}
    assert client.ask("POST", "/api/3.0/mlflow/traces/calculate-filter-correlation", bad)[0] == 400


def test_deletion_by_id_and_by_age(client: Client) -> None:
    experiment, other = client.experiment("delete"), client.experiment("delete other")
    for number in range(1, 7):
        client.start(experiment, identity(200 + number), request_time=f"1970-01-01T00:00:0{number}Z", state="OK")
        client.spans(experiment, span(200 + number, 1))

    def delete(**sent: Any) -> tuple[int, Any]:
        return client.ask("POST", "/api/3.0/mlflow/traces/delete-traces", {"experiment_id": experiment} | sent)

    assert delete(request_ids=[identity(201), "tr-none"], experiment_id=other) == (200, {"traces_deleted": 0})
    assert delete(request_ids=[identity(206), "tr-none"]) == (200, {"traces_deleted": 1})
    assert delete(max_timestamp_millis=4000, max_traces=1) == (200, {"traces_deleted": 1})
    assert delete(max_timestamp_millis=4000) == (200, {"traces_deleted": 3})
    assert client.names([experiment]) == ["span 1"]
    assert client.ask("GET", f"/api/3.0/mlflow/traces/{identity(201)}")[0] == 404
    for sent in ({}, {"request_ids": ["a"], "max_timestamp_millis": 5}, {"request_ids": ["a"], "max_traces": 1},
                 {"max_timestamp_millis": 5, "max_traces": 0}):  # fmt: skip
        assert delete(**sent)[0] == 400
    # What is gone can come again, and nothing of before is there.
    client.start(experiment, identity(201), request_time="1970-01-01T00:00:09Z", state="OK")
    assert client.good("GET", "/api/3.0/mlflow/traces/batchGet", {"trace_ids": [identity(201), identity(205)]})["traces"][0][
        "trace_info"
    ]["trace_id"] == identity(205)


def test_tags(client: Client) -> None:
    experiment = client.experiment("tags")
    client.start(experiment, "tr-tags", state="OK", tags={"a": "1"})
    for version in ("2.0", "3.0"):
        path = f"/api/{version}/mlflow/traces/tr-tags/tags"
        client.good("PATCH", path, {"key": "b", "value": "x" * 9000})
        assert client.info("tr-tags")["tags"]["b"] == "x" * 8000
        client.good("DELETE", path, {"key": "b"})
        status, answer = client.ask("DELETE", path, {"key": "b"})
        assert (status, answer["message"]) == (404, "No trace tag with key 'b' for trace with ID 'tr-tags'")
        assert client.ask("PATCH", path, {"key": "x" * 251, "value": ""})[0] == 400
        assert client.ask("PATCH", path, {"key": "mlflow.trace.spansLocation", "value": "x"})[0] == 400
    client.start(experiment, "tr-tags", state="OK", tags={"c": "2"})
    assert client.info("tr-tags")["tags"].keys() >= {"a", "c"}


def test_refusals(client: Client) -> None:
    experiment, other = client.experiment("refusals"), client.experiment("refusals other")
    client.start(experiment, "tr-here", state="OK")
    where = {"mlflow_experiment": {"experiment_id": other}}
    for info, said in (
        ({"trace_id": "tr-here", "trace_location": where}, "belongs to another experiment"),
        ({"trace_id": "x" * 200, "trace_location": where}, "Invalid trace ID"),
        ({"trace_id": "tr-1", "trace_location": {}}, "experiment_id"),
        ({"trace_location": where}, "Missing value for required parameter 'trace.trace_info.trace_id'"),
        ({"trace_id": "tr-1", "trace_location": where, "request_time": "noon"}, "request_time"),
        ({"trace_id": "tr-1", "trace_location": where, "execution_duration": "1h"}, "execution_duration"),
        ({"trace_id": "tr-1", "trace_location": where, "state": "GREAT"}, "state"),
        ({"trace_id": "tr-1", "trace_location": where, "tags": {"x" * 251: ""}}, "250"),
    ):
        status, answer = client.ask("POST", "/api/3.0/mlflow/traces", {"trace": {"trace_info": info}})
        assert status == 400
        assert said in answer["message"]
    assert client.ask("GET", "/api/3.0/mlflow/traces/tr-none")[1] == {
        "error_code": "RESOURCE_DOES_NOT_EXIST", "message": "Trace with ID 'tr-none' not found.",
    }  # fmt: skip
    status, answer = client.ask("GET", "/api/3.0/mlflow/traces/get", {"trace_id": "tr-here"})
    assert status == 404
    assert "not fully exported" in answer["message"]
    assert client.good("GET", "/api/3.0/mlflow/traces/get", {"trace_id": "tr-here", "allow_partial": "true"})["trace"]
    many = {"trace_ids": ["tr-here"] * 101, "run_id": "none"}
    assert client.ask("POST", "/api/2.0/mlflow/traces/link-to-run", many)[0] == 404
    for headers, status in (
        ({"Content_Type": PROTOBUF}, 422),
        ({"Content_Type": PROTOBUF, "X_Mlflow_Experiment_Id": "99999"}, 404),
        ({"Content_Type": "text/plain", "X_Mlflow_Experiment_Id": experiment}, 400),
        ({"Content_Type": PROTOBUF, "X_Mlflow_Experiment_Id": experiment, "X_Mlflow_Run_Id": "none"}, 404),
        ({"Content_Type": PROTOBUF, "X_Mlflow_Experiment_Id": experiment, "Content_Length": str(MAX_BODY_BYTES + 1)}, 413),
    ):
        assert client.ask("POST", "/v1/traces", otlp_request(span(1, 1)), **headers)[0] == status
    client.good("POST", "/api/2.0/mlflow/experiments/delete", {"experiment_id": other})
    status, answer = client.ask(
        "POST", "/api/3.0/mlflow/traces", {"trace": {"trace_info": {"trace_id": "tr-1", "trace_location": where}}}
    )
    assert "must be in the 'active' state" in answer["message"]


def test_assessments_are_changed_and_overridden(client: Client) -> None:
    experiment = client.experiment("assessments")
    client.start(experiment, "tr-a", state="OK")
    path = "/api/3.0/mlflow/traces/tr-a/assessments"
    source = {"source_type": "HUMAN", "source_id": "me"}
    odd = {"a": None, "b": [], "n": 10**30, "t": "é"}
    made = {"assessment_name": "f", "source": source, "feedback": {"value": odd}, "metadata": {"k": "1"}, "rationale": ""}
    first = client.good("POST", path, {"assessment": made})["assessment"]
    assert (first["feedback"], first["rationale"], first["valid"]) == ({"value": odd | {"n": 1e30}}, "", True)
    over = {"assessment_name": "f", "source": source, "feedback": {"value": 1}, "overrides": first["assessment_id"]}
    second = client.good("POST", path, {"assessment": over})["assessment"]
    assert client.good("GET", f"{path}/{first['assessment_id']}")["assessment"]["valid"] is False
    change = {"assessment": {"feedback": {"error": {"error_code": "E", "error_message": "m"}}, "metadata": {"l": "2"}, "rationale": "r"},
              "update_mask": "feedback,metadata"}  # fmt: skip
    changed = client.good("PATCH", f"{path}/{first['assessment_id']}", change)["assessment"]
    assert changed["feedback"] == {"value": None, "error": {"error_code": "E", "error_message": "m"}}
    assert (changed["metadata"], changed["rationale"], changed["valid"]) == ({"k": "1", "l": "2"}, "", False)
    client.good("DELETE", f"{path}/{second['assessment_id']}")
    client.good("DELETE", f"{path}/{second['assessment_id']}")
    assert [one["valid"] for one in client.info("tr-a")["assessments"]] == [True]
    for method, where, sent, status in (
        ("POST", path, {"assessment": {"assessment_name": "x", "source": source}}, 400),
        ("POST", path, {"assessment": {"source": source, "feedback": {}}}, 400),
        ("POST", path, {"assessment": {"assessment_name": "x", "source": {"source_type": "GOD"}, "feedback": {}}}, 400),
        ("POST", path, {"assessment": over | {"overrides": "a-none"}}, 404),
        ("POST", path.replace("tr-a", "tr-none"), {"assessment": made}, 404),
        ("GET", f"{path}/a-none", None, 404),
        (
            "PATCH",
            f"{path}/{first['assessment_id']}",
            {"assessment": {"expectation": {"value": 1}}, "update_mask": "expectation"},
            400,
        ),
        ("PATCH", f"{path}/{first['assessment_id']}", {"assessment": {}, "update_mask": "color"}, 400),
        ("PATCH", f"{path}/{first['assessment_id']}", {"assessment": {}}, 400),
    ):
        assert client.ask(method, where, sent)[0] == status, (method, sent)


def test_the_calls_of_2_x_and_the_file_of_spans(client: Client) -> None:
    experiment = client.experiment("old")
    sent = {"experiment_id": experiment, "timestamp_ms": "1000", "tags": [{"key": "a", "value": "1"}],
            "request_metadata": [{"key": "m", "value": "1"}]}  # fmt: skip
    made = client.good("POST", "/api/2.0/mlflow/traces", sent)["trace_info"]
    trace = made["request_id"]
    assert (len(trace), made["status"], made["execution_time_ms"]) == (32, "IN_PROGRESS", 0)
    ended = {"timestamp_ms": 3000, "status": "OK", "tags": [{"key": "a", "value": "2"}], "request_metadata": []}
    client.good("PATCH", f"/api/2.0/mlflow/traces/{trace}", ended)
    info = client.good("GET", f"/api/2.0/mlflow/traces/{trace}/info")["trace_info"]
    assert (info["timestamp_ms"], info["execution_time_ms"], info["status"]) == (1000, 2000, "OK")
    tags = {tag["key"]: tag["value"] for tag in info["tags"]}
    assert tags["a"] == "2"
    entry = {"name": "old root", "context": {"trace_id": f"0x{5:032x}", "span_id": f"0x{6:016x}"}, "parent_id": None,
             "start_time": 1_000_000_000, "end_time": 3_000_000_000, "status_code": "OK", "status_message": "",
             "attributes": {"mlflow.spanInputs": '{"q": 1}', "mlflow.spanType": '"TOOL"'}, "events": []}  # fmt: skip
    location = tags["mlflow.artifactLocation"].removeprefix("mlflow-artifacts:/")
    where = f"/api/2.0/mlflow-artifacts/artifacts/{location}/traces.json"
    client.good("PUT", where, json.dumps({"spans": [entry], "request": "x"}).encode(), Content_Type="application/json")
    assert client.good("GET", where)["spans"][0]["name"] == "old root"
    assert client.names([experiment], "span.type = 'TOOL'") == ["old root"]
    found = client.good("GET", "/api/2.0/mlflow/traces", {"experiment_ids": [experiment], "filter": "status = 'OK'"})["traces"]
    assert [one["request_id"] for one in found] == [trace]
    client.good("PUT", where, b"no spans", Content_Type="application/json")  # stays a file
