"""Bytes in and out. What a user uploaded is never trusted: it is served so that a browser cannot run it as part of this site."""

from __future__ import annotations

from typing import Any

from anyio import to_thread
from litestar import Request, Response, get, head, put

from trireme.domain.errors import NotFound
from trireme.domain.permissions import Actor
from trireme.server.file_answer import file_answer
from trireme.server.services import Services


@head("/api/v1/blobs/{sha256:str}", sync_to_thread=True, tags=["files"], operation_id="headBlob")
def head_blob(services: Services, actor: Actor, sha256: str) -> None:
    """Tell whether bytes are stored: 200 or 404."""
    if not services.files.stored(actor, sha256):
        raise NotFound("These bytes are not stored.")


@put("/api/v1/blobs/{sha256:str}", status_code=201, request_max_body_size=None, tags=["files"], operation_id="putBlob")
async def put_blob(request: Request[Any, Any, Any], services: Services, actor: Actor, sha256: str) -> None:
    """Store bytes under their SHA-256; the server checks it."""
    await services.files.put(actor, sha256, request.stream())


@get("/api/v1/projects/{workspace:str}/{name:str}/runs/{run_id:str}/files/content", tags=["files"], operation_id="getFileContent")
async def file_content(
    request: Request[Any, Any, Any],
    services: Services,
    actor: Actor,
    workspace: str,
    name: str,
    run_id: str,
    path: str,
    step: float | None = None,
    download: bool = False,
) -> Response[Any]:
    """Read a file attribute, or the file of a file series at `step`. Ranges and ETags work; `download` asks to save it."""

    def find() -> Any:
        return services.files.find(actor, services.projects.get(actor, workspace, name), run_id, path, step)

    ref = await to_thread.run_sync(find)
    return await file_answer(request, services.files, ref, download=download, lasting=step is not None)


handlers: list[Any] = [head_blob, put_blob, file_content]
