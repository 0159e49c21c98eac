"""The door through which importers bring what MLflow kept elsewhere. Its messages are MLflow's, its errors ours."""

from __future__ import annotations

from functools import partial
from typing import Any

from anyio import CapacityLimiter, to_thread
from litestar import Request, post

from trireme.domain.errors import InvalidInput, NotFound
from trireme.domain.permissions import Actor
from trireme.protocols.mlflow import eval_imports, imports
from trireme.protocols.mlflow.import_points import points
from trireme.protocols.mlflow.wire import parse_body, written
from trireme.server.routes.ingest import decompress
from trireme.server.routes.mlflow.context import context_of
from trireme.server.services import Services

_MAX_BODY_BYTES = 64 * 1024 * 1024
_WAITING = CapacityLimiter(16)


@post("/api/v1/import/mlflow/points", status_code=200, request_max_body_size=_MAX_BODY_BYTES, include_in_schema=False)
async def import_points(request: Request[Any, Any, Any], services: Services, actor: Actor) -> dict[str, Any]:
    """Store points of metrics."""
    body = await _body(request)
    return await to_thread.run_sync(partial(points, context_of(services, actor), body), limiter=_WAITING)


@post("/api/v1/import/mlflow/{kind:str}", status_code=200, request_max_body_size=_MAX_BODY_BYTES, include_in_schema=False)
async def import_items(request: Request[Any, Any, Any], services: Services, actor: Actor, kind: str) -> dict[str, Any]:
    """Store everything else."""
    call = imports.CALLS.get(kind) or eval_imports.CALLS.get(kind)
    if call is None:
        raise NotFound(f"Nothing is imported as '{kind[:60]}'.")
    sent = parse_body(await _body(request), request.headers.get("content-type", ""))

    def answer() -> dict[str, Any]:
        found: dict[str, Any] = written(call(context_of(services, actor), sent))
        return found

    return await to_thread.run_sync(answer, limiter=_WAITING)


async def _body(request: Request[Any, Any, Any]) -> bytes:
    body, encoding = await request.body(), request.headers.get("content-encoding", "identity")
    if encoding == "zstd":
        return decompress(body)
    if encoding != "identity":
        raise InvalidInput(f"The encoding '{encoding[:40]}' is not known.", hint="Send zstd, or none.")
    return body


handlers: list[Any] = [import_points, import_items]
