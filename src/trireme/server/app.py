"""The application: all rooms wired together, here and nowhere else."""

from __future__ import annotations

import asyncio
import base64
import gc
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

from litestar import Litestar, Request, Response
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.openapi.config import OpenAPIConfig

from trireme.domain.errors import TriremeError, Unauthenticated
from trireme.domain.limits import MAX_JSON_BODY_BYTES
from trireme.domain.permissions import LOCAL_USER_ID, Actor
from trireme.server.errors import on_defect, on_domain_error, on_http_error
from trireme.server.guard import guard
from trireme.server.routes import (
    attribute,
    bulk,
    compare,
    dashboard,
    events,
    file,
    ingest,
    link,
    metric,
    mlflow,
    model,
    neptune,
    project,
    run,
    series,
    server,
    table,
    token,
    trace,
    view,
    web,
)
from trireme.server.services import Services, open_services
from trireme.server.slashes import give_back
from trireme.settings import Settings

log = logging.getLogger(__name__)

_SWEEP_EVERY_SECONDS = 3600
_LOCAL = Actor(LOCAL_USER_ID, "local", is_admin=True)


def create_app(settings: Settings, *, on_ready: Callable[[Callable[[], None]], None] | None = None) -> Any:
    """The ASGI application of one server.

    Parameters:
        on_ready: called once the stores are open and requests will be answered. It is given what ends the streams of open pages,
            which a server that stops would wait for.
    """

    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncIterator[None]:
        with open_services(settings) as services:
            app.state.services = services
            background = [
                asyncio.create_task(_sweep(services)),
                asyncio.create_task(services.silence.run()),
                asyncio.create_task(asyncio.to_thread(_load_what_questions_need)),
            ]
            if on_ready is not None:
                on_ready(services.events.close)
            yield
            for task in background:
                task.cancel()

    handlers = [
        handler
        for module in (
            server,
            token,
            trace,
            project,
            view,
            dashboard,
            bulk,
            run,
            table,
            attribute,
            compare,
            metric,
            series,
            ingest,
            file,
            events,
            model,
            link,
            neptune,
            mlflow,
            web,
        )
        for handler in module.handlers
    ]
    app = Litestar(
        route_handlers=handlers,
        lifespan=[lifespan],
        middleware=[give_back],
        dependencies={
            "services": Provide(_provide_services, sync_to_thread=False),
            "actor": Provide(_provide_actor, sync_to_thread=False),
        },
        exception_handlers={TriremeError: on_domain_error, HTTPException: _on_http_error, Exception: on_defect},
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


def _load_what_questions_need() -> None:
    """Import what the first question would import, while nobody waits: 0.3 s (pyarrow asks whether values are pandas')."""
    import clickhouse_connect.driver.binding  # noqa: F401
    import pyarrow as pa
    import pyarrow.compute

    pa.array([1]).to_numpy()
    _spare_the_collector()


def _spare_the_collector() -> None:
    """Keep Python's collector from looking through everything imported, and from running in the middle of every large answer.

    A page of a thousand runs is a hundred thousand small objects without cycles; with the defaults a third of its time went into
    looking for some.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


async def _sweep(services: Services) -> None:
    """Free bytes that nothing uses, now and every hour."""
    while True:
        try:
            await services.files.sweep()
        except TriremeError as error:
            log.warning("sweeping files: %s", error)
        await asyncio.sleep(_SWEEP_EVERY_SECONDS)


def _on_http_error(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    """Answer what the framework refuses, in the words of whoever asks."""
    if mlflow.owns(request.url.path):
        return mlflow.errors.on_http_error(request, error)
    return on_http_error(request, error)


def _provide_services(request: Request[Any, Any, Any]) -> Services:
    found: Services = request.app.state.services
    return found


def _provide_actor(request: Request[Any, Any, Any]) -> Actor:
    """Whoever the token names; on a local server, without one, its one user.

    A token is sent as bearer, or as the password of anybody, for clients that know nothing else.

    Raises:
        Unauthenticated: the token is unknown, expired or revoked.
    """
    header = request.headers.get("authorization")
    if header is None:
        return _LOCAL
    kind, _, token = header.partition(" ")
    services: Services = request.app.state.services
    token = token.strip()
    if kind.lower() == "basic":
        with suppress(ValueError):
            token = base64.b64decode(token).decode().partition(":")[2]
    if token.count(".") == 2:
        return services.sessions.actor(token)
    actor = services.catalog.tokens.actor(token) if kind.lower() in ("bearer", "basic") else None
    if actor is None:
        raise Unauthenticated(
            "The token is unknown, expired or revoked.", hint="Check TRIREME_TOKEN, or unset it for a local server."
        )
    return actor
