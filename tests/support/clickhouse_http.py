"""ClickHouse's HTTP interface over embedded chDB: a real engine behind the real client library, without a server to install.

Run as a process (chDB wants one of its own): ``python -m tests.support.clickhouse_http FOLDER`` prints its port when ready.
It answers what clickhouse-connect asks: queries with parameters and settings, Arrow out, inserts in any format, compression.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import sys
import tempfile
import threading
import time
import uuid
import zlib
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import chdb  # this module is a program of its own, never imported by tests

_NOT_SETTINGS = {
    "query", "database", "default_format", "session_id", "session_timeout", "session_check", "user", "password", "query_id",
    "compress", "decompress", "enable_http_compression", "role", "client_protocol_version", "wait_end_of_query", "buffer_size",
    "quota_key", "cancel_http_readonly_queries_on_client_close", "send_progress_in_http_headers",
    "http_headers_progress_interval_ms", "stacktrace",
}  # fmt: skip
_INSERT = re.compile(rb"^(\s*INSERT\s+INTO\s.+?)\sFORMAT\s+(\w+)\s*$", re.I | re.S)
_FORMAT = re.compile(r"\sFORMAT\s+(\w+)\s*;?\s*(SETTINGS\s.*)?$", re.I | re.S)
_BODY_DATA = re.compile(rb"^\s*INSERT\s+INTO\s.+?\sFORMAT\s+(\w+)[ \t]*\n", re.I | re.S)


class Handler(BaseHTTPRequestHandler):
    """One request of clickhouse-connect."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    dsn = ""

    def log_message(self, *args: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        """Answer pings and queries."""
        if urlsplit(self.path).path == "/ping":
            self._reply(200, b"Ok.\n")
        else:
            self.do_POST()

    def do_POST(self) -> None:
        """Run one statement."""
        params = dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True))
        sql, data = self._statement(params)
        started = time.monotonic()
        spool = None
        try:
            connection = chdb.connect(self.dsn)
            if params.get("database"):
                connection.query(f"USE `{params['database']}`")
            settings = {k: v for k, v in params.items() if k not in _NOT_SETTINGS and not k.startswith("param_")}
            if settings:
                pairs = ", ".join(f"{k}='{_escape(v)}'" for k, v in settings.items())
                connection.query(f"SET {pairs}")
            form = self.headers.get("X-ClickHouse-Format") or params.get("default_format") or "TabSeparated"
            if match := _INSERT.match(sql):
                descriptor, spool = tempfile.mkstemp()
                with os.fdopen(descriptor, "wb") as file:
                    file.write(data)
                sql = match[1] + f" SELECT * FROM file('{spool}', '{match[2].decode()}')".encode()
                form = "Null"
            text = sql.decode()
            if spool is None and (found := _FORMAT.search(text)):
                form = found[1]
                text = text[: found.start()] + " " + (found[2] or "")
            bound = {k.removeprefix("param_"): v for k, v in params.items() if k.startswith("param_")}
            result = connection.query(text, form, params=bound)
            summary = {
                "read_rows": str(result.rows_read()),
                "written_rows": str(result.rows_written()),
                "elapsed_ns": str(int((time.monotonic() - started) * 1e9)),
            }
            headers = [("X-ClickHouse-Format", form), ("X-ClickHouse-Summary", json.dumps(summary))]
            self._reply(200, bytes(result.bytes()), headers)
        except Exception as error:
            code = re.search(r"Code: (\d+)", str(error))
            self._reply(
                500, f"{error} (version 26.9.2.1)\n".encode(), [("X-ClickHouse-Exception-Code", code[1] if code else "1002")]
            )
        finally:
            if spool:
                os.unlink(spool)

    def _statement(self, params: dict[str, str]) -> tuple[bytes, bytes]:
        raw = self._body()
        encoding = self.headers.get("Content-Encoding")
        if raw and encoding == "gzip":
            raw = gzip.decompress(raw)
        elif raw and encoding == "deflate":
            raw = zlib.decompress(raw)
        elif raw and encoding == "lz4":
            import lz4.frame

            raw = lz4.frame.decompress(raw)
        elif raw and encoding == "zstd":
            from backports import zstd

            raw = zstd.decompress(raw)
        kind = self.headers.get("Content-Type", "")
        data = b""
        if kind.startswith("multipart/form-data"):
            message = BytesParser().parsebytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + raw)
            for part in message.get_payload():  # type: ignore[union-attr]
                name = part.get_param("name", header="content-disposition")  # type: ignore[union-attr]
                params[str(name)] = part.get_payload(decode=True).decode()  # type: ignore[union-attr]
            sql = params["query"].encode()
        elif kind.startswith("application/x-www-form-urlencoded"):
            params.update(parse_qsl(raw.decode(), keep_blank_values=True))
            sql = params["query"].encode()
        elif "query" in params:
            sql, data = params["query"].encode(), raw
        else:
            sql = raw
        if match := _BODY_DATA.match(sql):
            sql, data = sql[: match.end()], sql[match.end() :]
        return sql, data

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        out = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            out += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return out

    def _reply(self, status: int, data: bytes, extra: list[tuple[str, str]] | None = None) -> None:
        self.send_response(status)
        identity = [
            ("X-ClickHouse-Timezone", "UTC"),
            ("X-ClickHouse-Server-Display-Name", "chdb"),
            ("X-ClickHouse-Query-Id", str(uuid.uuid4())),
        ]
        for name, value in [*identity, *(extra or []), ("Content-Length", str(len(data)))]:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)


def _escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace("'", "\\'")


def main(folder: str) -> None:
    """Serve *folder* on a free loopback port until standard input ends."""
    Handler.dsn = folder
    keeper = chdb.connect(folder)  # closing the last connection stops the engine
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_address[1], flush=True)
    sys.stdin.read()
    del keeper


if __name__ == "__main__":
    main(sys.argv[1])
