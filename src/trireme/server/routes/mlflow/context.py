"""From the server's services to what the protocol works with."""

from __future__ import annotations

from trireme.domain.permissions import Actor
from trireme.protocols.mlflow.context import Context, Locks
from trireme.server.services import Services

_LOCKS = Locks()


def context_of(services: Services, actor: Actor, agent: str = "") -> Context:
    """One caller, with the name of its client, and all services."""
    return Context(
        actor=actor,
        projects=services.projects,
        runs=services.runs,
        ingest=services.ingest,
        attributes=services.attributes,
        history=services.history,
        ranking=services.ranking,
        run_texts=services.run_texts,
        artifacts=services.artifacts,
        registry=services.registry,
        models=services.models,
        traces=services.traces,
        trace_search=services.trace_search,
        assessments=services.assessments,
        eval_datasets=services.eval_datasets,
        scorers=services.scorers,
        imports=services.imports,
        locks=_LOCKS,
        agent=agent,
    )
