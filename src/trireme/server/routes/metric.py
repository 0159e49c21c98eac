"""Names of metrics for charts: sections, names in one, families of a pattern."""

from __future__ import annotations

from typing import Any

from litestar import get

from trireme.domain.permissions import Actor
from trireme.server.params import run_keys_of
from trireme.server.schemas.metric import MetricFamilies, MetricFamily, MetricNames, MetricSection, MetricSections
from trireme.server.services import Services

_METRICS = "/api/v1/projects/{workspace:str}/{name:str}/metrics"


@get(f"{_METRICS}/sections", sync_to_thread=True, tags=["series"], operation_id="listMetricSections")
def list_sections(
    services: Services,
    actor: Actor,
    workspace: str,
    name: str,
    regex: str = "",
    prefix: str = "",
    runs: str = "",
    x_metric: str = "",
    also: list[str] | None = None,
    limit: int = 1000,
) -> MetricSections:
    """List the namespaces of the float series that a project's runs have; `runs` (keys) is a comma-separated list.

    With `x_metric` only those that can be drawn over it: in a run that has a value of it at their last step or before.
    `also` names metrics that are listed nevertheless: those whose charts have an axis of their own.
    """
    found = services.metric_names.sections(
        actor,
        services.projects.get(actor, workspace, name),
        regex=regex,
        prefix=prefix,
        runs=run_keys_of(runs),
        over=x_metric,
        also=also or (),
        limit=limit,
    )
    return MetricSections([MetricSection(each.name, each.metrics) for each in found.sections], found.total, found.metrics)


@get(f"{_METRICS}/names", sync_to_thread=True, tags=["series"], operation_id="listMetricNames")
def list_names(
    services: Services,
    actor: Actor,
    workspace: str,
    name: str,
    section: str = "",
    regex: str = "",
    runs: str = "",
    x_metric: str = "",
    also: list[str] | None = None,
    offset: int = 0,
    limit: int = 100,
) -> MetricNames:
    """List float series in one section, from number `offset` on; `x_metric` and `also` as for sections."""
    project = services.projects.get(actor, workspace, name)
    keys = run_keys_of(runs)
    return MetricNames(
        *services.metric_names.names(
            actor, project, section, regex=regex, runs=keys, over=x_metric, also=also or (), offset=offset, limit=limit
        )
    )


@get(f"{_METRICS}/families", sync_to_thread=True, tags=["series"], operation_id="listMetricFamilies")
def list_families(
    services: Services,
    actor: Actor,
    workspace: str,
    name: str,
    regex: str,
    runs: str = "",
    x_metric: str = "",
    limit: int = 100,
    cursor: str | None = None,
) -> MetricFamilies:
    """List float series that match a pattern, put together by what its groups capture: `(train|val)/loss` gives two families.

    `x_metric` as for sections.
    """
    project = services.projects.get(actor, workspace, name)
    found, total, more = services.metric_names.families(
        actor, project, regex, runs=run_keys_of(runs), over=x_metric, limit=limit, cursor=cursor
    )
    return MetricFamilies([MetricFamily(each.captures, each.paths, each.total) for each in found], total, more)


handlers: list[Any] = [list_sections, list_names, list_families]
