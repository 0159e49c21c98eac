"""Registered models and their versions, as MLflow's clients see them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from trireme.domain.errors import InvalidInput, InvalidQuery, NotFound
from trireme.domain.model import PROMPT_TAG, STAGES, ModelVersion, RegisteredModel
from trireme.protocols.mlflow.context import Context
from trireme.protocols.mlflow.errors import EXISTS, MlflowError, check_length, check_limit, invalid
from trireme.protocols.mlflow.experiments import check_not_null, paged, predicate
from trireme.protocols.mlflow.logged_models import register
from trireme.protocols.mlflow.names import check_key, whole_number
from trireme.protocols.mlflow.sources import resolve
from trireme.query.mlflow import Term, parse_filter, parse_order
from trireme.services.registry import check_model_name, check_stage

_MAX_MODELS: Final = 1000
_MAX_VERSIONS: Final = 200_000
_MAX_TAG_VALUE: Final = 100_000
_OF_VERSION: Final = {"name": "model", "run_id": "run_id", "source_path": "source", "version_number": "version"}
_LISTED: Final = ("name", "run_id")


def create_model(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Make a model."""
    name, tags = args["name"], _tags(args["tags"])
    check_model_name(name)
    try:
        known = context.registry.get(context.actor, name)
    except NotFound:
        known = None
    if known is not None:
        if _is_prompt(known.tags) != _is_prompt(tags):
            wanted, kind = ("prompt" if _is_prompt(found) else "registered model" for found in (tags, known.tags))
            raise MlflowError(
                f"Tried to create a {wanted} with name {name!r}, but the name is already taken by a {kind}. MLflow does not allow"
                " creating a model and a prompt with the same name.",
                EXISTS,
            )
        raise MlflowError(f"Registered Model (name={name}) already exists.", EXISTS)
    made = context.registry.create(context.actor, name, description=args["description"] or "", tags=tags)
    return {"registered_model": _model(made)}


def rename_model(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Give a model another name."""
    return {"registered_model": _model(context.registry.rename(context.actor, args["name"], args["new_name"]))}


def update_model(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Describe a model."""
    found = context.registry.describe(context.actor, args["name"], args["description"] or "")
    return {"registered_model": _model(found)}


def delete_model(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Forget a model."""
    context.registry.delete(context.actor, args["name"])
    return {}


def get_model(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Give a model."""
    return {"registered_model": _model(context.registry.get(context.actor, args["name"]))}


def search_models(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Give a page of the models that match."""
    limit = check_limit(100 if args["max_results"] is None else args["max_results"], _MAX_MODELS)
    terms = parse_filter(args["filter"])
    test = predicate(terms, _check_model_term, _model_value)
    found = [model for model in context.registry.all(context.actor) if _wanted(model.tags, terms) and test(model)]
    keys = {"name": "name", "timestamp": "updated_at", "last_updated_timestamp": "updated_at"}
    _sort(found, args["order_by"], keys)
    page, token = paged(found, args["page_token"], limit)
    return {"registered_models": [_model(model) for model in page], "next_page_token": token}


def latest_versions(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Give the highest version of each stage asked for."""
    stages = {check_stage(stage) for stage in args["stages"]} or set(STAGES)
    found = context.registry.get(context.actor, args["name"]).latest
    return {"model_versions": [_version(version) for version in found if version.stage in stages]}


def set_model_tag(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Set a model's tag."""
    _check_tag(args)
    context.registry.set_tag(context.actor, args["name"], args["key"], args["value"] or "")
    return {}


def delete_model_tag(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Take a model's tag away."""
    context.registry.set_tag(context.actor, args["name"], args["key"], None)
    return {}


def set_alias(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Let an alias point to a version."""
    context.registry.set_alias(context.actor, args["name"], args["alias"], _number(args["version"]))
    return {}


def delete_alias(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Take an alias away."""
    context.registry.delete_alias(context.actor, args["name"], args["alias"])
    return {}


def get_by_alias(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Give the version an alias points to."""
    return {"model_version": _version(context.registry.by_alias(context.actor, args["name"], args["alias"]))}


def create_version(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Make the next version of a model."""
    name, source, run, model = args["name"], args["source"], args["run_id"] or "", args["model_id"] or ""
    tags = _tags(args["tags"])
    context.registry.get(context.actor, name)
    storage = source
    if not _is_prompt(tags):
        storage, run, model = resolve(context, source, run, model)
    made = context.registry.add_version(
        context.actor,
        name,
        tags=tags,
        description=args["description"] or "",
        source=source,
        storage=storage,
        run_id=run,
        run_link=args["run_link"] or "",
        logged_model_id=model,
    )
    if model:
        register(context, context.models.get(context.actor, model)[1], name, made.version)
    return {"model_version": _version(made)}


def update_version(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Describe a version."""
    number = _number(args["version"])
    return {
        "model_version": _version(
            context.registry.describe_version(context.actor, args["name"], number, args["description"] or "")
        )
    }


def transition(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Move a version to another stage."""
    found = context.registry.move(
        context.actor,
        args["name"],
        _number(args["version"]),
        args["stage"],
        archive_others=bool(args["archive_existing_versions"]),
    )
    return {"model_version": _version(found)}


def delete_version(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Forget a version."""
    context.registry.delete_version(context.actor, args["name"], _number(args["version"]))
    return {}


def get_version(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Give a version."""
    found = context.registry.version(context.actor, args["name"], _number(args["version"]))
    return {"model_version": _with_model(context, found)}


def search_versions(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Give a page of the versions that match."""
    limit = check_limit(10_000 if args["max_results"] is None else args["max_results"], _MAX_VERSIONS)
    terms = parse_filter(args["filter"])
    test = predicate(terms, _check_version_term, _version_value, frozenset({"version_number"}))
    found = [version for version in context.registry.versions(context.actor) if _wanted(version.tags, terms) and test(version)]
    if args["order_by"]:
        found.sort(key=lambda version: (version.model, -version.version))
    else:
        found.sort(key=lambda version: (-version.updated_at, version.model, -version.version))
    keys = {
        "name": "model",
        "version_number": "version",
        "creation_timestamp": "created_at",
        "last_updated_timestamp": "updated_at",
    }
    _sort(found, args["order_by"], keys, entities=(None, "attribute"))
    page, token = paged(found, args["page_token"], limit)
    return {"model_versions": [_version(version) for version in page], "next_page_token": token}


def download_uri(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Say where a version's files are."""
    found = context.registry.version(context.actor, args["name"], _number(args["version"]))
    return {"artifact_uri": found.storage or found.source}


def set_version_tag(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Set a version's tag."""
    _check_tag(args)
    version = _number(args["version"])
    context.registry.set_tag(context.actor, args["name"], args["key"], args["value"] or "", version=version)
    return {}


def delete_version_tag(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Take a version's tag away."""
    context.registry.set_tag(context.actor, args["name"], args["key"], None, version=_number(args["version"]))
    return {}


def _sort(found: list[Any], order_by: list[str], keys: Mapping[str, str], *, entities: tuple[str | None, ...] = (None,)) -> None:
    """Sort by what a client asks for; what is equal in that stays as it was.

    Parameters:
        keys: the attribute by the name that clients know.
    """
    order = parse_order(order_by)
    for one in order:
        if one.entity not in entities or one.key not in keys:
            raise InvalidQuery(f"Invalid order by key '{one.key}' specified. Valid keys are {sorted(keys)}")
    if len({keys[one.key] for one in order}) < len(order):
        raise InvalidQuery(f"`order_by` contains duplicate fields: {order_by}")
    for one in reversed(order):
        found.sort(key=lambda each, key=keys[one.key]: getattr(each, key), reverse=not one.ascending)


def _tags(pairs: list[dict[str, Any]]) -> dict[str, str]:
    for pair in pairs:
        _check_tag(pair)
    return {pair["key"]: pair["value"] or "" for pair in pairs}


def _check_tag(pair: Mapping[str, Any]) -> None:
    check_key(pair["key"], "key")
    check_length(pair["value"] or "", _MAX_TAG_VALUE, "value")


def _number(version: str) -> int:
    number = whole_number(version)
    if number is None:
        raise invalid(f"Parameter 'version' must be an integer, got '{version[:100]}'.")
    return number if number < 2**31 else -1


def _is_prompt(tags: Mapping[str, str]) -> bool:
    return tags.get(PROMPT_TAG, "false").lower() == "true"


def _wanted(tags: Mapping[str, str], terms: list[Term]) -> bool:
    """Prompts show up only where they are asked for."""
    asked = any(term.key == PROMPT_TAG for term in terms)
    return asked or not _is_prompt(tags)


def _is_tag(term: Term) -> bool:
    """Whether a term asks for a tag.

    Raises:
        InvalidQuery: it asks for one in a way that there is not.
    """
    if term.entity not in ("tag", "tags"):
        check_not_null(term)
        return False
    if term.operator in ("IS NULL", "IS NOT NULL", "IN", "NOT IN"):
        raise InvalidQuery(f"Invalid comparator '{term.operator}' for a tag.")
    return True


def _check_model_term(term: Term) -> None:
    if not _is_tag(term) and (term.entity not in (None, "attribute") or term.key != "name"):
        raise InvalidQuery(f"Invalid attribute key '{term.key}' specified. Valid keys are ['name']")


def _check_version_term(term: Term) -> None:
    if _is_tag(term):
        return
    if term.entity not in (None, "attribute"):
        raise InvalidQuery(f"Invalid entity type '{term.entity}'. Valid entity types are ['attribute', 'tag', 'tags']")
    if term.key not in _OF_VERSION:
        raise InvalidQuery(f"Invalid attribute key '{term.key}' specified. Valid keys are {sorted(_OF_VERSION)}")
    if term.key not in _LISTED and term.operator in ("IN", "NOT IN"):
        raise InvalidQuery(f"Only {list(_LISTED)} attributes support comparison with a list of quoted string values.")


def _tag_value(tags: Mapping[str, str], term: Term) -> str | None:
    if term.key == PROMPT_TAG:
        return tags.get(term.key, "false")
    return tags.get(term.key)


def _model_value(model: RegisteredModel, term: Term) -> str | None:
    if term.entity in ("tag", "tags"):
        return _tag_value(model.tags, term)
    return model.name


def _version_value(version: ModelVersion, term: Term) -> Any:
    if term.entity in ("tag", "tags"):
        return _tag_value(version.tags, term)
    return getattr(version, _OF_VERSION[term.key])


def _pairs(tags: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"key": key, "value": value} for key, value in sorted(tags.items())]


def _model(model: RegisteredModel) -> dict[str, Any]:
    return {
        "name": model.name,
        "creation_timestamp": model.created_at,
        "last_updated_timestamp": model.updated_at,
        "description": model.description or None,
        "latest_versions": [_version(version) for version in model.latest],
        "tags": _pairs(model.tags),
        "aliases": [{"alias": alias, "version": str(version)} for alias, version in sorted(model.aliases.items())],
    }


def _version(version: ModelVersion) -> dict[str, Any]:
    return {
        "name": version.model,
        "version": str(version.version),
        "creation_timestamp": version.created_at,
        "last_updated_timestamp": version.updated_at,
        "current_stage": version.stage,
        "description": version.description,
        "source": version.source,
        "run_id": version.run_id,
        "status": version.status,
        "status_message": version.status_message or None,
        "tags": _pairs(version.tags),
        "run_link": version.run_link,
        "aliases": list(version.aliases),
        "model_id": version.logged_model_id or None,
    }


def _with_model(context: Context, version: ModelVersion) -> dict[str, Any]:
    """A version with the params and metrics of the logged model behind it."""
    message = _version(version)
    if version.logged_model_id:
        try:
            _, model = context.models.get(context.actor, version.logged_model_id)
        except (NotFound, InvalidInput):
            return message
        message["model_params"] = [{"name": key, "value": value} for key, value in model.params.items()]
        message["model_metrics"] = [
            {"key": m.key, "value": m.value, "timestamp": m.timestamp, "step": m.step, "run_id": m.run_id} for m in model.metrics
        ]
    return message
