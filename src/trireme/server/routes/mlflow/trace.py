"""Traces that do not travel as plain JSON: spans in OpenTelemetry's protocol, and the file of a trace."""

from __future__ import annotations

import logging
from typing import Any
from urllib.parse import quote

from anyio import CapacityLimiter, to_thread
from litestar import Request, Response, get, post
from litestar.response import Stream

from trireme.domain.errors import InvalidInput
from trireme.domain.permissions import Actor
from trireme.domain.records import FileRef
from trireme.protocols.mlflow import otlp, traces
from trireme.protocols.mlflow.errors import invalid
from trireme.protocols.mlflow.names import check_artifact_path, id_of
from trireme.server.routes.mlflow.context import context_of
from trireme.server.routes.mlflow.errors import answer
from trireme.server.services import Services
from trireme.services.artifact import Folder

log = logging.getLogger(__name__)

_LARGE_BYTES = 1024 * 1024
_WAITING = CapacityLimiter(32)
_WAITING_LARGE = CapacityLimiter(2)
"""What is decoded takes many times the room of a body."""


@post("/v1/traces", status_code=200, request_max_body_size=otlp.MAX_BODY_BYTES)
async def log_spans(request: Request[Any, Any, Any], services: Services, actor: Actor) -> Response[bytes]:
    """Store spans: all of a request, or none."""
    headers = request.headers
    experiment = headers.get("x-mlflow-experiment-id")
    if not experiment:
        message = "The header 'x-mlflow-experiment-id' is required: it says which experiment the traces belong to."
        return answer(422, "INVALID_PARAMETER_VALUE", message)
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    encoding = headers.get("content-encoding", "").strip().lower()
    body = await request.body()

    def store() -> None:
        context = context_of(services, actor)
        spans = otlp.decode(otlp.unpack(body, encoding), media_type)
        project = context.experiment(experiment)
        run = headers.get("x-mlflow-run-id")
        linked = id_of(context.run(run)[1]) if run else None
        services.traces.log_spans(actor, project, spans, run_id=linked)

    large = len(body) > _LARGE_BYTES or (encoding and len(body) > _LARGE_BYTES // 16)
    try:
        await to_thread.run_sync(store, limiter=_WAITING_LARGE if large else _WAITING)
    except otlp.UnusableSpan as error:
        return answer(422, "INVALID_PARAMETER_VALUE", str(error))
    done = b"{}" if media_type == otlp.JSON else b""
    return Response(done, status_code=200, media_type=media_type)


@get([f"/ajax-api/{version}/mlflow/get-trace-artifact" for version in ("2.0", "3.0")])
async def get_file(request: Request[Any, Any, Any], services: Services, actor: Actor) -> Response[Any]:
    """Give the spans of a trace as a file, or one of its attachments."""
    trace, path = request.query_params.get("request_id", ""), request.query_params.get("path", "")
    if not trace:
        raise invalid('Request must include the "request_id" query parameter.')
    context = context_of(services, actor)
    if not path:
        return _file(await to_thread.run_sync(traces.file_of, context, trace), "traces.json")
    name = check_artifact_path(path)

    def find() -> FileRef:
        project = services.traces.home(actor, trace)
        return services.artifacts.find(actor, Folder(project, prefix=f"mlflow/traces/{trace}/artifacts/attachments/"), name)

    return Stream(
        services.files.content(await to_thread.run_sync(find)), media_type="application/octet-stream", headers=_headers(name)
    )


async def adopt(services: Services, actor: Actor, folder: Folder, path: str) -> None:
    """Take the spans of a file that was stored just now, if it is one of those that clients keep spans in."""
    found = traces.FILE.fullmatch(path) if folder.run is None else None
    if found is None:
        return

    def find() -> FileRef:
        return services.artifacts.find(actor, folder, path)

    ref = await to_thread.run_sync(find)
    if ref.size > otlp.MAX_BODY_BYTES:
        return
    content = b"".join([chunk async for chunk in services.files.content(ref)])
    context = context_of(services, actor)
    try:
        await to_thread.run_sync(traces.adopt, context, folder.project, found[1], content, limiter=_WAITING_LARGE)
    except InvalidInput as error:  # it stays a file like any other
        log.warning("%s of '%s': %s", path, folder.project.full_name, error)


def _file(content: str, name: str) -> Response[bytes]:
    return Response(content.encode(errors="replace"), media_type="application/octet-stream", headers=_headers(name))


def _headers(path: str) -> dict[str, str]:
    name = path.rpartition("/")[2]
    shown = f"filename={name}" if name == "traces.json" else f"filename*=UTF-8''{quote(name, safe='')}"
    return {"Content-Disposition": f"attachment; {shown}", "Content-Security-Policy": "sandbox"}


handlers: list[Any] = [log_spans, get_file]
