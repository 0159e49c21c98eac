"""The API against its own description: whatever the description allows is answered, and never with a failure of the server."""

from __future__ import annotations

import json
import socket
import urllib.request
from collections.abc import Iterator

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.core.result import Ok

from tests.browser.seed import sweep_run, write_run
from tests.support.server import ServerProcess

PROJECT = "default/described"
KNOWN = {"workspace": "default", "name": "described", "run_id": "sweep-001", "sha256": "0" * 64, "writer_id": "1"}


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = ServerProcess(tmp_path_factory.mktemp("described") / "data", port)
    server.start()
    yield server.url
    server.stop()


def test_nothing_the_description_allows_makes_the_server_fail(url: str) -> None:
    with urllib.request.urlopen(f"{url}/api/v1/openapi.json") as answer:
        schema = schemathesis.openapi.from_dict(json.load(answer))
    operations = [found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)]
    assert len(operations) > 20
    failures: list[str] = []
    for operation in operations:
        if operation.path.endswith("/events"):  # it never ends
            continue

        @settings(max_examples=20, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy(), known=st.booleans())
        def ask(case: schemathesis.Case, known: bool) -> None:
            if known:
                case.path_parameters = {name: KNOWN.get(name, value) for name, value in case.path_parameters.items()}
            answer = case.call(base_url=url)
            if answer.status_code >= 500:
                failures.append(f"{case.method} {case.formatted_path} {case.query} {case.body!r}: {answer.text[:200]}")

        write_run(url, PROJECT, sweep_run(1))  # what an earlier operation deleted
        ask()
    assert not failures, "\n".join(failures)
