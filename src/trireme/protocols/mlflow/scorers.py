"""Scorers, as MLflow's clients register them. What they hold is the clients' own."""

from __future__ import annotations

import json
from typing import Any

from trireme.domain.scorer import ScorerVersion
from trireme.protocols.mlflow.context import Context, experiment_id
from trireme.protocols.mlflow.errors import invalid


def register(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Make the next version of a scorer."""
    project = context.experiment(args["experiment_id"])
    try:
        json.loads(args["serialized_scorer"])
    except (ValueError, RecursionError):
        raise invalid("The parameter 'serialized_scorer' is not JSON.") from None
    made = context.scorers.register(context.actor, project, args["name"], args["serialized_scorer"])
    return {
        "version": made.version,
        "scorer_id": made.scorer_id,
        "experiment_id": experiment_id(project),
        "name": made.name,
        "serialized_scorer": made.content,
        "creation_time": made.created_at,
    }


def latest(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Give the newest version of each scorer of one experiment, of several, or of all."""
    one, several = args["experiment_id"], args["experiment_ids"]
    if one and several:
        raise invalid("Cannot specify both 'experiment_id' and 'experiment_ids'.")
    wanted = [context.experiment(identity) for identity in several or ([one] if one else [])]
    projects = wanted or context.projects.all(context.actor, trashed=False)
    return {"scorers": [_message(context, found) for found in context.scorers.latest(context.actor, projects)]}


def versions(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Give all versions of a scorer."""
    found = context.scorers.versions(context.actor, context.experiment(args["experiment_id"]), args["name"])
    return {"scorers": [_message(context, version) for version in found]}


def get(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Give one version, or the newest."""
    project = context.experiment(args["experiment_id"])
    return {"scorer": _message(context, context.scorers.get(context.actor, project, args["name"], args["version"]))}


def delete(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Forget one version, or all."""
    context.scorers.delete(context.actor, context.experiment(args["experiment_id"]), args["name"], args["version"])
    return {}


def _message(context: Context, found: ScorerVersion) -> dict[str, Any]:
    return {
        "experiment_id": int(experiment_id(context.projects.by_id(context.actor, found.project_id))),
        "scorer_name": found.name,
        "scorer_version": found.version,
        "serialized_scorer": found.content,
        "creation_time": found.created_at,
        "scorer_id": found.scorer_id,
    }
