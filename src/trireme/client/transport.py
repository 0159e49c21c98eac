"""Requests to a server, over urllib3. For the sender and for what reads; a training process does not import it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import IO, Any, Final
from urllib.parse import urlencode, urlsplit
from urllib.request import getproxies, proxy_bypass

import urllib3

from trireme.client.sync import Request, Response, error_text
from trireme.domain.errors import (
    AlreadyExists,
    Conflict,
    CorruptData,
    InvalidInput,
    InvalidPath,
    InvalidQuery,
    NotFound,
    PermissionDenied,
    QueryTimeout,
    TooLarge,
    TriremeError,
    TypeConflict,
    Unauthenticated,
    Unavailable,
)

CONNECT_SECONDS: Final = 10.0
READ_SECONDS: Final = 120.0
_SMALL_BODY_BYTES: Final = 1024
_CHUNK_BYTES: Final = 1 << 20
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_ERRORS: Final[dict[str, type[TriremeError]]] = {
    kind.code: kind
    for kind in (
        InvalidInput, InvalidPath, InvalidQuery, TypeConflict, CorruptData, TooLarge, NotFound, AlreadyExists, Conflict,
        Unauthenticated, PermissionDenied, Unavailable, QueryTimeout,
    )
}  # fmt: skip


def _find_compress() -> Callable[..., bytes] | None:
    for module in ("compression.zstd", "backports.zstd"):  # of Python 3.14, and for those before
        try:
            return import_module(module).compress
        except ImportError:
            continue
    return None  # a platform without wheels: bodies are sent as they are


_compress = _find_compress()


class Transport:
    """A server and a token. Not shared between threads.

    Parameters:
        url: ``http(s)://host[:port][/prefix]``.
    """

    def __init__(self, url: str, token: str | None = None, *, read_seconds: float = READ_SECONDS) -> None:
        self.url = url.rstrip("/")
        timeout = urllib3.Timeout(connect=CONNECT_SECONDS, read=read_seconds)
        options: dict[str, Any] = {"timeout": timeout, "retries": False, "maxsize": 1, "block": False}
        parts = urlsplit(url)
        host = parts.hostname or ""
        # On the same machine compressing costs more than it saves.
        self._compress = None if host in _LOOPBACK else _compress
        proxy = None if host in _LOOPBACK or proxy_bypass(host) else getproxies().get(parts.scheme)
        self._pool = urllib3.ProxyManager(proxy, **options) if proxy else urllib3.PoolManager(**options)
        self._headers = {"User-Agent": "trireme-client", "Accept-Encoding": "identity"}
        if token:
            self._headers["Authorization"] = f"Bearer {token}"

    def send(self, request: Request) -> Response:
        """One try. Without an answer the status is 0 and the body says why."""
        headers = {**self._headers, **request.headers}
        body = request.body
        try:
            if isinstance(body, Path):
                with open(body, "rb") as file:
                    headers["Content-Length"] = str(os.fstat(file.fileno()).st_size)
                    return self._send(request, file, headers)
            if body is not None and request.compress and self._compress is not None and len(body) > _SMALL_BODY_BYTES:
                body = self._compress(body, level=1)
                headers["Content-Encoding"] = "zstd"
            return self._send(request, body, headers)
        except (urllib3.exceptions.HTTPError, OSError) as error:
            return Response(0, {}, f"{self.url} does not answer ({_reason(error)}).".encode())

    def _send(self, request: Request, body: Any, headers: Mapping[str, str]) -> Response:
        answer = self._pool.request(request.method, self.url + request.path, body=body, headers=headers, redirect=False)
        return Response(answer.status, {name.lower(): value for name, value in answer.headers.items()}, answer.data)

    def request(
        self,
        method: str,
        path: str,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, Any] | None = None,
    ) -> Response:
        """One try of a request that reads or changes something at once.

        Parameters:
            path: below the server's URL, e.g. ``/api/v1/info``, its parts percent-encoded.
            query: parameters; those that are None are left out.

        Raises:
            TriremeError: by the answer's code; `Unavailable` if there is none.
        """
        given = {name: value for name, value in (query or {}).items() if value is not None}
        target = f"{path}?{urlencode(given, doseq=True)}" if given else path
        response = self.send(Request(method, target, body, dict(headers or {})))
        raise_for(response)
        return response

    def json(self, method: str, path: str, *, payload: object = None, query: Mapping[str, Any] | None = None) -> Any:
        """`request` with a JSON body and answer. Raises as it does."""
        body = None if payload is None else json.dumps(payload).encode()
        headers = {"Content-Type": "application/json"} if body is not None else {}
        response = self.request(method, path, body=body, headers=headers, query=query)
        return json.loads(response.body) if response.body else None

    def download(self, path: str, query: Mapping[str, Any], target: IO[bytes]) -> None:
        """Write the body of an answer into *target*, piece by piece.

        Raises:
            TriremeError: by the answer's code; `Unavailable` if there is none, or its body ends early.
            OSError: *target* cannot be written.
        """
        given = urlencode({name: value for name, value in query.items() if value is not None})
        try:
            answer = self._pool.request("GET", f"{self.url}{path}?{given}", headers=self._headers, preload_content=False)
            if answer.status != 200:
                raise_for(Response(answer.status, {}, answer.data))
            for chunk in answer.stream(_CHUNK_BYTES):
                target.write(chunk)
            answer.release_conn()
        except urllib3.exceptions.HTTPError as error:
            raise Unavailable(f"{self.url} does not answer ({_reason(error)}).") from error

    def close(self) -> None:
        """Close the connections."""
        self._pool.clear()


def raise_for(response: Response) -> None:
    """Raise the error that an answer stands for.

    Raises:
        TriremeError: the status is not 2xx.
    """
    if 200 <= response.status < 300:
        return
    try:
        error = json.loads(response.body)["error"]
        code, message, hint = error["code"], error["message"], error.get("hint")
    except (ValueError, KeyError, TypeError):
        code, message, hint = "", error_text(response), None
    kind = _ERRORS.get(code)
    if kind is None:
        kind = {401: Unauthenticated, 403: PermissionDenied, 404: NotFound}.get(
            response.status, Unavailable if response.status <= 0 or response.status >= 500 else InvalidInput
        )
    raise kind(message, hint=hint)


def _reason(error: Exception) -> str:
    cause = getattr(error, "reason", None) or error.__cause__ or error
    text = str(cause).rpartition(": ")[2] if isinstance(cause, urllib3.exceptions.HTTPError) else str(cause)
    return f"{text or type(cause).__name__:.120}"
