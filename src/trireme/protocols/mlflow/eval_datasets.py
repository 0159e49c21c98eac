"""Evaluation data sets, as MLflow's clients see them. Tags and records travel as JSON in texts."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from trireme.domain.errors import InvalidInput, InvalidQuery
from trireme.domain.eval_dataset import EvalDataset, EvalRecord
from trireme.domain.project import ProjectRecord
from trireme.protocols.mlflow.context import Context, experiment_id
from trireme.protocols.mlflow.errors import invalid
from trireme.protocols.mlflow.experiments import paged, predicate
from trireme.query.mlflow import Order, Term, parse_filter, parse_order
from trireme.services.cursor import decode_cursor, encode_cursor

MAX_RESULTS: Final = 50_000
_USER: Final = "mlflow.user"
_NUMERIC: Final = frozenset({"created_time", "last_update_time"})
_TEXTS: Final = ("name", "created_by", "last_updated_by")
_ORDERED: Final = ("name", "created_time", "last_update_time")
_COMPARE: Final = ("=", "!=", ">", ">=", "<", "<=")


def create(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Make a data set."""
    tags = {key: _text(value) for key, value in _object(args["tags"], "tags").items()}
    by = args["created_by"] or tags.get(_USER)
    projects = _projects(context, args["experiment_ids"])
    made = context.eval_datasets.create(context.actor, args["name"], by=by, tags=tags, projects=projects)
    return {"dataset": written(context, made)}


def get(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Give a data set without its records."""
    return {"dataset": written(context, context.eval_datasets.get(context.actor, args["dataset_id"]))}


def delete(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Forget a data set, if it is there."""
    context.eval_datasets.delete(context.actor, args["dataset_id"])
    return {}


def search(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Give a page of the data sets that match."""
    limit = args["max_results"]
    if not 1 <= limit <= MAX_RESULTS:
        raise invalid(
            f"Invalid value {limit} for parameter 'max_results' supplied. It must be at least 1 and at most {MAX_RESULTS}."
        )
    terms = parse_filter(args["filter_string"])
    test = predicate(terms, _check, _value, _NUMERIC)
    projects = _projects(context, args["experiment_ids"]) if args["experiment_ids"] else None
    found = [dataset for dataset in context.eval_datasets.all(context.actor, projects) if test(dataset)]
    for order in reversed(parse_order(args["order_by"])):
        key = _order_key(order)
        found.sort(key=lambda dataset, key=key: _columns(dataset)[key], reverse=not order.ascending)
    page, token = paged(found, args["page_token"], limit)
    return {"datasets": [written(context, dataset) for dataset in page], "next_page_token": token}


def set_tags(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Set tags."""
    tags = {key: _text(value) for key, value in _object(args["tags"], "tags").items() if value is not None}
    return {"dataset": written(context, context.eval_datasets.set_tags(context.actor, args["dataset_id"], tags))}


def delete_tag(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Take a tag away, if it is there."""
    context.eval_datasets.set_tags(context.actor, args["dataset_id"], {args["key"]: None})
    return {}


def merge_records(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Add records, or merge them into those with the same inputs."""
    sent = _json(args["records"], "records")
    if not isinstance(sent, list) or not all(isinstance(record, Mapping) for record in sent):
        raise invalid("The parameter 'records' must hold a JSON list of objects.")
    records = [{"inputs": {}, **record, "by": (_tags(record)).get(_USER)} for record in sent]
    by = args["updated_by"] or next((record["by"] for record in reversed(records) if record["by"]), None)
    inserted, updated = context.eval_datasets.merge(context.actor, args["dataset_id"], records, by=by)
    return {"inserted_count": inserted, "updated_count": updated}


def get_records(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Give a page of records, as JSON in a text."""
    limit, token = args["max_results"] or 1000, args["page_token"]
    if not 1 <= limit <= MAX_RESULTS:
        raise invalid(f"Invalid value {limit} for parameter 'max_results' supplied.")
    try:
        after = decode_cursor(token, "records", [0])[0] if token else 0
    except InvalidInput:
        raise invalid("Invalid page token") from None
    found = context.eval_datasets.records(context.actor, args["dataset_id"], after=after, limit=limit + 1)
    more = encode_cursor("records", [found[limit - 1][0]]) if len(found) > limit else None
    return {"records": json.dumps([_record(record) for _, record in found[:limit]]), "next_page_token": more}


def delete_records(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Forget records."""
    gone = context.eval_datasets.delete_records(context.actor, args["dataset_id"], args["dataset_record_ids"])
    return {"deleted_count": gone}


def experiments_of(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Give the experiments that a data set belongs to."""
    return {"experiment_ids": _experiments(context, context.eval_datasets.get(context.actor, args["dataset_id"]))}


def add_experiments(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Let a data set belong to more experiments."""
    return _set_experiments(context, args, member=True)


def remove_experiments(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Let a data set no longer belong to experiments."""
    return _set_experiments(context, args, member=False)


def _set_experiments(context: Context, args: dict[str, Any], *, member: bool) -> dict[str, Any]:
    context.eval_datasets.get(context.actor, args["dataset_id"])  # what is not there is said first
    projects = _projects(context, args["experiment_ids"])
    found = context.eval_datasets.set_projects(context.actor, args["dataset_id"], projects, member=member)
    return {"dataset": written(context, found)}


def written(context: Context, dataset: EvalDataset) -> dict[str, Any]:
    """A data set as its message."""
    return {
        "dataset_id": dataset.id,
        "name": dataset.name,
        "tags": json.dumps(dict(dataset.tags)),
        "schema": None if dataset.schema is None else json.dumps(dict(dataset.schema)),
        "profile": json.dumps({"num_records": dataset.record_count}) if dataset.record_count else None,
        "digest": dataset.digest,
        "created_time": dataset.created_at,
        "last_update_time": dataset.updated_at,
        "created_by": dataset.created_by,
        "last_updated_by": dataset.updated_by,
        "experiment_ids": _experiments(context, dataset),
    }


def _record(record: EvalRecord) -> dict[str, Any]:
    source = dict(record.source) if record.source else None
    found = {
        "dataset_record_id": record.id,
        "dataset_id": record.dataset_id,
        "inputs": dict(record.inputs),
        "outputs": record.outputs,
        "expectations": None if record.expectations is None else dict(record.expectations),
        "tags": dict(record.tags),
        "source": source,
        "source_type": source.get("source_type") if source else None,
        "source_id": _source_id(source) if source else None,
        "created_time": record.created_at,
        "last_update_time": record.updated_at,
        "created_by": record.created_by,
        "last_updated_by": record.updated_by,
    }
    return {key: value for key, value in found.items() if value is not None}


def _source_id(source: Mapping[str, Any]) -> Any:
    data = source.get("source_data")
    return data.get("trace_id" if source.get("source_type") == "TRACE" else "source_id") if isinstance(data, Mapping) else None


def _experiments(context: Context, dataset: EvalDataset) -> list[str]:
    return [experiment_id(context.projects.by_id(context.actor, project)) for project in dataset.projects]


def _projects(context: Context, experiments: Sequence[str]) -> list[ProjectRecord]:
    return [context.experiment(identity) for identity in experiments]


def _columns(dataset: EvalDataset) -> dict[str, Any]:
    return {
        "name": dataset.name,
        "created_by": dataset.created_by,
        "last_updated_by": dataset.updated_by,
        "created_time": dataset.created_at,
        "last_update_time": dataset.updated_at,
    }


def _check(term: Term) -> None:
    """Refuse what cannot be asked, also when there is no data set to ask it of."""
    tag = term.entity == "tags"
    if not tag and term.entity is not None:
        raise InvalidQuery(f"Invalid identifier token '{term.entity}' specified", position=term.position)
    if not tag and term.key not in (*_TEXTS, *_NUMERIC):
        raise InvalidQuery(
            f"Invalid attribute key '{term.key}' specified. Valid keys are: {sorted((*_TEXTS, *_NUMERIC))}",
            position=term.position,
        )
    operators: tuple[str, ...] = ("=", "!=", "LIKE", "ILIKE")
    if not tag and term.key in _NUMERIC:
        operators = _COMPARE
    elif not tag and term.key == "name":
        operators += ("IN", "NOT IN")
    if term.operator not in operators:
        kind = "tag" if tag else "numeric attribute" if term.key in _NUMERIC else "string attribute"
        raise InvalidQuery(f"Invalid comparator for {kind}: {term.operator}", position=term.position)


def _value(dataset: EvalDataset, term: Term) -> Any:
    return dataset.tags.get(term.key) if term.entity == "tags" else _columns(dataset)[term.key]


def _order_key(order: Order) -> str:
    if order.entity is not None or order.key not in _ORDERED:
        raise InvalidQuery(f"Invalid attribute key '{order.key}' specified. Valid keys are: {sorted(_ORDERED)}")
    return order.key


def _json(text: str | None, name: str) -> Any:
    try:
        return json.loads(text or "{}")
    except (ValueError, RecursionError):
        raise invalid(f"The parameter '{name}' is not JSON.") from None


def _object(text: str | None, name: str) -> dict[str, Any]:
    found = _json(text, name)
    if not isinstance(found, dict):
        raise invalid(f"The parameter '{name}' must hold a JSON object.")
    return found


def _tags(record: Mapping[str, Any]) -> Mapping[str, Any]:
    found = record.get("tags")
    return found if isinstance(found, Mapping) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
