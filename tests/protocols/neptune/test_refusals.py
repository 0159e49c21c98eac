"""What cannot be stored comes back as the code that Neptune's clients turn into their own exception; the rest of its batch is stored."""

from __future__ import annotations

import base64
import http.client
import json
import math
from collections.abc import Callable
from typing import Any

import pytest

from tests.protocols.neptune.client import Client, RunOperation, number, step
from trireme.protocols.neptune.codes import IngestCode
from trireme.protocols.neptune.ingest import MAX_BODY_BYTES
from trireme.protocols.neptune.wire import message

PROJECT = "lab/wire"


@pytest.fixture(scope="module", autouse=True)
def runs(client: Client) -> None:
    assert client.create("base") == {}
    first = {"append": {"m": number(1), "text": {"string": "x"}}, "assign": {"lr": {"float64": 0.1}}, **step(10)}
    assert client.log("base", first) == {}
    assert client.create("fork", fork_point={"parent_run_id": "base", **step(10)}) == {}


def histogram(edges: list[float], counts: list[int]) -> dict[str, Any]:
    return {"append": {"h": {"histogram": {"bin_edges": edges, "counts": {"values": counts}}}}, **step(1)}


LONG = "x" * (1024 * 1024 + 1)
SNAPSHOTS: list[tuple[IngestCode, dict[str, Any]]] = [
    (IngestCode.FIELD_PATH_EXCEEDS_SIZE_LIMIT, {"assign": {"é" * 513: number(1)}}),
    (IngestCode.FIELD_PATH_EMPTY, {"assign": {"": number(1)}}),
    (IngestCode.FIELD_PATH_NON_WRITABLE, {"assign": {"sys/id": {"string": "mine"}}}),
    (IngestCode.FIELD_PATH_NON_WRITABLE, {"append": {"sys/state": number(1)}, **step(1)}),
    (IngestCode.FIELD_TYPE_UNSUPPORTED, {"assign": {"nothing": {}}}),
    (IngestCode.FIELD_TYPE_UNSUPPORTED, {"append": {"flag": {"bool": True}}, **step(1)}),
    (IngestCode.FIELD_TYPE_CONFLICTING, {"assign": {"lr": {"string": "high"}}}),
    (IngestCode.FIELD_TYPE_CONFLICTING, {"assign": {"m": number(1)}}),
    (IngestCode.FIELD_TYPE_CONFLICTING, {"append": {"lr": number(1)}, **step(1)}),
    (IngestCode.FIELD_TYPE_CONFLICTING, {"append": {"text": number(1)}, **step(11)}),
    (IngestCode.SERIES_STEP_NON_INCREASING, {"append": {"m": number(2)}, **step(10)}),
    (IngestCode.SERIES_POINT_DUPLICATE, {"append": {"m": number(1)}, **step(10)}),
    (IngestCode.SERIES_STEP_TOO_LARGE, {"append": {"m": number(2)}, **step(10**12)}),
    (IngestCode.SERIES_STEP_INVALID, {"append": {"m": number(2)}, **step(11, 1_000_000)}),
    (
        IngestCode.SERIES_PREVIEW_STEP_NOT_AFTER_LAST_COMMITTED_STEP,
        {"append": {"m": number(2)}, "preview": {"is_preview": True}, **step(10)},
    ),
    (IngestCode.DATETIME_VALUE_OUT_OF_RANGE, {"assign": {"when": {"timestamp": {"seconds": 10**12}}}}),
    (IngestCode.STRING_VALUE_EXCEEDS_SIZE_LIMIT, {"assign": {"long": {"string": LONG}}}),
    (IngestCode.STRING_VALUE_EXCEEDS_SIZE_LIMIT, {"append": {"text": {"string": LONG}}, **step(11)}),
    (IngestCode.STRING_SET_EXCEEDS_SIZE_LIMIT, {"assign": {"set": {"string_set": {"values": [LONG]}}}}),
    (IngestCode.FILE_REF_EXCEEDS_SIZE_LIMIT, {"assign": {"file": {"file_ref": {"path": "x" * 5000}}}}),
    (IngestCode.HISTOGRAM_BIN_EDGES_CONTAINS_NAN, histogram([0, math.nan], [1])),
    (IngestCode.HISTOGRAM_TOO_MANY_BINS, histogram([float(n) for n in range(514)], [1] * 513)),
    (IngestCode.HISTOGRAM_BIN_EDGES_NOT_INCREASING, histogram([0, 0], [1])),
    (IngestCode.HISTOGRAM_VALUES_LENGTH_DOESNT_MATCH_BINS, histogram([0, 1], [1, 2])),
]


@pytest.mark.parametrize(("code", "snapshot"), SNAPSHOTS, ids=[f"{n}-{code.name}" for n, (code, _) in enumerate(SNAPSHOTS)])
def test_a_poisoned_message_does_not_stop_the_others(client: Client, code: IngestCode, snapshot: dict[str, Any]) -> None:
    before, after = f"before/{code}", f"after/{code}"
    found = client.log("base", {"assign": {before: number(1)}}, snapshot, {"assign": {after: number(2)}})
    assert found == {code: 1}
    values = client.values("base")
    assert (values[before]["value"], values[after]["value"]) == (1, 2)
    assert values["lr"]["value"] == 0.1
    assert (values["m"]["summary"]["count"], values["m"]["summary"]["last"]) == (1, 1)


def test_a_point_at_the_fork_step_is_the_parents(client: Client) -> None:
    assert client.log("fork", {"append": {"m": number(2)}, **step(10)}) == {IngestCode.SERIES_STEP_NOT_AFTER_FORK_POINT: 1}
    assert client.log("fork", {"append": {"m": number(2)}, **step(10, 1)}) in ({}, {IngestCode.SERIES_POINT_DUPLICATE: 1})


CREATIONS: list[tuple[IngestCode, Callable[[Client], dict[int, int]]]] = [
    (IngestCode.RUN_DUPLICATE, lambda client: client.create("base")),
    (IngestCode.RUN_CONFLICTING, lambda client: client.create("fork", fork_point={"parent_run_id": "base", **step(5)})),
    (IngestCode.RUN_FORK_PARENT_NOT_FOUND, lambda client: client.create("orphan", fork_point={"parent_run_id": "no", **step(5)})),
    (IngestCode.RUN_INVALID_CREATION_PARAMETERS, lambda client: client.create("bad", fork_point={"parent_run_id": ""})),
    (IngestCode.RUN_INVALID_CREATION_PARAMETERS, lambda client: client.create("x" * 2000)),
    (IngestCode.RUN_NOT_FOUND, lambda client: client.log("no such run", {"assign": {"a": number(1)}})),
    (
        IngestCode.PROJECT_NOT_FOUND,
        lambda client: client.submit(RunOperation(project="lab/none", run_id="a", create={"run_id": "a"})),
    ),
    (
        IngestCode.PROJECT_INVALID_NAME,
        lambda client: client.submit(RunOperation(project="", run_id="a", create={"run_id": "a"})),
    ),
]


@pytest.mark.parametrize(("code", "call"), CREATIONS, ids=[f"{n}-{code.name}" for n, (code, _) in enumerate(CREATIONS)])
def test_runs_that_cannot_be_made_or_found(client: Client, code: IngestCode, call: Callable[[Client], dict[int, int]]) -> None:
    assert call(client) == {code: 1}


def bomb(before: bytes = b"") -> bytes:
    """A million snapshots in two megabytes.

    Parameters:
        before: what stands before them in the batch.
    """
    snapshots = before + b"\x0a\x00" * 1_000_000
    length = len(snapshots)
    return (
        b"\x42" + bytes([length & 0x7F | 0x80, length >> 7 & 0x7F | 0x80, length >> 14 & 0x7F | 0x80, length >> 21]) + snapshots
    )


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"\xff\xff\xff", 400),
        (b"\x42\x7f\x0a", 400),
        (bomb(), 413),
        (b"\x1b\x1c" + bomb(), 413),
        (bomb(b"\x0b\x0c"), 413),
        (bomb(b"\x10\x01"), 413),
    ],
    ids=[
        "no message",
        "cut short",
        "a million empty messages",
        "behind a group",
        "behind a group in the batch",
        "behind an unknown field",
    ],
)
def test_bodies_that_are_refused_before_they_are_decoded(client: Client, body: bytes, status: int) -> None:
    found, answer = client.ask("/api/client/v1/ingest", body, Content_Type="application/x-protobuf")
    assert found == status
    assert json.loads(answer)["message"]


def test_a_body_over_the_limit_is_refused_by_its_announced_length(client: Client) -> None:
    connection = http.client.HTTPConnection(client.url.removeprefix("http://"), timeout=30)
    connection.putrequest("POST", "/api/client/v1/ingest")
    connection.putheader("Content-Length", str(MAX_BODY_BYTES + 1))
    connection.endheaders()
    assert connection.getresponse().status == 413
    connection.close()


def test_a_status_that_was_never_given(client: Client) -> None:
    asked = message("ingest.BulkStatusCheck")(ids=[{"value": "0123"}], project=PROJECT)
    _, body = client.ask("/api/client/v1/ingest/check", asked.SerializeToString())
    (answer,) = message("ingest.BulkRequestStatus").FromString(body).statuses
    assert answer.code_by_count[0].code > 0


@pytest.mark.parametrize(
    "token", ["", "%%%", base64.b64encode(b"[]").decode(), base64.b64encode(b'{"api_key": "tri_x"}').decode()]
)
def test_tokens_that_open_nothing(client: Client, token: str) -> None:
    status, body = client.ask("/api/backend/v1/authorization/oauth-token", X_Neptune_Api_Token=token)
    assert status == 401
    assert json.loads(body)["errorType"] == "UNAUTHORIZED"


def test_a_session_that_cannot_go_on(client: Client) -> None:
    body = b"grant_type=refresh_token&refresh_token=eyJhbGciOiJub25lIn0.e30."
    status, answer = client.ask("/api/auth/protocol/openid-connect/token", body, Content_Type="application/x-www-form-urlencoded")
    assert (status, json.loads(answer)["error"]) == (400, "invalid_grant")


def test_runs_of_another_project_with_the_same_number_hide_nothing(client: Client) -> None:
    run = json.loads(client.ask(f"/api/v1/projects/{PROJECT}/runs/base")[1])["id"]
    other = f"OTHER-{run.rpartition('-')[2]}"
    body = {
        "projectIdentifiers": [PROJECT],
        "experimentIdsFilter": [f"{PROJECT}/{run}", f"{PROJECT}/{other}"],
        "attributeNameFilter": {"mustMatchAny": [{"mustMatchRegexes": ["^lr$"]}]},
        "nextPage": {"limit": 10},
    }
    path = "/api/leaderboard/v1/leaderboard/attributes/definitions/query"
    status, answer = client.ask(path, json.dumps(body).encode(), Content_Type="application/json")
    assert (status, json.loads(answer)["entries"]) == (200, [{"name": "lr", "type": "float"}])
