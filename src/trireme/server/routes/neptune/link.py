"""The addresses that Neptune's clients print lead to the run's page."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from litestar import Request, Response, get
from litestar.response import Redirect

from trireme.domain.errors import TriremeError
from trireme.domain.permissions import Actor
from trireme.server.routes.web import web_page
from trireme.server.services import Services


@get("/{workspace:str}/{name:str}/-/run", sync_to_thread=True)
def run_link(request: Request[Any, Any, Any], workspace: str, name: str) -> Response[Any]:
    """A run by its custom id."""
    run = request.query_params.get("customId")
    return _page(workspace, name, run) if run else web_page(request, request.url.path)


@get("/{workspace:str}/{name:str}/runs/details", sync_to_thread=True)
def experiment_link(
    request: Request[Any, Any, Any], services: Services, actor: Actor, workspace: str, name: str
) -> Response[Any]:
    """The newest run of an experiment."""
    experiment = request.query_params.get("runIdentificationKey")
    if experiment and request.query_params.get("type") == "experiment":
        try:
            head = services.runs.head(actor, services.projects.get(actor, workspace, name), experiment)
        except TriremeError:
            head = None
        if head is not None:
            return _page(workspace, name, head.custom_run_id)
    return web_page(request, request.url.path)


def _page(workspace: str, name: str, run: str) -> Response[Any]:
    return Redirect(f"/p/{quote(workspace, safe='')}/{quote(name, safe='')}/runs/{quote(run, safe='')}")


handlers: list[Any] = [run_link, experiment_link]
