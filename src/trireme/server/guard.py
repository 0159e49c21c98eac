"""What every request passes first: a request id, and the checks that keep foreign web pages out of a local server.

A server on loopback has no accounts, so a page of another site must not reach it: by a name that resolves to 127.0.0.1
(DNS rebinding: the Host header tells) or by a form or script of its own (the Origin header tells).
"""

from __future__ import annotations

import json
import secrets
from urllib.parse import urlsplit

from litestar.types import ASGIApp, Message, Receive, Scope, Send

from trireme.server import slashes

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]", "::1"})

SECURITY_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)


def guard(app: ASGIApp) -> ASGIApp:
    """Wrap *app*."""

    async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        slashes.keep(scope)
        request_id = secrets.token_hex(8)
        scope.setdefault("state", {})["request_id"] = request_id
        headers = {name: value.decode("latin-1") for name, value in scope["headers"] if name in (b"host", b"origin")}
        problem = _problem(scope["method"], headers.get(b"host", ""), headers.get(b"origin"))

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = {name for name, _ in message["headers"]}
                extra = [pair for pair in SECURITY_HEADERS if pair[0] not in present]
                message["headers"] = [*message["headers"], *extra, (b"trireme-request-id", request_id.encode())]
            await send(message)

        if problem is None:
            await app(scope, receive, send_with_headers)
            return
        error = {"code": "permission_denied", "message": problem, "request_id": request_id}
        body = json.dumps({"error": error}).encode()
        start = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await send_with_headers({"type": "http.response.start", "status": 403, "headers": start})
        await send_with_headers({"type": "http.response.body", "body": body, "more_body": False})

    return guarded


def _problem(method: str, host: str, origin: str | None) -> str | None:
    if _name(host) not in _LOCAL_NAMES:
        return f"This local server does not answer to the name '{host[:100]}'. Use http://localhost or http://127.0.0.1."
    if method not in _SAFE_METHODS and origin is not None and urlsplit(origin).netloc != host:
        return f"Pages of '{origin[:100]}' may not change anything here."
    return None


def _name(host: str) -> str:
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.rpartition(":")[0] if ":" in host else host
