"""Bytes of a stored file as an answer: ranges, ETags, and a sandbox for what a user uploaded."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Any, Final
from urllib.parse import quote

from litestar import Request, Response
from litestar.response import Stream

from trireme.domain.records import FileRef
from trireme.services.file import FileService

_RANGE: Final = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")
# A sandbox without scripts of this origin: HTML and SVG are shown, their scripts run in an origin of nobody.
_POLICY: Final = (
    "sandbox allow-scripts; default-src 'none'; img-src data: blob:; media-src data: blob:; style-src 'unsafe-inline';"
    " script-src 'unsafe-inline' 'unsafe-eval' blob:; font-src data:"
)


async def file_answer(
    request: Request[Any, Any, Any], files: FileService, ref: FileRef, *, download: bool, lasting: bool
) -> Response[Any]:
    """The file, or the range of it that is asked for.

    Parameters:
        download: ask the browser to save it.
        lasting: the same address never leads to other bytes.
    """
    headers = {
        "ETag": f'"{ref.sha256}"',
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, max-age=31536000, immutable" if lasting else "private, no-cache",
        "Content-Security-Policy": _POLICY,
        "Content-Disposition": f"{'attachment' if download else 'inline'}; filename*=UTF-8''{quote(ref.name, safe='')}",
    }
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(None, status_code=304, headers=headers)
    return await ranged(request, files, ref, headers, media_type=ref.mime or "application/octet-stream")


async def ranged(
    request: Request[Any, Any, Any], files: FileService, ref: FileRef, headers: dict[str, str], *, media_type: str | None = None
) -> Response[Any]:
    """The bytes that the request's Range header asks for, with *headers* and those of the range.

    Raises:
        NotFound: the store has lost the bytes. It is known before the answer begins, so that nobody takes half a file for a whole one.
    """
    start, stop = byte_range(request.headers.get("range", ""), ref.size)
    if start >= stop and stop > 0:
        return Response(b"", status_code=416, headers={"Content-Range": f"bytes */{ref.size}"})
    partly = (start, stop) != (0, ref.size)
    content = {"Content-Length": str(stop - start)}
    if partly:
        content["Content-Range"] = f"bytes {start}-{stop - 1}/{ref.size}"
    chunks = files.content(ref, start=start, stop=stop if partly else None)
    first = await anext(chunks, b"")
    return Stream(_chain(first, chunks), status_code=206 if partly else 200, media_type=media_type, headers=headers | content)


def byte_range(header: str, size: int) -> tuple[int, int]:
    """Start and stop of the bytes that a Range header asks for; all of them if it cannot be understood, as HTTP has it.

    An empty stretch of a file with bytes is a range that cannot be satisfied.
    """
    match = _RANGE.fullmatch(header.strip())
    if match is None or not any(match.groups()):
        return 0, size
    first, last = match.groups()
    if not first:
        return max(0, size - int(last)), size
    if last and int(last) < int(first):
        return 0, size
    return int(first), min(size, int(last) + 1 if last else size)


async def _chain(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for chunk in rest:
        yield chunk
