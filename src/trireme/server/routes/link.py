"""Where the pages are that links of MLflow's own web application mean: its clients print such links."""

from __future__ import annotations

from typing import Any

from litestar import get

from trireme.domain.errors import NotFound
from trireme.domain.permissions import Actor
from trireme.protocols.mlflow.errors import MlflowError
from trireme.server.routes.mlflow.context import context_of
from trireme.server.schemas.link import Place
from trireme.server.services import Services

_LINKS = "/api/v1/mlflow-links"


@get(f"{_LINKS}/experiments/{{experiment:str}}", sync_to_thread=True, tags=["links"], operation_id="getMlflowExperiment")
def get_experiment(services: Services, actor: Actor, experiment: str) -> Place:
    """Find the project that is the MLflow experiment of that id."""
    try:
        project = context_of(services, actor).experiment(experiment)
    except MlflowError as error:
        raise NotFound(str(error)) from None
    return Place(project.workspace, project.name, None)


@get(f"{_LINKS}/runs/{{run:str}}", sync_to_thread=True, tags=["links"], operation_id="getMlflowRun")
def get_run(services: Services, actor: Actor, run: str) -> Place:
    """Find the run of that MLflow id."""
    try:
        project, found = context_of(services, actor).run(run)
    except MlflowError as error:
        raise NotFound(str(error)) from None
    return Place(project.workspace, project.name, found.short_id)


handlers: list[Any] = [get_experiment, get_run]
