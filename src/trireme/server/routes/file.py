"""Bytes in and out. What a user uploaded is never trusted: it is served so that a browser cannot run it as part of this site."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

from anyio import to_thread
from litestar import Request, Response, get, head, put
from litestar.response import Stream

from trireme.domain.errors import InvalidInput, NotFound
from trireme.domain.permissions import Actor
from trireme.server.services import Services

_RANGE = re.compile(r"bytes=(\d*)-(\d*)")
# A sandbox without scripts of this origin: HTML and SVG are shown, their scripts run in an origin of nobody.
_POLICY = "sandbox allow-scripts; default-src 'none'; img-src data: blob:; media-src data: blob:; style-src 'unsafe-inline'; "
_POLICY += "script-src 'unsafe-inline' 'unsafe-eval' blob:; font-src data:"


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
    headers = {
        "ETag": f'"{ref.sha256}"',
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, max-age=31536000, immutable" if step is not None else "private, no-cache",
        "Content-Security-Policy": _POLICY,
        "Content-Disposition": f"{'attachment' if download else 'inline'}; filename*=UTF-8''{quote(ref.name, safe='')}",
    }
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(None, status_code=304, headers=headers)
    start, stop = _range(request.headers.get("range"), ref.size)
    status = 200
    if (start, stop) != (0, ref.size):
        status = 206
        headers["Content-Range"] = f"bytes {start}-{stop - 1}/{ref.size}"
    headers["Content-Length"] = str(stop - start)
    chunks = services.files.content(ref, start=start, stop=stop if status == 206 else None)
    # The first chunk is read here, so that missing bytes are a 404 and not a broken stream.
    first = await anext(chunks, b"")
    return Stream(_chain(first, chunks), status_code=status, media_type=ref.mime or "application/octet-stream", headers=headers)


async def _chain(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for chunk in rest:
        yield chunk


def _range(header: str | None, size: int) -> tuple[int, int]:
    if not header or not (match := _RANGE.fullmatch(header.strip())) or not any(match.groups()):
        return 0, size
    first, last = match.groups()
    if not first:
        return max(0, size - int(last)), size
    start, stop = int(first), min(size, int(last) + 1 if last else size)
    if start >= stop:
        raise InvalidInput(f"The range '{header[:60]}' lies outside the file of {size:,} bytes.")
    return start, stop


handlers: list[Any] = [head_blob, put_blob, file_content]
