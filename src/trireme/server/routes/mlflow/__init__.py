"""Routes of MLflow's REST protocol: thin, what they mean is in `trireme.protocols.mlflow`."""

from __future__ import annotations

import re
from typing import Any, Final

import msgspec
from anyio import CapacityLimiter, to_thread
from litestar import HttpMethod, Request, Response, Router
from litestar.exceptions import HTTPException
from litestar.handlers import HTTPRouteHandler

from trireme.domain.errors import TriremeError
from trireme.domain.permissions import Actor
from trireme.protocols.mlflow.wire import parse_body, parse_query, read, written
from trireme.server.routes.mlflow import artifact, errors, imports, info, multipart, trace
from trireme.server.routes.mlflow.context import context_of
from trireme.server.routes.mlflow.table import RPCS, Rpc
from trireme.server.routes.mlflow.trace_table import TRACE_RPCS
from trireme.server.services import Services

_APIS: Final = ("api", "ajax-api")
_VARIABLE: Final = re.compile(r"\{(\w+)\}")
_THREADS: Final = CapacityLimiter(64)
_MAX_BODY_BYTES: Final = 64 * 1024 * 1024
_ENCODER: Final = msgspec.json.Encoder()


def _handler(rpc: Rpc) -> HTTPRouteHandler:
    variables = _VARIABLE.findall(rpc.path)

    async def handle(request: Request[Any, Any, Any], services: Services, actor: Actor) -> Response[bytes]:
        if rpc.method == "GET":
            sent = parse_query(list(request.query_params.multi_items()), rpc.message)
        else:
            sent = parse_body(await request.body(), request.headers.get("content-type", ""))
        sent |= {name: request.path_params[name] for name in variables}

        def answer() -> bytes:
            context = context_of(services, actor, request.headers.get("user-agent", ""))
            return _ENCODER.encode(written(rpc.call(context, read(sent, rpc.message))))

        return Response(await to_thread.run_sync(answer, limiter=_THREADS), media_type="application/json")

    path = _VARIABLE.sub(r"{\1:str}", rpc.path)
    paths = [f"/{api}/{version}/mlflow/{path}" for api in _APIS for version in rpc.versions]
    return HTTPRouteHandler(paths, http_method=[HttpMethod(rpc.method)], status_code=200)(handle)


def owns(path: str) -> bool:
    """Whether whoever asks for *path* speaks this protocol, also where there is nothing."""
    return path.startswith(("/ajax-api/", *(f"/api/{version}/" for version in ("2.0", "3.0"))))


handlers: list[Any] = [
    Router(
        "/",
        route_handlers=[
            *map(_handler, (*RPCS, *TRACE_RPCS)),
            *artifact.handlers,
            *multipart.handlers,
            *trace.handlers,
            *info.handlers,
        ],
        exception_handlers={
            TriremeError: errors.on_domain_error,
            HTTPException: errors.on_http_error,
            Exception: errors.on_any_error,
        },
        request_max_body_size=_MAX_BODY_BYTES,
        include_in_schema=False,
    ),
    *imports.handlers,
]
