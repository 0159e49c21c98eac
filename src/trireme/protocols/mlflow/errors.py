"""MLflow's error codes, and ours as its clients know them."""

from __future__ import annotations

import json
from typing import Any, Final

from trireme.domain.errors import TriremeError

INVALID: Final = "INVALID_PARAMETER_VALUE"
MISSING: Final = "RESOURCE_DOES_NOT_EXIST"
EXISTS: Final = "RESOURCE_ALREADY_EXISTS"

STATUS: Final = {
    INVALID: 400,
    "BAD_REQUEST": 400,
    EXISTS: 400,
    "UNAUTHENTICATED": 401,
    "PERMISSION_DENIED": 403,
    MISSING: 404,
    "ENDPOINT_NOT_FOUND": 404,
    "RESOURCE_CONFLICT": 409,
    "INVALID_STATE": 500,
    "INTERNAL_ERROR": 500,
    "NOT_IMPLEMENTED": 501,
    "TEMPORARILY_UNAVAILABLE": 503,
}
"""HTTP status by code."""

OF_ERROR: Final = {
    "unauthenticated": "UNAUTHENTICATED",
    "permission_denied": "PERMISSION_DENIED",
    "not_found": MISSING,
    "already_exists": EXISTS,
    "conflict": "RESOURCE_CONFLICT",
    "unavailable": "TEMPORARILY_UNAVAILABLE",
    "internal": "INTERNAL_ERROR",
}
"""MLflow's code by the code of our error; anything else is a bad parameter."""


class MlflowError(TriremeError):
    """An error whose code MLflow's protocol prescribes."""

    code = "invalid_input"

    def __init__(self, message: str, mlflow_code: str = INVALID) -> None:
        super().__init__(message)
        self.mlflow_code = mlflow_code


def invalid(message: str) -> MlflowError:
    """A bad parameter."""
    return MlflowError(message)


def bad_value(name: str, value: Any, reason: str = "") -> MlflowError:
    """A parameter whose value is not possible, with the reason as a sentence."""
    shown = json.dumps(value, default=str, sort_keys=True, separators=(",", ":"))[:500]
    return invalid(f"Invalid value {shown} for parameter '{name}' supplied{f': {reason}' if reason else '.'}")


def missing_value(name: str) -> MlflowError:
    """A parameter that must be there."""
    return invalid(
        f"Missing value for required parameter '{name}'. See the API docs for more information about request parameters."
    )


def check_length(text: str, limit: int, name: str) -> str:
    """Return *text* if it has at most *limit* characters.

    Raises:
        MlflowError: it has more.
    """
    if len(text) > limit:
        raise invalid(
            f"'{name}' exceeds the maximum length of {limit} characters. It begins with {text[:50]!r} and has {len(text):,}."
        )
    return text


def check_limit(limit: int, most: int) -> int:
    """Return *limit* if a page may have so many entries.

    Raises:
        MlflowError: it may not.
    """
    if not 1 <= limit <= most:
        raise bad_value("max_results", limit, f"It must be at least 1 and at most {most}.")
    return limit


def missing(message: str) -> MlflowError:
    """Something that is not there."""
    return MlflowError(message, MISSING)


def code_of(error: TriremeError) -> str:
    """The code that MLflow's clients get for *error*."""
    return error.mlflow_code if isinstance(error, MlflowError) else OF_ERROR.get(error.code, INVALID)
