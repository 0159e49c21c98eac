"""Whatever is wrong with a request, the answer has one shape and says what, and nothing of the server's inside leaks."""

from __future__ import annotations

import hashlib
import http.client
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib import error, request
from urllib.parse import quote

import pytest

from tests.support.server import ServerProcess
from tests.support.stream import StreamWriter
from trireme.domain.frame import MAX_FRAME_BYTES, MEDIA_TYPE
from trireme.domain.records import FileRef, Kind, encode_value, pack
from trireme.domain.types import AttributeType

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

PROJECT = "/api/v1/projects/default/refusals"


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = ServerProcess(tmp_path_factory.mktemp("refusals") / "data", port)
    server.start()
    StreamWriter(server.url, "default/refusals", "run", 0xABCD_0000_0000_0001).create_run()
    yield server.url
    server.stop()


def ask(
    url: str, path: str, body: bytes | None = None, *, method: str | None = None, **headers: str
) -> tuple[int, dict[str, str], bytes]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    if body is not None:
        named.setdefault("Content-Type", "application/json")
    try:
        with request.urlopen(request.Request(url + path, body, named, method=method), timeout=30) as answer:
            return answer.status, {name.lower(): value for name, value in answer.headers.items()}, answer.read()
    except error.HTTPError as refused:
        return refused.code, {name.lower(): value for name, value in refused.headers.items()}, refused.read()


def as_json(value: object) -> bytes:
    return json.dumps(value).encode()


BOMB = zstd.compress(bytes(MAX_FRAME_BYTES + 1000))
CASES: list[tuple[str, int, str, dict[str, Any]]] = [
    ("malformed JSON", 400, "invalid_input", {"path": "/api/v1/projects", "body": b"{nope"}),
    ("a wrong type", 400, "invalid_input", {"path": "/api/v1/projects", "body": as_json({"name": 5})}),
    ("a missing field", 400, "invalid_input", {"path": "/api/v1/projects", "body": b"{}"}),
    ("a name with a control character", 400, "invalid_input", {"path": "/api/v1/projects", "body": as_json({"name": "a\nb"})}),
    ("a project that exists", 409, "already_exists", {"path": "/api/v1/projects", "body": as_json({"name": "refusals"})}),
    ("an unknown project", 404, "not_found", {"path": "/api/v1/projects/default/none"}),
    ("an unknown run", 404, "not_found", {"path": f"{PROJECT}/runs/NONE-1"}),
    ("an unknown route", 404, "not_found", {"path": "/api/v1/nothing"}),
    ("a wrong method", 405, "invalid_input", {"path": "/api/v1/info", "method": "DELETE"}),
    ("a wrong token", 401, "unauthenticated", {"path": "/api/v1/info", "Authorization": "Bearer tri_wrong"}),
    ("a foreign host", 403, "permission_denied", {"path": "/api/v1/info", "Host": "evil.example"}),
    ("a foreign page", 403, "permission_denied", {"path": "/api/v1/projects", "body": b"{}", "Origin": "http://evil.example"}),
    ("a bad query", 400, "invalid_query", {"path": f"{PROJECT}/runs/search", "body": as_json({"query": "a = "})}),
    ("a bad regex in a query", 400, "invalid_query", {"path": f"{PROJECT}/runs/search", "body": as_json({"query": 'a MATCHES "("'})}),
    ("a bad regex for names", 400, "invalid_query", {"path": f"{PROJECT}/attributes?regex=("}),
    ("an unknown type", 400, "invalid_input", {"path": f"{PROJECT}/attributes?types=colour"}),
    ("a cursor of somebody else's", 400, "invalid_input", {"path": f"{PROJECT}/attributes?cursor=bm90"}),
    ("too large a page", 400, "invalid_input", {"path": f"{PROJECT}/runs/search", "body": as_json({"limit": 5000})}),
    ("an empty range", 400, "invalid_input", {
        "path": f"{PROJECT}/series/buckets", "body": as_json({"series": [{"run": 1, "path": "x"}], "start": 2, "stop": 1})}),
    ("too long a path", 400, "invalid_path", {
        "path": f"{PROJECT}/series/buckets", "body": as_json({"series": [{"run": 1, "path": "x" * 2000}]})}),
    ("no frame", 400, "corrupt_data", {"path": "/api/v1/ingest", "body": b"nonsense nonsense", "Content_Type": MEDIA_TYPE}),
    ("no zstd", 400, "corrupt_data", {"path": "/api/v1/ingest", "body": b"xx", "Content_Encoding": "zstd"}),
    ("half a zstd frame", 400, "corrupt_data", {
        "path": "/api/v1/ingest", "body": zstd.compress(b"TRI1" * 9000)[:-3], "Content_Encoding": "zstd"}),
    ("a zstd bomb", 413, "too_large", {"path": "/api/v1/ingest", "body": BOMB, "Content_Encoding": "zstd"}),
    ("an unknown encoding", 400, "invalid_input", {"path": "/api/v1/ingest", "body": b"x", "Content_Encoding": "br"}),
    ("no writer id", 400, "invalid_input", {"path": "/api/v1/ingest/writers/xyz"}),
    ("no digest", 400, "invalid_input", {"path": "/api/v1/blobs/zz", "method": "PUT", "body": b"x"}),
    ("a wrong digest", 400, "corrupt_data", {"path": f"/api/v1/blobs/{'0' * 64}", "method": "PUT", "body": b"x"}),
]  # fmt: skip


@pytest.mark.parametrize(("status", "code", "call"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_one_shape(url: str, status: int, code: str, call: dict[str, Any]) -> None:
    arguments = dict(call)
    found, headers, body = ask(url, arguments.pop("path"), arguments.pop("body", None), **arguments)
    answer = json.loads(body)["error"]
    assert (found, answer["code"]) == (status, code), answer
    assert answer["message"].endswith((".", "?")) and answer["request_id"] == headers["trireme-request-id"]
    assert "Traceback" not in body.decode() and "/site-packages/" not in body.decode() and "DB::Exception" not in body.decode()


def test_a_body_over_the_limit_is_refused_before_it_is_sent(url: str) -> None:
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=30)
    connection.putrequest("POST", "/api/v1/projects")
    connection.putheader("Content-Type", "application/json")
    connection.putheader("Content-Length", str(1 << 30))
    connection.endheaders()
    answer = connection.getresponse()
    assert answer.status == 413 and json.loads(answer.read())["error"]["code"] == "too_large"
    connection.close()


def test_a_query_error_has_a_position(url: str) -> None:
    _, _, body = ask(url, f"{PROJECT}/runs/search", as_json({"query": "params/lr < 1 AND ("}))
    assert json.loads(body)["error"]["position"] == 19


def test_files_are_served_so_that_they_can_do_nothing(url: str) -> None:
    page = b"<script>alert(1)</script>"
    digest = hashlib.sha256(page).hexdigest()
    for _ in range(2):
        assert ask(url, f"/api/v1/blobs/{digest}", page, method="PUT")[0] == 201
    assert (
        ask(url, f"/api/v1/blobs/{digest}", method="HEAD")[0] == 200
        and ask(url, f"/api/v1/blobs/{'1' * 64}", method="HEAD")[0] == 404
    )
    writer = StreamWriter(url, "default/refusals", "run", 0xABCD_0000_0000_0002)
    names = {"page": (0, digest), "../../x": (1, digest), "gone": (2, "2" * 64)}
    writer.names = b"".join(
        pack(Kind.NAME, writer.salt, number, bytes([AttributeType.FILE]) + path.encode()) for path, (number, _) in names.items()
    )
    from trireme.domain.frame import encode_frame

    records = b"".join(
        pack(
            Kind.ASSIGN,
            writer.salt,
            number,
            encode_value(AttributeType.FILE, FileRef(sha, len(page), "text/html", "ż 'x'/../\"y.html")),
        )
        for number, sha in names.values()
    )
    assert ask(url, "/api/v1/ingest", encode_frame("default/refusals", "run", writer.writer, 0, writer.names, records))[0] == 200
    content = f"{PROJECT}/runs/run/files/content?path="
    status, headers, body = ask(url, content + "page")
    assert (status, body) == (200, page)
    assert (
        headers["content-security-policy"].startswith("sandbox") and "allow-same-origin" not in headers["content-security-policy"]
    )
    assert headers["x-content-type-options"] == "nosniff"
    status, headers, body = ask(url, content + "page&download=1", Range="bytes=1-6")
    assert (status, body, headers["content-range"]) == (206, b"script", f"bytes 1-6/{len(page)}")
    assert headers["content-disposition"] == "attachment; filename*=UTF-8''%C5%BC%20%27x%27%2F..%2F%22y.html"
    assert ask(url, content + "page", If_None_Match=headers["etag"])[0] == 304
    assert ask(url, content + "..%2F..%2Fx")[0] == 200, "a path of an attribute, not of a disk"
    assert ask(url, content + "gone")[0] == 404 and ask(url, content + "nothing")[0] == 404


def test_the_description_is_valid_and_names_every_route(url: str) -> None:
    description = json.loads(ask(url, "/api/v1/openapi.json")[2])
    assert description["openapi"].startswith("3.1") and len(description["paths"]) > 15
    documented = (Path(__file__).parents[2] / "docs/api.md").read_text()
    for path in description["paths"]:
        assert path.rstrip("/").rsplit("/", 1)[-1].strip("{}").split("_")[0] in documented, path


@pytest.mark.parametrize("name", ["/Users/me/my vision", "a/b/c", "50%2F50", "è/ü"])
def test_a_projects_name_may_have_slashes(url: str, name: str) -> None:
    status, _, made = ask(url, "/api/2.0/mlflow/experiments/create", as_json({"name": f"slashes/{name}"}))
    assert status == 200, made
    project = f"/api/v1/projects/slashes/{quote(name, safe='')}"
    status, _, found = ask(url, project)
    assert (status, json.loads(found)["name"]) == (200, name)
    status, _, found = ask(url, f"{project}/runs/search", as_json({"limit": 10}))
    assert (status, json.loads(found)["total"]) == (200, 0)
    status, _, page = ask(url, f"/p/slashes/{quote(name, safe='')}")
    assert status == 200 and b"<!doctype html>" in page.lower()
