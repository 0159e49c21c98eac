"""The server itself: whether it is ready, and what it is."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import MediaType, Request, get

from trireme.domain.permissions import Actor
from trireme.server.services import Services
from trireme.storage.catalog.clock import now_ms
from trireme.version import VERSION


class User(msgspec.Struct, frozen=True):
    """Who is asking."""

    name: str


class Info(msgspec.Struct, frozen=True):
    """What this server is. `time_ms` is its clock, for clients that suspect theirs."""

    version: str
    mode: str
    user: User
    data_dir: str
    time_ms: int


@get("/health", media_type=MediaType.TEXT, sync_to_thread=False, include_in_schema=False)
def health() -> str:
    """Answer OK: the server is ready."""
    return "OK"


@get("/api/v1/info", sync_to_thread=False, tags=["server"], operation_id="getInfo")
def info(services: Services, actor: Actor) -> Info:
    """Tell version, mode and user."""
    data = str(services.settings.data.resolve())
    return Info(VERSION, "local", User(actor.name), data, now_ms())


@get("/api/v1/openapi.json", sync_to_thread=False, include_in_schema=False)
def openapi(request: Request[Any, Any, Any]) -> dict[str, Any]:
    """Describe the API."""
    return request.app.openapi_schema.to_schema()


handlers: list[Any] = [health, info, openapi]
