"""Neptune's protocol spoken by hand: what released clients would not send, or not so."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib import error, request

from tests.support.server import ServerProcess
from trireme.protocols.neptune.wire import message

RunOperation = message("ingest.RunOperation")


@dataclass
class Client:
    """Speaks as neptune-scale does, and as neptune-query."""

    url: str
    project: str

    def ask(self, path: str, body: bytes | None = None, **headers: str) -> tuple[int, bytes]:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            with request.urlopen(request.Request(self.url + path, body, named), timeout=60) as answer:
                return answer.status, answer.read()
        except error.HTTPError as refused:
            return refused.code, refused.read()

    def submit(self, operation: Any) -> dict[int, int]:
        """The codes, with how often each came up."""
        status, body = self.ask("/api/client/v1/ingest", operation.SerializeToString(), Content_Type="application/x-protobuf")
        assert status == 200, body
        identity = message("ingest.SubmitResponse").FromString(body).request_id
        asked = message("ingest.BulkStatusCheck")(ids=[{"value": identity}], project=self.project)
        status, body = self.ask("/api/client/v1/ingest/check", asked.SerializeToString())
        assert status == 200, body
        (answer,) = message("ingest.BulkRequestStatus").FromString(body).statuses
        return {part.detail: part.count for part in answer.code_by_count if part.code}

    def post(self, path: str, body: object) -> tuple[int, bytes]:
        """A JSON request."""
        return self.ask(path, json.dumps(body).encode(), Content_Type="application/json")

    def create(self, run: str, **options: Any) -> dict[int, int]:
        return self.submit(RunOperation(project=self.project, run_id=run, create={"run_id": run, **options}))

    def log(self, run: str, *snapshots: dict[str, Any]) -> dict[int, int]:
        return self.submit(RunOperation(project=self.project, run_id=run, update_batch={"snapshots": list(snapshots)}))

    def values(self, run: str) -> dict[str, Any]:
        """The run's attributes, by the native API."""
        _, body = self.ask(f"/api/v1/projects/{self.project}/runs/{run}/attributes?limit=1000")
        return {found["path"]: found for found in json.loads(body)["attributes"]}


def step(whole: int, micro: int = 0) -> dict[str, Any]:
    return {"step": {"whole": whole, "micro": micro}}


def number(value: float) -> dict[str, Any]:
    return {"float64": value}


@contextmanager
def client_of(folder: Path, port: int, project: str) -> Iterator[Client]:
    """A client of a server of its own, with *project* made."""
    server = ServerProcess(folder / "data", port)
    server.start()
    try:
        made = Client(server.url, project)
        workspace, name = project.split("/")
        status, body = made.post("/api/backend/v1/projects", {"organizationIdentifier": workspace, "name": name})
        assert status == 200, body
        yield made
    finally:
        server.stop()
