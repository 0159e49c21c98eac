"""The addresses that Neptune's clients print lead to the run's page.

They begin with a workspace's name, where the web application's own addresses are, so `routes.web` asks here what they mean.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

from litestar import Response, get
from litestar.response import Redirect

from trireme.domain.errors import TriremeError
from trireme.domain.permissions import Actor
from trireme.server.services import Services

_EXPERIMENTS: Final = "/api/neptune-links/experiments"


def printed_link(path: str, query: Mapping[str, Any]) -> str | None:
    """Where a printed address leads; None for any other address.

    Parameters:
        path: decoded: ``/workspace/project/-/run`` or ``/workspace/project/runs/details``.
    """
    match path.strip("/").split("/"):
        case [workspace, name, "-", "run"] if run := query.get("customId"):
            return _page(workspace, name, run)
        case [workspace, name, "runs", "details"] if experiment := query.get("runIdentificationKey"):
            return f"{_EXPERIMENTS}/{quote(workspace, safe='')}/{quote(name, safe='')}?name={quote(experiment, safe='')}"
        case _:
            return None


@get(f"{_EXPERIMENTS}/{{workspace:str}}/{{project:str}}", sync_to_thread=True)
def experiment_link(services: Services, actor: Actor, workspace: str, project: str, name: str) -> Response[Any]:
    """The page of an experiment's newest run, or of its project."""
    try:
        head = services.runs.head(actor, services.projects.get(actor, workspace, project), name)
    except TriremeError:
        head = None
    return Redirect(_page(workspace, project, None if head is None else head.custom_run_id))


def _page(workspace: str, project: str, run: str | None) -> str:
    place = f"/p/{quote(workspace, safe='')}/{quote(project, safe='')}"
    return place if run is None else f"{place}/runs/{quote(run, safe='')}"


handlers: list[Any] = [experiment_link]
