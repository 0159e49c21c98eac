"""Logged models, as MLflow 3 clients see them."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from operator import itemgetter
from typing import Any, Final

from trireme.domain.errors import InvalidQuery
from trireme.domain.model import LoggedModel, LoggedModelStatus, ModelMetric
from trireme.domain.project import ProjectRecord
from trireme.protocols.mlflow.context import Context, artifact_root, experiment_id
from trireme.protocols.mlflow.errors import INVALID, MlflowError, check_length, check_limit, invalid
from trireme.protocols.mlflow.experiments import COMPARE, paged, predicate
from trireme.query.mlflow import Term, is_number, parse_filter

_MAX_RESULTS: Final = 50_000
_MAX_KEY: Final = 500
_MAX_VALUE: Final = 100_000
_STATUSES: Final = {
    "LOGGED_MODEL_PENDING": LoggedModelStatus.PENDING,
    "LOGGED_MODEL_READY": LoggedModelStatus.READY,
    "LOGGED_MODEL_UPLOAD_FAILED": LoggedModelStatus.FAILED,
}
_NAMES: Final = {status: name for name, status in _STATUSES.items()}
_ATTRIBUTES: Final = {
    "name": "name",
    "model_id": "id",
    "model_type": "type",
    "source_run_id": "source_run",
    "status": "status",
    "creation_timestamp": "created_at",
    "creation_time": "created_at",
    "last_updated_timestamp": "updated_at",
    "last_updated_time": "updated_at",
}
_TIMES: Final = frozenset({"creation_timestamp", "creation_time", "last_updated_timestamp", "last_updated_time"})


def create(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Make a model."""
    project = context.experiment(args["experiment_id"])
    if project.trashed:
        raise invalid(f"The experiment {args['experiment_id']} must be in the 'active' state. Current state is deleted.")
    made = context.models.create(
        context.actor,
        project,
        args["name"] or f"model-{secrets.token_hex(4)}",
        type_=args["model_type"] or "",
        source_run=args["source_run_id"] or "",
        params=_given(args["params"]),
        tags=_given(args["tags"]),
    )
    return {"model": written(context, project, made)}


def get(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Give a model."""
    project, model = context.models.get(context.actor, args["model_id"], trashed=bool(args["allow_deleted"]))
    return {"model": written(context, project, model)}


def finish(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Say how far a model has come."""
    context.models.finish(context.actor, args["model_id"], _STATUSES[args["status"]])
    return get(context, args | {"allow_deleted": False})


def delete(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Move a model to the trash."""
    context.models.trash(context.actor, args["model_id"])
    return {}


def set_tags(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Set tags."""
    context.models.set_tags(context.actor, args["model_id"], _given(args["tags"]))
    return get(context, args | {"allow_deleted": False})


def delete_tag(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Take a tag away."""
    context.models.delete_tag(context.actor, args["model_id"], args["tag_key"])
    return {}


def add_params(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Add params."""
    context.models.add_params(context.actor, args["model_id"], _given(args["params"]))
    return {}


def search(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Give a page of the models that match."""
    limit = check_limit(min(args["max_results"] or 100, _MAX_RESULTS), _MAX_RESULTS)
    projects: dict[int, ProjectRecord] = {}
    for identity in args["experiment_ids"]:
        try:
            project = context.experiment(identity)
        except MlflowError as error:
            if error.mlflow_code == INVALID:
                raise
            continue
        projects[int(project.id)] = project
    chosen = [(one["dataset_name"], one["dataset_digest"]) for one in args["datasets"]]
    terms = [_checked(term) for term in parse_filter(args["filter"], bare_values=True)]
    plain, measured = [t for t in terms if t.entity != "metrics"], [t for t in terms if t.entity == "metrics"]
    test = predicate(plain, _check_status, _value, _TIMES)
    found = [
        model
        for model in context.models.of_projects(context.actor, list(projects.values()))
        if test(model) and _measured(model, chosen) and all(_measures(model, term, chosen) for term in measured)
    ]
    for one in reversed(args["order_by"]):
        found = _sorted(found, one)
    page, token = paged(found, args["page_token"], limit)
    return {"models": [written(context, projects[int(m.project_id)], m) for m in page], "next_page_token": token}


def written(context: Context, project: ProjectRecord, model: LoggedModel) -> dict[str, Any]:
    """A model as a message."""
    return {
        "info": {
            "model_id": model.id,
            "experiment_id": experiment_id(project),
            "name": model.name,
            "creation_timestamp_ms": model.created_at,
            "last_updated_timestamp_ms": model.updated_at,
            "artifact_uri": artifact_location(project, model),
            "status": _NAMES[model.status],
            "model_type": model.type,
            "source_run_id": model.source_run,
            "status_message": model.status_message or None,
            "tags": _pairs(model.tags),
            "registrations": [{"name": str(r.get("name")), "version": str(r.get("version"))} for r in _registrations(model)],
        },
        "data": {"params": _pairs(model.params), "metrics": [_metric(metric, model) for metric in model.metrics]},
    }


def register(context: Context, model: LoggedModel, name: str, version: int) -> None:
    """Write down in a model's tag that it became a version of a registered one."""
    known = [*_registrations(model), {"name": name, "version": version}]
    context.models.set_tags(context.actor, model.id, {"mlflow.modelVersions": json.dumps(known)})


def _registrations(model: LoggedModel) -> list[dict[str, Any]]:
    try:
        found = json.loads(model.tags.get("mlflow.modelVersions", "[]"))
    except ValueError:
        return []
    return [entry for entry in found if isinstance(entry, dict)] if isinstance(found, list) else []


def _metric(metric: ModelMetric, model: LoggedModel) -> dict[str, Any]:
    return {
        "key": metric.key,
        "value": metric.value,
        "timestamp": metric.timestamp,
        "step": metric.step,
        "dataset_name": metric.dataset_name or None,
        "dataset_digest": metric.dataset_digest or None,
        "model_id": model.id,
        "run_id": metric.run_id,
    }


def _pairs(found: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"key": key, "value": value} for key, value in found.items()]


def artifact_location(project: ProjectRecord, model: LoggedModel) -> str:
    """Where a model's files are."""
    return f"{artifact_root(project)}/models/{model.id}/artifacts"


def _given(pairs: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    return {check_length(pair["key"], _MAX_KEY, "key"): check_length(pair["value"] or "", _MAX_VALUE, "value") for pair in pairs}


def _checked(term: Term) -> Term:
    """A term that can be asked; a text without quotes counts as one with.

    Raises:
        InvalidQuery: it cannot.
    """
    if term.entity not in (None, "attributes", "metrics", "params", "tags"):
        raise InvalidQuery(f"Invalid entity type '{term.entity}'. Valid values are ['attributes', 'metrics', 'params', 'tags'].")
    if term.operator in ("IS NULL", "IS NOT NULL"):
        raise InvalidQuery(f"Invalid comparison operator for '{term.key}': '{term.operator}'.")
    if term.entity in (None, "attributes") and term.key not in _ATTRIBUTES:
        raise InvalidQuery(f"Invalid attribute key '{term.key}' specified. Valid keys are {sorted(_ATTRIBUTES)}")
    if term.entity == "metrics" or (term.entity in (None, "attributes") and term.key in _TIMES):
        if term.operator not in COMPARE or term.quoted or not is_number(str(term.value)):
            raise InvalidQuery(f"'{term.key}' is compared with a number.")
        return term
    return replace(term, quoted=True)


def _check_status(term: Term) -> None:
    """Refuse statuses that there are not."""
    if term.key != "status" or term.entity not in (None, "attributes"):
        return
    if term.operator not in ("=", "!=", "IN", "NOT IN"):
        raise InvalidQuery(f"Invalid comparison operator for status: {term.operator}")
    for value in (term.value,) if isinstance(term.value, str) else term.value:
        if value not in LoggedModelStatus.__members__:
            raise InvalidQuery(
                f"Unknown model status in filter: '{value[:100]}'. There are {list(LoggedModelStatus.__members__)}."
            )


def _value(model: LoggedModel, term: Term) -> Any:
    if term.entity == "params":
        return model.params.get(term.key)
    if term.entity == "tags":
        return model.tags.get(term.key)
    if term.key == "status":
        return model.status.name
    found = getattr(model, _ATTRIBUTES[term.key])
    return found if found != "" else None


def _measured(model: LoggedModel, datasets: Sequence[tuple[str, str | None]]) -> bool:
    """Whether a model has a metric on one of *datasets*, if there are any."""
    return not datasets or any(
        metric.dataset_name == name and digest in (None, "", metric.dataset_digest)
        for metric in model.metrics
        for name, digest in datasets
    )


def _measures(model: LoggedModel, term: Term, datasets: Sequence[tuple[str, str | None]]) -> bool:
    """Whether the model's newest point of a metric meets a term, on one of *datasets* if there are any."""
    number = float(str(term.value))
    for name, digest in datasets or [("", None)]:
        newest = _newest(model, term.key, name, digest)
        if newest is not None and COMPARE[term.operator](newest.value, number):
            return True
    return False


def _newest(model: LoggedModel, key: str, dataset: str | None, digest: str | None) -> ModelMetric | None:
    found = [
        metric
        for metric in model.metrics
        if metric.key == key
        and (not dataset or metric.dataset_name == dataset)
        and (not digest or metric.dataset_digest == digest)
    ]
    return max(found, key=lambda metric: (metric.step, metric.timestamp), default=None)


def _sorted(models: list[LoggedModel], order: Mapping[str, Any]) -> list[LoggedModel]:
    field, descending = order["field_name"], order["ascending"] is False
    if field.startswith("metrics."):
        values = [
            _newest(model, field.removeprefix("metrics."), order["dataset_name"], order["dataset_digest"]) for model in models
        ]
        keys: list[Any] = [None if value is None else value.value for value in values]
    elif field in _ATTRIBUTES:
        keys = [getattr(model, _ATTRIBUTES[field]) for model in models]
    else:
        raise InvalidQuery(f"Invalid order by field name: {field}.")
    pairs = list(zip(keys, models, strict=True))
    known = sorted([pair for pair in pairs if pair[0] == pair[0] and pair[0] is not None], key=itemgetter(0), reverse=descending)
    odd = [pair for pair in pairs if pair[0] != pair[0]]  # NaN, after the numbers in both directions
    return [model for _, model in [*known, *odd, *(pair for pair in pairs if pair[0] is None)]]
