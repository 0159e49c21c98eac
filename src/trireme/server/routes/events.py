"""Live updates: one event stream per open page."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Annotated, Any

from litestar import get
from litestar.params import Parameter
from litestar.response import ServerSentEvent, ServerSentEventMessage

from trireme.domain.errors import InvalidInput, TriremeError
from trireme.domain.ids import ProjectId
from trireme.domain.permissions import Actor
from trireme.server.services import Services

MAX_PROJECTS = 100


@get("/api/v1/events", tags=["runs"], operation_id="streamEvents", include_in_schema=False)
async def events(
    services: Services, actor: Actor, project: Annotated[list[str] | None, Parameter(query="project")] = None
) -> ServerSentEvent:
    """Tell what changes in these projects, in all that you see without *project*, at most once a second.

    Event `runs`, data `{"project": "workspace/name", "runs": [keys]}`; event `saved`, data `{"project", "saved": ["views"]}`.
    """
    if project is not None and len(project) > MAX_PROJECTS:
        raise InvalidInput(f"{len(project):,} projects were asked for; the limit is {MAX_PROJECTS}.", hint="Name none for all.")
    wanted = None if project is None else await asyncio.to_thread(_find, services, actor, project)

    async def stream() -> AsyncIterator[ServerSentEventMessage]:
        names: dict[ProjectId, str | None] = dict(wanted or {})
        yield ServerSentEventMessage(comment="hello")
        async for news in services.events.listen(None if wanted is None else frozenset(wanted)):
            if not news:
                yield ServerSentEventMessage(comment="still here")
            for changed, what in news.items():
                if changed not in names:
                    names[changed] = await asyncio.to_thread(_name, services, actor, changed)
                name = names[changed]
                if name is None:
                    continue
                if what.runs:
                    data = json.dumps({"project": name, "runs": sorted(what.runs)})
                    yield ServerSentEventMessage(event="runs", data=data)
                if what.saved:
                    data = json.dumps({"project": name, "saved": sorted(what.saved)})
                    yield ServerSentEventMessage(event="saved", data=data)

    return ServerSentEvent(stream())


def _find(services: Services, actor: Actor, names: list[str]) -> dict[ProjectId, str]:
    return {services.projects.by_name(actor, name).id: name for name in names}


def _name(services: Services, actor: Actor, project: ProjectId) -> str | None:
    """None: not for this listener."""
    try:
        return services.projects.by_id(actor, project).full_name
    except TriremeError:
        return None


handlers: list[Any] = [events]
