"""Failures in the shape that MLflow's clients read."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response
from litestar.exceptions import HTTPException

from trireme.domain.errors import TriremeError
from trireme.protocols.mlflow.errors import STATUS, code_of
from trireme.server.errors import on_defect

_CODE_OF_STATUS = {401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 404: "ENDPOINT_NOT_FOUND", 405: "ENDPOINT_NOT_FOUND"}


def on_domain_error(request: Request[Any, Any, Any], error: TriremeError) -> Response[Any]:
    """Answer an error that Trireme raised on purpose."""
    code = code_of(error)
    if code == "INTERNAL_ERROR":
        return on_any_error(request, error)
    return answer(STATUS[code], code, str(error))


def on_http_error(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    """Answer what the framework refuses; clients fall back on older calls where there is nothing."""
    code = _CODE_OF_STATUS.get(error.status_code, "BAD_REQUEST")
    message = f"There is nothing at {request.method} {request.url.path}." if code == "ENDPOINT_NOT_FOUND" else error.detail
    return answer(error.status_code, code, message)


def on_any_error(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """Answer a defect of ours; its text goes to the log."""
    on_defect(request, error)
    return answer(500, "INTERNAL_ERROR", "The server failed to answer.")


def answer(status: int, code: str, message: str) -> Response[Any]:
    """An error."""
    headers = {"Retry-After": "1"} if status == 503 else {}
    return Response({"error_code": code, "message": message}, status_code=status, media_type="application/json", headers=headers)
