"""Live updates: one event stream per open page."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

from litestar import get
from litestar.response import ServerSentEvent, ServerSentEventMessage

from trireme.domain.permissions import Actor
from trireme.server.services import Services


@get("/api/v1/projects/{workspace:str}/{name:str}/events", tags=["runs"], operation_id="streamEvents", include_in_schema=False)
async def events(services: Services, actor: Actor, workspace: str, name: str) -> ServerSentEvent:
    """Tell which runs of a project changed, at most once a second: event `runs`, data `{"runs": [keys]}`."""
    project = services.projects.get(actor, workspace, name)

    async def stream() -> AsyncIterator[ServerSentEventMessage]:
        yield ServerSentEventMessage(comment="hello")
        async for runs in services.events.listen(project.id):
            if runs:
                yield ServerSentEventMessage(event="runs", data=json.dumps({"runs": runs}))
            else:
                yield ServerSentEventMessage(comment="still here")

    return ServerSentEvent(stream())


handlers: list[Any] = [events]
