"""Files by signed address: the client asks for addresses, then sends and fetches bytes without a token."""

from __future__ import annotations

import time
import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any, Final

from anyio import to_thread
from litestar import Request, Response, Router, get, head, post, put
from litestar.response import Stream

from trireme.domain.errors import InvalidInput, NotFound, PermissionDenied, TooLarge, Unavailable
from trireme.domain.permissions import Actor
from trireme.domain.records import FileRef
from trireme.protocols.neptune.requests import CompleteRequest, SignRequest
from trireme.server.routes.neptune.project import find_project
from trireme.server.routes.neptune.session import base_url
from trireme.server.services import Services
from trireme.services.signed import Expired, Grant, read_grant, signed_address

PART_BYTES: Final = 64 * 1024 * 1024
READ_SECONDS: Final = 3600
WRITE_SECONDS: Final = 24 * 3600
"""A client may upload long after it asked, over a slow link."""
_PARTS_OF_A_FILE: Final = 1000
_MAX_PARTS: Final = 20_000
_MAX_PART_BYTES: Final = 5 * 1024**3


@post("/api/storagebridge/v1/signedUrl", sync_to_thread=True, status_code=200)
def sign(request: Request[Any, Any, Any], services: Services, actor: Actor, data: SignRequest) -> dict[str, Any]:
    """Give an address for each file, in their order."""
    return _sign(request, services, actor, data, "aws")


@post("/api/storagebridge/v1/azure/signedUrl", sync_to_thread=True, status_code=200)
def sign_azure(request: Request[Any, Any, Any], services: Services, actor: Actor, data: SignRequest) -> dict[str, Any]:
    """The same for a client that knows Azure's blob store only, which these addresses imitate for reading."""
    return _sign(request, services, actor, data, "azure")


@post("/api/storagebridge/v1/s3/completeMultipartUpload", status_code=204)
async def complete(services: Services, actor: Actor, data: CompleteRequest) -> None:
    """Make a file of the parts that were sent."""
    count = len(data.parts)
    if sorted(part.part_number for part in data.parts) != list(range(1, count + 1)):
        raise InvalidInput("The parts of an upload are numbered from 1 without a gap.")
    project = await to_thread.run_sync(find_project, services, actor, data.project_identifier)
    await services.files.join_parts(actor, project, data.path, data.upload_id, count)


@put("/api/objects/{key:str}", status_code=200, request_max_body_size=None, include_in_schema=False)
async def put_object(request: Request[Any, Any, Any], services: Services, key: str) -> Response[None]:
    """Take the bytes of a file, or of one part of it."""
    try:
        grant = read_grant(services.sessions.secret, key, request.query_params, "w")
    except Expired as error:
        # Clients give a file up after any other refusal; after this one they sign anew.
        raise Unavailable(error.message, hint="Ask for a new address.") from error
    actor = await _grantee(services, grant)
    project = await to_thread.run_sync(services.projects.by_id, actor, grant.project)
    if grant.upload:
        size = await services.files.put_part(actor, project, grant.upload, grant.part, request.stream())
        tag = f"{grant.upload}-{grant.part}-{size}"
    else:
        tag = await services.files.put_named(actor, project, grant.path, request.stream())
    return Response(None, status_code=200, headers={"ETag": f'"{tag}"'})


@head("/api/objects/{key:str}", include_in_schema=False)
async def head_object(request: Request[Any, Any, Any], services: Services, key: str) -> Response[None]:
    """Tell the size of a file."""
    ref = await _find(request, services, key)
    return Response(None, headers=_headers(ref) | {"Content-Length": str(ref.size)})


@get("/api/objects/{key:str}", include_in_schema=False)
async def get_object(request: Request[Any, Any, Any], services: Services, key: str) -> Response[Any]:
    """Give the bytes of a file, or a range of them."""
    try:
        ref = await _find(request, services, key)
    except PermissionDenied as error:
        # Azure's library wants 403; others sign anew after 400 and repeat themselves after 403.
        status = 400 if isinstance(error, Expired) and "x-ms-version" not in request.headers else 403
        return _azure_error(status, "AuthenticationFailed", error.message, detail=error.message)
    except NotFound as error:
        return _azure_error(404, "BlobNotFound", error.message)
    wanted = request.headers.get("x-ms-range") or request.headers.get("range")
    headers = _headers(ref)
    start, stop, status = 0, ref.size, 200
    if wanted and wanted.startswith("bytes="):
        first, _, last = wanted.removeprefix("bytes=").partition("-")
        if not first.isdecimal() or len(first + last) > 36 or int(first) >= ref.size:
            refused = _azure_error(416, "InvalidRange", "The range lies outside the file.")
            refused.headers["Content-Range"] = f"bytes */{ref.size}"
            return refused
        start, stop = int(first), min(ref.size, int(last) + 1) if last.isdecimal() else ref.size
        status = 206
        headers["Content-Range"] = f"bytes {start}-{stop - 1}/{ref.size}"
    headers["Content-Length"] = str(stop - start)
    content = services.files.content(ref, start=start, stop=stop if status == 206 else None)
    return Stream(_guarded(content), status_code=status, media_type="application/octet-stream", headers=headers)


async def _guarded(content: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    async for chunk in content:
        yield chunk


def _sign(request: Request[Any, Any, Any], services: Services, actor: Actor, data: SignRequest, provider: str) -> dict[str, Any]:
    projects = {name: find_project(services, actor, name) for name in {file.project_identifier for file in data.files}}
    base, secret, now, answer = base_url(request), services.sessions.secret, int(time.time()), []
    room = _MAX_PARTS
    for file in data.files:
        project, write, size = projects[file.project_identifier], file.permission == "write", file.size or 0
        services.projects.check(actor, project, write=write)
        expires = now + (WRITE_SECONDS if write else READ_SECONDS)
        grant = Grant("w" if write else "r", project.id, int(actor.user_id), file.path, expires)
        multipart = None
        if write and size > PART_BYTES and provider == "aws":
            part_bytes = max(PART_BYTES, -(-size // _PARTS_OF_A_FILE))
            count = -(-size // part_bytes)
            room -= count
            if part_bytes > _MAX_PART_BYTES or room < 0:
                raise TooLarge(
                    f"A file of {size:,} bytes is too large to be sent.",
                    hint=f"A file has at most {_MAX_PART_BYTES * _PARTS_OF_A_FILE:,} bytes; send fewer large ones at once.",
                )
            upload = uuid.uuid4().hex
            urls = [signed_address(base, secret, grant.of_part(upload, number), provider) for number in range(1, count + 1)]
            multipart = {"upload_id": upload, "part_size": part_bytes, "part_urls": urls}
        url = signed_address(base, secret, grant, provider)
        entry = {"project_identifier": file.project_identifier, "path": file.path, "url": url, "provider": provider}
        answer.append(entry | {"multipart": multipart})
    return {"files": answer}


async def _find(request: Request[Any, Any, Any], services: Services, key: str) -> FileRef:
    grant = read_grant(services.sessions.secret, key, request.query_params, "r")
    actor = await _grantee(services, grant)

    def find() -> FileRef:
        return services.files.named(actor, services.projects.by_id(actor, grant.project), grant.path)

    return await to_thread.run_sync(find)


async def _grantee(services: Services, grant: Grant) -> Actor:
    actor = await to_thread.run_sync(services.sessions.user, grant.user)
    if actor is None:
        raise PermissionDenied("Whoever this address was made for is not known any more.")
    return actor


def _headers(ref: FileRef) -> dict[str, str]:
    return {
        "ETag": f'"{ref.sha256}"',
        "Last-Modified": datetime.now(UTC).strftime("%a, %d %b %Y %H:%M:%S GMT"),
        "Accept-Ranges": "bytes",
        "x-ms-blob-type": "BlockBlob",
        "Content-Security-Policy": "sandbox",
        "Content-Disposition": "attachment",
    }


def _azure_error(status: int, code: str, text: str, detail: str = "") -> Response[Any]:
    more = f"<AuthenticationErrorDetail>{_xml(detail)}</AuthenticationErrorDetail>" if detail else ""
    body = f'<?xml version="1.0" encoding="utf-8"?><Error><Code>{code}</Code><Message>{_xml(text)}</Message>{more}</Error>'
    return Response(body.encode(), status_code=status, media_type="application/xml", headers={"x-ms-error-code": code})


def _xml(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


handlers: list[Any] = [sign, sign_azure, complete, Router("/", route_handlers=[put_object, head_object, get_object])]
