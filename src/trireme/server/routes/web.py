"""The web application's files, read into memory at start: no path of a request ever reaches the disk."""

from __future__ import annotations

import gzip
import mimetypes
from importlib import resources
from typing import Any

from litestar import Request, Response, get
from litestar.response import Redirect

from trireme.domain.errors import NotFound
from trireme.server.routes.neptune.link import printed_link

_MISSING = """<!doctype html><title>Trireme</title><body style="font:16px system-ui;margin:4rem auto;max-width:40rem">
<h1>The server runs; the web application is not built.</h1><p>From a checkout, run <code>scripts/build-web</code>, or install the
wheel, which contains it. The API answers at <a href="/api/v1/openapi.json">/api/v1/openapi.json</a>.</p>"""
_POLICY = (
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:;"
    " media-src 'self' blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; frame-src 'self' blob:;"
    " object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_COMPRESSIBLE = (".html", ".js", ".css", ".svg", ".json", ".map", ".webmanifest", ".txt", ".wasm")


class _File:
    __slots__ = ("content", "media_type", "name", "zipped")

    def __init__(self, name: str, content: bytes) -> None:
        self.name = name
        self.content = content
        self.media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
        if name.endswith(".js"):
            self.media_type = "text/javascript"  # whatever the machine's own table says
        self.zipped: bytes | None = None

    def gzipped(self) -> bytes:
        if self.zipped is None:
            self.zipped = gzip.compress(self.content, 6)
        return self.zipped


def _load(folder: Any, prefix: str = "") -> dict[str, _File]:
    found: dict[str, _File] = {}
    if not folder.is_dir():
        return found
    for entry in folder.iterdir():
        name = f"{prefix}{entry.name}"
        if entry.is_dir():
            found |= _load(entry, f"{name}/")
        elif not entry.name.startswith("."):
            found[name] = _File(name, entry.read_bytes())
    return found


_files: dict[str, _File] | None = None


@get(["/", "/{path:path}"], sync_to_thread=False, include_in_schema=False)
def web(request: Request[Any, Any, Any], path: str = "/") -> Response[bytes] | Redirect:
    """Serve a file of the application; every other path is a page of it, or an address that Neptune's clients print."""
    link = printed_link(path, request.query_params)
    return _page(request, path) if link is None else Redirect(link)


def _page(request: Request[Any, Any, Any], path: str) -> Response[bytes]:
    """A file of the application, or its page for any other path.

    Raises:
        NotFound: a path of the API that does not exist.
    """
    global _files
    if _files is None:
        _files = _load(resources.files("trireme.server") / "static")
    name = path.strip("/")
    if name.startswith("api/"):
        raise NotFound(f"There is nothing at /{name[:200]}.", hint="The API is described in /api/v1/openapi.json.")
    file = _files.get(name) or _files.get("index.html")
    if file is None:
        return Response(_MISSING.encode(), media_type="text/html; charset=utf-8")
    hashed = file.name.startswith("assets/")
    headers = {
        "Cache-Control": "public, max-age=31536000, immutable" if hashed else "no-cache",
        "Content-Security-Policy": _POLICY,
        "Vary": "Accept-Encoding",
    }
    content = file.content
    if file.name.endswith(_COMPRESSIBLE) and "gzip" in request.headers.get("accept-encoding", ""):
        content = file.gzipped()
        headers["Content-Encoding"] = "gzip"
    media_type = file.media_type + ("; charset=utf-8" if file.media_type.startswith("text/") else "")
    return Response(content, media_type=media_type, headers=headers)


handlers: list[Any] = [web]
