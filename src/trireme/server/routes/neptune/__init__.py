"""Routes of the Neptune 3 protocol: thin, what they mean is in `trireme.protocols.neptune`."""

from __future__ import annotations

from typing import Any

from litestar import Router
from litestar.exceptions import HTTPException

from trireme.domain.errors import TriremeError
from trireme.server.routes.neptune import errors, file, ingest, link, project, read, series, session

_MAX_BODY_BYTES = 32 * 1024 * 1024

handlers: list[Any] = [
    Router(
        "/",
        route_handlers=[
            handler for module in (session, ingest, project, file, read, series, link) for handler in module.handlers
        ],
        exception_handlers={
            TriremeError: errors.on_domain_error,
            HTTPException: errors.on_http_error,
            Exception: errors.on_any_error,
        },
        request_max_body_size=_MAX_BODY_BYTES,
        include_in_schema=False,
    )
]
