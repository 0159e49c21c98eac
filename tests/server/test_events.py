"""Live updates over HTTP: one stream, told of the projects it asked for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPResponse
from urllib import error, parse, request

import pytest

from tests.browser.seed import SeededRun, write_run
from tests.support.server import ServerProcess


@contextmanager
def listening(server: ServerProcess, *projects: str) -> Iterator[Iterator[tuple[str, dict[str, object]]]]:
    """Events of a stream that is open when this begins."""
    query = parse.urlencode([("project", name) for name in projects])
    with request.urlopen(f"{server.url}/api/v1/events?{query}", timeout=60) as answer:
        assert b"hello" in answer.readline()
        yield events(answer)


def events(answer: HTTPResponse) -> Iterator[tuple[str, dict[str, object]]]:
    kind = ""
    for line in answer:
        name, _, value = line.decode().rstrip().partition(": ")
        if name == "event":
            kind = value
        elif name == "data":
            yield kind, json.loads(value)


def test_runs_and_views_are_pushed(server: ServerProcess) -> None:
    first = write_run(server.url, "team/one", SeededRun("a"))
    write_run(server.url, "team/ż & two", SeededRun("a"))
    with listening(server, "team/one") as one, listening(server) as everything:
        write_run(server.url, "team/ż & two", SeededRun("b"))
        assert next(everything)[1]["project"] == "team/ż & two"
        write_run(server.url, "team/one", SeededRun("a"))
        assert next(one) == ("runs", {"project": "team/one", "runs": [first["key"]]})
        body = json.dumps({"name": "v", "state": {}}).encode()
        call = request.Request(f"{server.url}/api/v1/projects/team/one/views", body, {"Content-Type": "application/json"})
        request.urlopen(call).close()
        assert next(found for found in one if found[0] == "saved")[1] == {"project": "team/one", "saved": ["views"]}


def test_an_unknown_project_is_refused(server: ServerProcess) -> None:
    with pytest.raises(error.HTTPError) as refused, listening(server, "team/none"):
        pass
    assert refused.value.code == 404
