"""Every failure in one shape: code, sentence, hint."""

from __future__ import annotations

import logging
from typing import Any

from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException

from trireme.domain.errors import InvalidQuery, TriremeError
from trireme.server.schemas.common import Error, ErrorBody

log = logging.getLogger(__name__)

STATUS = {
    "invalid_input": 400,
    "invalid_query": 400,
    "invalid_path": 400,
    "type_conflict": 400,
    "corrupt_data": 400,
    "read_only": 400,
    "before_fork": 400,
    "point_exists": 409,
    "step_taken": 409,
    "preview_late": 400,
    "unauthenticated": 401,
    "permission_denied": 403,
    "not_found": 404,
    "already_exists": 409,
    "conflict": 409,
    "too_large": 413,
    "query_timeout": 422,
    "internal": 500,
    "unavailable": 503,
}
"""HTTP status of each error code."""

_CODE_OF_STATUS = {400: "invalid_input", 401: "unauthenticated", 403: "permission_denied", 404: "not_found", 405: "invalid_input",
                   413: "too_large", 415: "invalid_input", 422: "invalid_input", 503: "unavailable"}  # fmt: skip


def on_domain_error(request: Request[Any, Any, Any], error: TriremeError) -> Response[ErrorBody]:
    """Answer an error that Trireme raised on purpose."""
    status = STATUS[error.code]
    if status >= 500:
        log.error("%s %s: %s", request.method, request.url.path, error, exc_info=error)
    position = error.position if isinstance(error, InvalidQuery) else None
    return _answer(request, status, error.code, error.message, error.hint, position)


def on_http_error(request: Request[Any, Any, Any], error: HTTPException) -> Response[ErrorBody]:
    """Answer what the framework refuses: unknown routes, methods, bodies that do not fit."""
    status = error.status_code
    message, hint = error.detail, None
    problems = misfits(error)
    if problems is not None:
        message, hint = problems, "The API's shapes stand in /api/v1/openapi.json."
    elif status == 404:
        message = f"There is nothing at {request.url.path}."
    elif status == 405:
        message = f"{request.method} is not possible at {request.url.path}."
    elif status == 413:
        message, hint = "The body is larger than this route takes.", "Send it in smaller parts."
    return _answer(request, status, _CODE_OF_STATUS.get(status, "internal"), f"{message.rstrip('.')}.", hint, None)


def misfits(error: HTTPException) -> str | None:
    """What of a body or a query does not fit the form that a route expects; None if that is not the trouble."""
    if not isinstance(error, ValidationException) or not isinstance(error.extra, list):
        return None
    problems = [f"{item.get('key', 'body')}: {item.get('message', '')}" for item in error.extra if isinstance(item, dict)]
    return "The request does not fit: " + "; ".join(problems)


def on_defect(request: Request[Any, Any, Any], error: Exception) -> Response[ErrorBody]:
    """Answer a defect of ours: its text stays in the log."""
    log.error("%s %s failed", request.method, request.url.path, exc_info=error)
    hint = "The server's log says more beside the request id."
    return _answer(request, 500, "internal", "The server failed to answer.", hint, None)


def _answer(
    request: Request[Any, Any, Any], status: int, code: str, message: str, hint: str | None, position: int | None
) -> Response[ErrorBody]:
    identity = request.scope.get("state", {}).get("request_id")
    headers = {"Retry-After": "1"} if status == 503 else {}
    body = ErrorBody(Error(code, message, hint, position, identity))
    return Response(body, status_code=status, media_type="application/json", headers=headers)
