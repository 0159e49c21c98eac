"""The server that things are brought to, and one that only counts."""

from __future__ import annotations

import json
import sys
import time
from array import array
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar

from trireme.client.sync import Request
from trireme.client.transport import Transport, raise_for
from trireme.domain.errors import Unavailable

API: Final = "/api/v1/import/mlflow"
_TRIES: Final = 6
_READ_SECONDS: Final = 600.0
_T = TypeVar("_T")

Series = tuple[str, "array[int]", "array[int]", "array[float]"]
"""Key, timestamps, steps, values."""


class Door(Protocol):
    """Takes what is brought."""

    def call(self, kind: str, **payload: Any) -> dict[str, Any]:
        """Bring items of one kind; see the server's ``protocols/mlflow/imports``."""
        ...

    def points(self, runs: Mapping[str, Sequence[Series]]) -> dict[str, Any]:
        """Bring points of runs."""
        ...

    def upload(self, sha256: str, path: Path) -> None:
        """Bring bytes."""
        ...


class ServerDoor:
    """A running server. A request without an answer is repeated: doing anything twice changes nothing.

    Parameters:
        tries: how often in all; between them is more and more time.
    """

    def __init__(self, url: str, token: str | None, *, tries: int = _TRIES) -> None:
        self._transport = Transport(url, token, read_seconds=_READ_SECONDS)
        self._tries = tries

    def call(self, kind: str, **payload: Any) -> dict[str, Any]:
        """Bring items of one kind.

        Raises:
            TriremeError: the server refuses, or does not answer for long.
        """
        body = json.dumps(payload).encode()
        return self._post(kind, body, "application/json")

    def points(self, runs: Mapping[str, Sequence[Series]]) -> dict[str, Any]:
        """Bring points of runs."""
        return self._post("points", encode(runs), "application/octet-stream")

    def upload(self, sha256: str, path: Path) -> None:
        """Bring bytes."""
        request = Request("PUT", f"/api/v1/blobs/{sha256}", path, {"Content-Type": "application/octet-stream"})
        _again(lambda: raise_for(self._transport.send(request)), self._tries)

    def _post(self, kind: str, body: bytes, media_type: str) -> dict[str, Any]:
        request = Request("POST", f"{API}/{kind}", body, {"Content-Type": media_type}, compress=True)

        def send() -> dict[str, Any]:
            response = self._transport.send(request)
            raise_for(response)
            found: dict[str, Any] = json.loads(response.body or b"{}")
            return found

        return _again(send, self._tries)

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()


def _again(send: Callable[[], _T], tries: int) -> _T:
    for attempt in range(tries):
        try:
            return send()
        except Unavailable:
            if attempt == tries - 1:
                raise
            time.sleep(min(10.0, 0.5 * 2**attempt))
    raise AssertionError


class CountingDoor:
    """For a dry run: takes everything and keeps nothing."""

    def call(self, kind: str, **payload: Any) -> dict[str, Any]:
        """Answer as a server would that has nothing yet."""
        if kind == "experiments":
            found = payload["experiments"]
            return {
                "experiments": {
                    one["experiment_id"]: {"experiment_id": one["experiment_id"], "project": one["name"], "made": True}
                    for one in found
                }
            }
        if kind == "runs":
            return {"runs": {one["info"]["run_id"]: {"made": True} for one in payload["runs"]}}
        if kind == "logged-models":
            return {"models": {one["info"]["model_id"]: {"made": True} for one in payload["models"]}}
        if kind == "registered-models":
            models = payload["models"]
            made = {one["name"]: {str(v["version"]): True for v in one["versions"]} for one in models}
            return {"models": {name: {"made": True, "versions": versions} for name, versions in made.items()}}
        if kind == "eval-datasets":
            return {"datasets": {one["dataset_id"]: {"made": True, "whole": False} for one in payload["datasets"]}}
        if kind == "eval-records":
            return {"came": len(payload["records"]), "there": 0}
        if kind == "scorers":
            return {"came": sum(len(one["versions"]) for one in payload["scorers"]), "there": 0}
        if kind == "traces":
            return {"made": [one["trace_info"]["trace_id"] for one in payload["traces"]]}
        return {}

    def points(self, runs: Mapping[str, Sequence[Series]]) -> dict[str, Any]:
        """Count points."""
        return {"stored": sum(len(values) for series in runs.values() for _, _, _, values in series), "there": 0}

    def upload(self, sha256: str, path: Path) -> None:
        """Nothing is sent."""


def encode(runs: Mapping[str, Sequence[Series]]) -> bytes:
    """The body of points; its form is described in the server's ``protocols/mlflow/import_points``."""
    header = json.dumps(
        {"runs": [{"run_id": run, "series": [[key, len(values)] for key, _, _, values in found]} for run, found in runs.items()]}
    ).encode()
    header += b" " * (-(4 + len(header)) % 8)
    parts = [len(header).to_bytes(4, "little"), header]
    every = [one for found in runs.values() for one in found]
    parts += [_little(timestamps) for _, timestamps, _, _ in every]
    parts += [_little(steps) for _, _, steps, _ in every]
    parts += [_little(values) for _, _, _, values in every]
    return b"".join(parts)


def _little(column: array[Any]) -> bytes:
    if sys.byteorder == "big":
        column = array(column.typecode, column)
        column.byteswap()
    return column.tobytes()
