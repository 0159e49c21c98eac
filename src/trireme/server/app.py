"""The application: all rooms wired together, here and nowhere else."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from litestar import Litestar, Request
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.openapi.config import OpenAPIConfig

from trireme.domain.errors import TriremeError, Unauthenticated
from trireme.domain.limits import MAX_JSON_BODY_BYTES
from trireme.domain.permissions import LOCAL_USER_ID, Actor
from trireme.server.errors import on_defect, on_domain_error, on_http_error
from trireme.server.guard import guard
from trireme.server.routes import events, file, ingest, project, run, series, server, table, web
from trireme.server.services import Services, open_services
from trireme.settings import Settings

_LOCAL = Actor(LOCAL_USER_ID, "local", is_admin=True)


def create_app(settings: Settings, *, on_ready: Callable[[], None] | None = None) -> Any:
    """The ASGI application of one server.

    Parameters:
        on_ready: called once the stores are open and requests will be answered.
    """

    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncIterator[None]:
        with open_services(settings) as services:
            app.state.services = services
            if on_ready is not None:
                on_ready()
            yield

    handlers = [
        handler for module in (server, project, run, table, series, ingest, file, events, web) for handler in module.handlers
    ]
    app = Litestar(
        route_handlers=handlers,
        lifespan=[lifespan],
        dependencies={
            "services": Provide(_provide_services, sync_to_thread=False),
            "actor": Provide(_provide_actor, sync_to_thread=False),
        },
        exception_handlers={TriremeError: on_domain_error, HTTPException: on_http_error, Exception: on_defect},
        openapi_config=OpenAPIConfig(
            title="Trireme",
            version="1",
            description="Experiment tracking. Errors have one shape: `{error: {code, message, hint}}`.",
            render_plugins=[],  # routes/server.py serves it
            use_handler_docstrings=True,
        ),
        request_max_body_size=MAX_JSON_BODY_BYTES,
        logging_config=None,
    )
    return guard(app)


def _provide_services(request: Request[Any, Any, Any]) -> Services:
    found: Services = request.app.state.services
    return found


def _provide_actor(request: Request[Any, Any, Any]) -> Actor:
    """Whoever the bearer token names; on a local server, without one, its one user.

    Raises:
        Unauthenticated: the token is unknown, expired or revoked.
    """
    header = request.headers.get("authorization")
    if header is None:
        return _LOCAL
    kind, _, token = header.partition(" ")
    services: Services = request.app.state.services
    actor = services.catalog.tokens.actor(token.strip()) if kind.lower() == "bearer" else None
    if actor is None:
        raise Unauthenticated(
            "The token is unknown, expired or revoked.", hint="Check TRIREME_TOKEN, or unset it for a local server."
        )
    return actor
