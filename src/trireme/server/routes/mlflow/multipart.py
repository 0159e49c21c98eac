"""Large artifacts: in parts, and by addresses that carry their own permission."""

from __future__ import annotations

import re
import time
import uuid
from typing import Any, Final

from anyio import to_thread
from litestar import Request, get, post

from trireme.domain.permissions import Actor
from trireme.protocols.mlflow.errors import invalid, missing
from trireme.protocols.mlflow.names import check_artifact_path
from trireme.protocols.mlflow.wire import fields, parse_body, read
from trireme.server.routes.mlflow.artifact import APIS, PROXY, proxy_path
from trireme.server.routes.mlflow.context import context_of
from trireme.server.services import Services
from trireme.services.file import by_digest
from trireme.services.signed import Grant, signed_address

_MAX_PARTS: Final = 10_000
_READ_SECONDS: Final = 3600
_WRITE_SECONDS: Final = 24 * 3600
_UPLOAD: Final = re.compile(r"[0-9a-f]{32}")
_CREATE: Final = fields("path!:str num_parts:i64=1")
_COMPLETE: Final = fields("path!:str upload_id!:str parts!:UploadPart[]")
_ABORT: Final = fields("path:str upload_id!:str")


def _routes(call: str) -> list[str]:
    return [f"{api}{PROXY}/{call}/{{path:path}}" for api in APIS]


@post(_routes("mpu/create"), status_code=200)
async def create(request: Request[Any, Any, Any], services: Services, actor: Actor) -> dict[str, Any]:
    """Begin a file that comes in parts: an address for each."""
    args = read(parse_body(await request.body(), "application/json"), _CREATE)
    count = args["num_parts"]
    if not 1 <= count <= _MAX_PARTS:
        raise invalid(f"A file comes in 1 to {_MAX_PARTS:,} parts.")
    context = context_of(services, actor)
    folder, _ = await to_thread.run_sync(context.folder, proxy_path(request, "mpu/create"))
    await to_thread.run_sync(lambda: services.projects.check(actor, folder.project, write=True))
    upload = uuid.uuid4().hex
    grant = Grant("w", folder.project.id, int(actor.user_id), "", int(time.time()) + _WRITE_SECONDS)

    def address(number: int) -> str:
        return signed_address(str(request.base_url), services.sessions.secret, grant.of_part(upload, number))

    parts = [{"url": address(number), "part_number": number, "headers": {}} for number in range(1, count + 1)]
    return {"upload_id": upload, "credentials": parts}


@post(_routes("mpu/complete"), status_code=200)
async def complete(request: Request[Any, Any, Any], services: Services, actor: Actor) -> dict[str, Any]:
    """Make the file of its parts."""
    args = read(parse_body(await request.body(), "application/json"), _COMPLETE)
    numbers = sorted(part["part_number"] or 0 for part in args["parts"])
    if numbers != list(range(1, len(numbers) + 1)):
        raise invalid("The parts of an upload are numbered from 1 without a gap.")
    name = re.split(r"[/\\]", args["path"])[-1]  # older clients send where the file lies on their disk
    context = context_of(services, actor)
    path = check_artifact_path(f"{proxy_path(request, 'mpu/complete')}/{name}")
    folder, inside = await to_thread.run_sync(context.folder, path)
    await services.artifacts.join(actor, folder, inside, _upload(args["upload_id"]), len(numbers))
    return {}


@post(_routes("mpu/abort"), status_code=200)
async def abort(request: Request[Any, Any, Any], services: Services, actor: Actor) -> dict[str, Any]:
    """Give an upload up: its parts go."""
    upload = _upload(read(parse_body(await request.body(), "application/json"), _ABORT)["upload_id"])
    context = context_of(services, actor)
    folder, _ = await to_thread.run_sync(context.folder, proxy_path(request, "mpu/abort"))
    await services.files.drop_parts(actor, folder.project, upload)
    return {}


@get(_routes("presigned"), sync_to_thread=True)
def presigned(request: Request[Any, Any, Any], services: Services, actor: Actor) -> dict[str, Any]:
    """Give an address that a file is fetched from without a token."""
    context = context_of(services, actor)
    folder, inside = context.folder(proxy_path(request, "presigned"))
    ref = context.artifacts.find(actor, folder, inside)
    path = f"{folder.prefix}{inside}" if folder.run is None else by_digest(ref)
    grant = Grant("r", folder.project.id, int(actor.user_id), path, int(time.time()) + _READ_SECONDS)
    url = signed_address(str(request.base_url), services.sessions.secret, grant)
    return {"url": url, "headers": {}, "file_size": ref.size}


def _upload(upload: str) -> str:
    if not _UPLOAD.fullmatch(upload):
        raise missing("There is no such upload.")
    return upload


handlers: list[Any] = [create, complete, abort, presigned]
