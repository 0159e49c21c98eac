"""Failures in the shape that Neptune's clients read."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response
from litestar.exceptions import HTTPException

from trireme.domain.errors import NotFound, TriremeError
from trireme.server.errors import STATUS, misfits, on_defect

_NAMES = {
    "unauthenticated": "UNAUTHORIZED",
    "permission_denied": "ACCESS_DENIED",
    "not_found": "NOT_FOUND",
    "already_exists": "CONFLICT",
    "invalid_query": "SYNTAX_ERROR",
    "unavailable": "SERVICE_UNAVAILABLE",
    "internal": "INTERNAL",
}
_TITLES = {"invalid_query": "Syntax error"}


class ProjectInaccessible(NotFound):
    """The project does not exist, or the caller may not know that it does."""


def on_domain_error(request: Request[Any, Any, Any], error: TriremeError) -> Response[dict[str, Any]]:
    """Answer an error that Trireme raised on purpose."""
    status = STATUS[error.code]
    name = "ACCESS_DENIED" if isinstance(error, ProjectInaccessible) else _NAMES.get(error.code, "BAD_REQUEST")
    return _answer(status, str(error), name, _TITLES.get(error.code, error.message))


def on_http_error(request: Request[Any, Any, Any], error: HTTPException) -> Response[dict[str, Any]]:
    """Answer what the framework refuses."""
    text = misfits(error) or error.detail
    return _answer(error.status_code, text, "BAD_REQUEST", text)


def on_any_error(request: Request[Any, Any, Any], error: Exception) -> Response[dict[str, Any]]:
    """Answer a defect of ours; its text goes to the log."""
    on_defect(request, error)
    return _answer(500, "The server failed to answer.", "INTERNAL", "The server failed to answer.")


def _answer(status: int, text: str, name: str, title: str) -> Response[dict[str, Any]]:
    body = {"code": status, "message": text, "errorType": name, "type": name, "title": title}
    headers = {"Retry-After": "1"} if status == 503 else {}
    return Response(body, status_code=status, media_type="application/json", headers=headers)
