"""A server of a hundred lines with the ingest semantics of the real one, in memory, that can be told to fail.

For tests of the client: what it holds can be compared with what was logged, record by record.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from trireme.domain.frame import decode_frame
from trireme.domain.records import UNIT, Kind, Record, decode_file, decode_value, scan
from trireme.domain.types import AttributeType

try:
    from compression import zstd  # type: ignore[import-not-found,unused-ignore]
except ImportError:
    from backports import zstd  # type: ignore[no-redef,unused-ignore]

Fault = Callable[[str, str], tuple[int, dict[str, Any], dict[str, str]] | None]
"""Given method and path, an answer (status, body, headers) instead of the real one, or None."""


class IngestServer:
    """Runs, writers and blobs in memory. ``with IngestServer() as server: ...server.url``."""

    def __init__(self, port: int = 0) -> None:
        self.runs: dict[tuple[str, str], dict[str, Any]] = {}
        self.committed: dict[int, int] = {}
        self.streams: dict[int, bytearray] = {}
        self.names: dict[int, dict[int, tuple[str, AttributeType]]] = {}
        self.run_of: dict[int, tuple[str, str]] = {}
        self.blobs: dict[str, bytes] = {}
        self.frames = 0
        self.heartbeats = 0
        self.attributes: list[dict[str, Any]] = []
        """What GET …/attributes answers."""
        self.fault: Fault | None = None
        self.refuse_path: str | None = None
        self.changed = threading.Condition()
        outer = self

        class Handler(_Handler):
            server_state = outer

        self._http = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._http.daemon_threads = True
        self.port = self._http.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> IngestServer:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._http.shutdown()
        self._http.server_close()

    def wait_for(self, condition: Callable[[], object], timeout_seconds: float = 30) -> bool:
        """Wait until *condition* holds; looked at after every request."""
        with self.changed:
            return bool(self.changed.wait_for(condition, timeout_seconds))

    def records(self, run: str | None = None) -> list[tuple[str, Record]]:
        """Everything stored, as (path, record), of one run or of all; per writer in stream order."""
        found: list[tuple[str, Record]] = []
        with self.changed:
            for writer, data in self.streams.items():
                if run is None or self.run_of[writer][1] == run:
                    names = self.names[writer]
                    found += [
                        (names[record.name][0], record)
                        for record in scan(bytes(data), writer & 0xFFFF)[0]
                        if record.kind is not Kind.NAME
                    ]
        return found

    def points(self, path: str, run: str | None = None) -> list[tuple[int, float]]:
        """The float points of a path: (step in millionths, value)."""
        return [(r.step, r.value) for p, r in self.records(run) if p == path and r.kind is Kind.FLOAT_POINT]

    def value(self, path: str, run: str | None = None) -> Any:
        """The last value that was assigned to a path."""
        found = None
        for writer, data in self.streams.items():
            if run is not None and self.run_of[writer][1] != run:
                continue
            for record in scan(bytes(data), writer & 0xFFFF)[0]:
                if record.kind is Kind.ASSIGN:
                    name, type_ = self.names[writer][record.name]
                    if name == path:
                        found = decode_value(type_, record.payload)
        return found

    def strings(self, path: str) -> list[str]:
        """The points of a string series."""
        return [r.payload.decode() for p, r in self.records() if p == path and r.kind is Kind.STRING_POINT]

    def files(self, path: str) -> list[bytes]:
        """The contents of the points of a file series."""
        return [self.blobs[decode_file(r.payload).sha256] for p, r in self.records() if p == path and r.kind is Kind.FILE_POINT]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server_state: IngestServer

    def log_message(self, *args: Any) -> None:
        pass

    def _handle(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.headers.get("Content-Encoding") == "zstd":
            body = zstd.decompress(body)
        state = self.server_state
        path = urlsplit(self.path).path
        with state.changed:
            answer = state.fault(self.command, path) if state.fault else None
            status, fields, headers = answer or (*self._answer(path, body), {})
            state.changed.notify_all()
        data = b"" if status == 204 or self.command == "HEAD" else json.dumps(fields).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(data)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)
        self.wfile.flush()

    do_GET = do_POST = do_PUT = do_HEAD = _handle  # noqa: N815  # http.server's names

    def _answer(self, path: str, body: bytes) -> tuple[int, dict[str, Any]]:
        state = self.server_state
        parts = [unquote(part) for part in path.split("/")[3:]]
        if parts == ["runs"]:
            return self._make_run(json.loads(body))
        if parts == ["runs", "heartbeat"]:
            state.heartbeats += 1
            return 204, {}
        if parts == ["ingest"]:
            return self._ingest(body)
        if parts[:2] == ["ingest", "writers"]:
            return 200, {"committed": state.committed.get(int(parts[2], 16), 0)}
        if parts[0] == "blobs" and self.command == "HEAD":
            return (200 if parts[1] in state.blobs else 404), {}
        if parts[0] == "blobs":
            if hashlib.sha256(body).hexdigest() != parts[1]:
                return _error(400, "invalid_input", "The digest is another.")
            state.blobs[parts[1]] = body
            return 201, {}
        if parts[-1:] == ["attributes"]:
            return 200, {"attributes": state.attributes, "next_cursor": None}
        return _error(404, "not_found", f"No route {path} {parse_qs(urlsplit(self.path).query)}.")

    def _make_run(self, wanted: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        runs = self.server_state.runs
        identity = wanted["project"], wanted["custom_run_id"]
        existed = identity in runs
        if existed and wanted["resume"] == "never":
            return _error(409, "already_exists", f"The run '{identity[1]}' exists.")
        if not existed and wanted["resume"] == "must":
            return _error(404, "not_found", f"There is no run '{identity[1]}'.")
        run = runs.setdefault(identity, {"key": len(runs) + 1, "id": f"RUN-{len(runs) + 1}", **wanted})
        return (200 if existed else 201), {**run, "existed": existed}

    def _ingest(self, body: bytes) -> tuple[int, dict[str, Any]]:
        state, frame = self.server_state, decode_frame(body)
        state.frames += 1
        identity = frame.project, frame.run
        if identity not in state.runs:
            return _error(404, "not_found", f"There is no run '{frame.run}'.")
        names = state.names.setdefault(frame.writer, {})
        names.update(
            (record.name, (record.payload[1:].decode(), AttributeType(record.payload[0])))
            for record in scan(frame.names, frame.salt)[0]
        )
        records, damaged = scan(frame.units, frame.salt, first_unit=frame.start)
        if state.refuse_path and any(names[r.name][0] == state.refuse_path for r in records if r.kind is not Kind.NAME):
            return _error(400, "invalid_input", "That path is not welcome.")
        committed = state.committed.get(frame.writer, 0)
        if frame.start > committed:
            return _error(409, "conflict", f"Unit {frame.start} after {committed}.")
        state.run_of[frame.writer] = identity
        stream = state.streams.setdefault(frame.writer, bytearray())
        if frame.stop > committed:
            stream += frame.units[(committed - frame.start) * UNIT :]
            state.committed[frame.writer] = committed = frame.stop
        rejections = (
            [
                {
                    "unit": frame.start,
                    "path": "",
                    "code": "corrupt_data",
                    "message": f"{damaged} units were damaged.",
                    "count": damaged,
                }
            ]
            if damaged
            else []
        )
        run = state.runs[identity]
        return 200, {"committed": committed, "rejections": rejections, "run": run["key"], "run_id": run["id"]}


def _error(status: int, code: str, message: str) -> tuple[int, dict[str, Any]]:
    return status, {"error": {"code": code, "message": message}}
