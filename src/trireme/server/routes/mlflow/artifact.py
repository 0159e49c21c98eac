"""Bytes of artifacts: up, down, and away."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from typing import Any
from urllib.parse import quote, unquote

from anyio import to_thread
from litestar import Request, Response, Router, delete, get, post, put

from trireme.domain.permissions import Actor
from trireme.domain.records import FileRef
from trireme.protocols.mlflow import artifacts
from trireme.protocols.mlflow.errors import invalid, missing_value
from trireme.protocols.mlflow.names import check_artifact_path, whole_number
from trireme.protocols.mlflow.wire import written
from trireme.server.file_answer import ranged
from trireme.server.routes.mlflow.context import context_of
from trireme.server.routes.mlflow.trace import adopt
from trireme.server.services import Services
from trireme.services.artifact import Folder

_MAX_UI_UPLOAD = 10 * 1024 * 1024
APIS = ("/api/2.0", "/ajax-api/2.0")
PROXY = "/mlflow-artifacts"
_ROOTS = [f"{api}{PROXY}/artifacts" for api in APIS]
_FILES = [f"{root}/{{path:path}}" for root in _ROOTS]
_TOKEN = re.compile(r"[A-Za-z0-9!#$&+.^_`|~-]+")


@get(_ROOTS, sync_to_thread=True)
def list_files(request: Request[Any, Any, Any], services: Services, actor: Actor) -> dict[str, Any]:
    """List a folder."""
    found: dict[str, Any] = written(
        artifacts.of_proxy(context_of(services, actor), {"path": request.query_params.get("path", "")})
    )
    return found


@get(_FILES)
async def get_file(request: Request[Any, Any, Any], services: Services, actor: Actor) -> Response[Any]:
    """Give the bytes of a file, or a range of them."""
    path = proxy_path(request, "artifacts")
    return await _content(request, services, path, lambda: _find(services, actor, path))


@put(_FILES, status_code=200, request_max_body_size=None)
async def put_file(request: Request[Any, Any, Any], services: Services, actor: Actor) -> Response[bytes]:
    """Take the bytes of a file."""
    context = context_of(services, actor)
    folder, inside = await to_thread.run_sync(context.folder, proxy_path(request, "artifacts", is_file=True))
    if not inside:
        raise invalid("Invalid path: a file has a name.")
    await services.artifacts.put(actor, folder, inside, request.stream())
    await adopt(services, actor, folder, inside)
    return Response(b"", status_code=200)


@delete(_FILES, status_code=200, sync_to_thread=True)
def delete_file(request: Request[Any, Any, Any], services: Services, actor: Actor) -> dict[str, Any]:
    """Delete a file or a folder."""
    context = context_of(services, actor)
    folder, inside = context.folder(proxy_path(request, "artifacts"))
    if inside:
        context.artifacts.delete(actor, folder, inside)
    return {}


@get(["/get-artifact", *(f"{api}/mlflow/get-artifact" for api in APIS)])
async def get_run_file(request: Request[Any, Any, Any], services: Services, actor: Actor) -> Response[Any]:
    """Give a file of a run."""
    asked = request.query_params
    identity, path = asked.get("run_id") or asked.get("run_uuid"), _asked_path(request, "path")

    def find() -> FileRef:
        context = context_of(services, actor)
        project, run = context.run(identity)
        return context.artifacts.find(actor, Folder(project, run), path)

    return await _content(request, services, path, find)


@get(["/model-versions/get-artifact", *(f"{api}/mlflow/model-versions/get-artifact" for api in APIS)])
async def get_version_file(request: Request[Any, Any, Any], services: Services, actor: Actor) -> Response[Any]:
    """Give a file of a registered model's version."""
    asked, path = request.query_params, _asked_path(request, "path")
    name, version = asked.get("name") or "", asked.get("version") or ""
    for parameter, value in (("name", name), ("version", version)):
        if not value:
            raise missing_value(parameter)
    number = whole_number(version)
    if number is None:
        raise invalid(f"Parameter 'version' must be an integer, got '{version[:100]}'.")

    def find() -> FileRef:
        found = services.registry.version(actor, name, number)
        root = artifacts.inside_proxy(found.storage or found.source)
        if root is None:
            raise invalid("The files of this version are kept elsewhere.")
        return _find(services, actor, check_artifact_path(f"{root}/{path}".lstrip("/")))

    return await _content(request, services, path, find)


@get([f"{api}/mlflow/logged-models/{{model_id:str}}/artifacts/files" for api in APIS])
async def get_model_file(request: Request[Any, Any, Any], services: Services, actor: Actor, model_id: str) -> Response[Any]:
    """Give a file of a logged model."""
    path = _asked_path(request, "artifact_file_path")

    def find() -> FileRef:
        project, model = services.models.get(actor, model_id)
        return services.artifacts.find(actor, artifacts.folder_of_model(project, model), path)

    return await _content(request, services, path, find)


@post([f"{api}/mlflow/upload-artifact" for api in APIS], status_code=200, request_max_body_size=None)
async def upload_file(request: Request[Any, Any, Any], services: Services, actor: Actor) -> Response[bytes]:
    """Take a small file of a run."""
    asked = request.query_params
    identity = asked.get("run_uuid") or asked.get("run_id")
    if not identity:
        raise invalid("Request must specify run_uuid.")
    path = _asked_path(request, "path")
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if len(content) > _MAX_UI_UPLOAD:
            raise invalid(f"Artifact size is too large. Max size is {_MAX_UI_UPLOAD // 1024**2}MB.")
    if not content:
        raise invalid("Request must specify data.")
    context = context_of(services, actor)
    project, run = await to_thread.run_sync(lambda: context.run(identity, active=True))
    await services.artifacts.put(actor, Folder(project, run), path, _once(bytes(content)))
    return Response(b"", status_code=200)


def proxy_path(request: Request[Any, Any, Any], marker: str, *, is_file: bool = False) -> str:
    """The path after the route's own, as the client wrote it but for one decoding."""
    raw = request.scope.get("raw_path", b"").decode("latin-1").partition("?")[0]
    _, found, rest = raw.partition(f"{PROXY}/{marker}/")
    if not found or (is_file and rest.endswith("/")):
        raise invalid("Invalid path: a file has a name." if found else "Invalid path")
    return check_artifact_path(unquote(rest))


def _asked_path(request: Request[Any, Any, Any], parameter: str) -> str:
    path = check_artifact_path(request.query_params.get(parameter) or "")
    if not path:
        raise invalid(f"Request must specify {parameter}.")
    return path


def _find(services: Services, actor: Actor, path: str) -> FileRef:
    context = context_of(services, actor)
    folder, inside = context.folder(path)
    return context.artifacts.find(actor, folder, inside)


async def _content(request: Request[Any, Any, Any], services: Services, path: str, find: Callable[[], FileRef]) -> Response[Any]:
    ref = await to_thread.run_sync(find)
    headers = {
        "ETag": f'"{ref.sha256}"',
        "Accept-Ranges": "bytes",
        "Content-Security-Policy": "sandbox",
        "Content-Disposition": f"attachment; {_file_name(path.rpartition('/')[2])}",
        "Content-Type": ref.mime,  # as it is: nobody says of the text which encoding it has
    }
    return await ranged(request, services.files, ref, headers)


def _file_name(name: str) -> str:
    """A file's name as HTTP headers have it; letters that they cannot hold stand in a second form."""
    if _TOKEN.fullmatch(name):
        return f"filename={name}"
    encoded = f"filename*=UTF-8''{quote(name, safe='')}"
    if not name.isascii() or not name.isprintable():
        return encoded
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'filename="{quoted}"; {encoded}' if "%" in name else f'filename="{quoted}"'


async def _once(content: bytes) -> AsyncIterator[bytes]:
    yield content


# Litestar 2.25 wraps the first of several threaded handlers of one path twice, unless they come registered together.
handlers: list[Any] = [
    Router("/", route_handlers=[list_files, get_file, put_file, delete_file]),
    get_run_file,
    get_version_file,
    get_model_file,
    upload_file,
]
