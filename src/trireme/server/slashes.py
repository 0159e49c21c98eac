"""Names with slashes in addresses of the API.

MLflow's experiments are often named like folders (``/Users/me/vision``), and a name is one segment of an address:
``/api/v1/projects/default/%2FUsers%2Fme%2Fvision``. An ASGI server hands the path over decoded, where a name's slash looks like one that
parts segments. So `keep` takes the path from its undecoded form and puts a character there that no name may have, and `give_back`
turns that into the slash again, once the router has told the segments apart.
"""

from __future__ import annotations

from typing import cast
from urllib.parse import unquote

from litestar.types import ASGIApp, Receive, Scope, Send

_HELD = "\x1f"
_API = "/api/v1/"


def keep(scope: Scope) -> None:
    """Mark the slashes inside the segments of a request's path."""
    raw = cast("bytes", scope.get("raw_path") or b"")
    if scope["path"].startswith(_API) and b"%2f" in raw.lower():
        segments = raw.decode("latin-1").partition("?")[0].split("/")
        scope["path"] = "/".join(unquote(segment).replace("/", _HELD) for segment in segments)


def give_back(app: ASGIApp) -> ASGIApp:
    """Wrap what runs after the router: the parameters of the path get their slashes back."""

    async def with_slashes(scope: Scope, receive: Receive, send: Send) -> None:
        parameters = scope.get("path_params")
        if parameters and _HELD in scope["path"]:
            scope["path_params"] = {
                name: value.replace(_HELD, "/") if isinstance(value, str) else value for name, value in parameters.items()
            }
        await app(scope, receive, send)

    return with_slashes
