"""Searches of traces: from MLflow's terms to conditions and orders."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

from trireme.domain.errors import InvalidQuery
from trireme.domain.project import ProjectRecord
from trireme.domain.trace import NAME_TAG, SOURCE_RUN, TraceInfo, ValueKind
from trireme.protocols.mlflow.context import Context
from trireme.protocols.mlflow.errors import INVALID, MlflowError, invalid
from trireme.protocols.mlflow.experiments import offset_of, token_of
from trireme.protocols.mlflow.trace_wire import experiment_of, written_info, written_info_v2
from trireme.query.mlflow import Order, Term, parse_filter, parse_order
from trireme.query.trace_sql import Condition, Field, OfAssessment, OfRun, OfSpan, OfTrace, OfValue, OrderBy, SpanField, Test

MAX_RESULTS: Final = 500
_ENTITIES: Final = {
    None: "attribute",
    "attribute": "attribute",
    "attributes": "attribute",
    "trace": "attribute",
    "tag": "tag",
    "tags": "tag",
    "metadata": "metadata",
    "request_metadata": "metadata",
    "span": "span",
    "feedback": "feedback",
    "expectation": "expectation",
    "issue": "issue",
}
_NUMBERS: Final = {
    "timestamp": Field.START,
    "timestamp_ms": Field.START,
    "execution_time": Field.DURATION,
    "execution_time_ms": Field.DURATION,
    "end_time": Field.END,
    "end_time_ms": Field.END,
}
_TEXTS: Final = {"request_id": Field.ID, "client_request_id": Field.CLIENT_REQUEST, "status": Field.STATE}
_KEYS: Final = frozenset({*_NUMBERS, *_TEXTS, "name", "run_id", "prompt", "text"})
_ORDERED: Final[dict[str, Field | tuple[ValueKind, str]]] = {
    **_NUMBERS,
    "status": Field.STATE,
    "request_id": Field.ID,
    "experiment_id": Field.PROJECT,
    "name": (ValueKind.TAG, NAME_TAG),
    "run_id": (ValueKind.METADATA, SOURCE_RUN),
}
_SPAN_FIELDS: Final = {"name": SpanField.NAME, "type": SpanField.TYPE, "status": SpanField.STATUS, "content": SpanField.CONTENT}
_COMPARE: Final = (">", ">=", "=", "!=", "<", "<=")
_LIKE: Final = ("LIKE", "ILIKE")
_NULL: Final = ("IS NULL", "IS NOT NULL")
_TEXT: Final = ("=", "!=", "IN", "NOT IN", *_LIKE, "RLIKE")
_TAG: Final = ("=", "!=", *_LIKE, "RLIKE", *_NULL)
_ATTRIBUTES: Final = "attributes."
_JEFFREYS: Final = 0.5


def search(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Give a page of the traces that match."""
    if not args["locations"]:
        raise invalid("Missing value for required parameter 'locations'.")
    experiments = [experiment_of(one, f"locations[{n}]") for n, one in enumerate(args["locations"])]
    projects, found, token = _page(context, experiments, args)
    return {"traces": [written_info(projects[info.project_id], info) for info in found], "next_page_token": token}


def search_v2(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Give a page of the traces that match, in the form of 2.x."""
    if not args["experiment_ids"]:
        raise invalid("Missing value for required parameter 'experiment_ids'.")
    projects, found, token = _page(context, args["experiment_ids"], args)
    return {"traces": [written_info_v2(projects[info.project_id], info) for info in found], "next_page_token": token}


def correlate(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Tell how often two filters hold for the same traces: their normalised pointwise mutual information."""
    for name in ("experiment_ids", "filter_string1", "filter_string2"):
        if not args[name]:
            raise invalid(f"Missing value for required parameter '{name}'.")
    base = conditions_of(args["base_filter"])
    first, second = conditions_of(args["filter_string1"]), conditions_of(args["filter_string2"])
    projects = projects_of(context, args["experiment_ids"])

    def count(*searches: Sequence[Condition]) -> int:
        return context.trace_search.count(context.actor, projects, base, *searches)

    total, one, two, both = count(), count(first), count(second), count(first, second)
    return {
        "npmi": _npmi(both, one, two, total),
        "npmi_smoothed": _npmi(both, one, two, total, prior=_JEFFREYS),
        "filter1_count": one,
        "filter2_count": two,
        "joint_count": both,
        "total_count": total,
    }


def _npmi(both: int, one: int, two: int, total: int, *, prior: float = 0.0) -> float:
    """-1: never together, 0: by chance, 1: always together; NaN where one of them never holds.

    Parameters:
        prior: is added to each of the four cases, so that few traces do not say too much.
    """
    if not one or not two or one + two - both > total:
        return math.nan
    if not both and not prior:
        return -1.0
    count = total + 4 * prior
    joint = (both + prior) / count
    expected = (one + 2 * prior) * (two + 2 * prior) / count**2
    return 1.0 if joint == 1 else math.log(joint / expected) / -math.log(joint)


def projects_of(context: Context, experiments: Sequence[str]) -> list[ProjectRecord]:
    """The projects of experiments; those that do not exist are passed over."""
    found = []
    for identity in dict.fromkeys(experiments):
        try:
            found.append(context.experiment(identity))
        except MlflowError as error:
            if error.mlflow_code == INVALID:
                raise
    return found


def _page(
    context: Context, experiments: Sequence[str], args: dict[str, Any]
) -> tuple[dict[int, ProjectRecord], list[TraceInfo], str | None]:
    limit = args["max_results"]
    if not 1 <= limit <= MAX_RESULTS:
        raise invalid(
            f"Invalid value {limit} for parameter 'max_results' supplied. It must be at least 1 and at most {MAX_RESULTS}."
        )
    conditions, order = conditions_of(args["filter"]), [_order(one) for one in parse_order(args["order_by"])]
    projects = projects_of(context, experiments)
    offset = offset_of(args["page_token"])
    found = context.trace_search.page(context.actor, projects, conditions, order, offset=offset, limit=limit + 1)
    token = token_of(offset + limit) if len(found) > limit else None
    return {int(project.id): project for project in projects}, found[:limit], token


def conditions_of(text: str | None) -> list[Condition]:
    """What a filter means.

    Raises:
        InvalidQuery: it is malformed, or a key, an operator or a value does not fit.
    """
    return [_condition(term) for term in parse_filter(text)]


def _condition(term: Term) -> Condition:
    match _entity(term):
        case "attribute":
            return _attribute(term)
        case "tag":
            return OfValue(ValueKind.TAG, term.key, _text(term, _TAG))
        case "metadata":
            return OfRun(str(term.value)) if _is_run(term) else OfValue(ValueKind.METADATA, term.key, _text(term, _TAG))
        case "span":
            return _span(term)
        case "issue":
            if term.key != "id":
                raise InvalidQuery(f"Invalid issue attribute '{term.key}'. Supported attributes: id", position=term.position)
            return OfAssessment("issue", str(_text(term, ("=",)).value), Test("IS NOT NULL"))
        case kind:
            return _assessment(kind, term)


def _entity(term: Term | Order) -> str:
    found = _ENTITIES.get(term.entity)
    if found is None:
        raise InvalidQuery(f"Invalid entity type '{term.entity}'. Valid values are {sorted(key for key in _ENTITIES if key)}")
    return found


def _attribute(term: Term) -> Condition:
    key = term.key
    if key in _NUMBERS:
        return OfTrace(_NUMBERS[key], _number(term))
    if key in _TEXTS:
        return OfTrace(_TEXTS[key], _text(term, _TEXT))
    if key == "name":
        return OfValue(ValueKind.TAG, NAME_TAG, _text(term, (*_TEXT, *_NULL)))
    if key == "run_id":
        test = _text(term, _TEXT)
        return OfRun(str(test.value)) if test.operator == "=" else OfValue(ValueKind.METADATA, SOURCE_RUN, test)
    if key == "text":
        return OfSpan(_text(term, _LIKE))
    if key == "prompt":
        if term.operator != "=":
            raise InvalidQuery(
                f"Invalid comparator '{term.operator}' for prompts filter. Only '=' is supported with format:"
                ' prompt = "name/version"',
                position=term.position,
            )
        prompt = str(_text(term, ("=",)).value)
        if prompt.count("/") != 1:
            raise InvalidQuery(
                f"Invalid prompts filter value '{prompt[:100]}'. Expected format: prompt = \"name/version\"",
                position=term.position,
            )
        return OfValue(ValueKind.PROMPT, prompt, Test("IS NOT NULL"))
    raise InvalidQuery(f"Invalid attribute key '{key}' specified. Valid keys are {sorted(_KEYS)}", position=term.position)


def _is_run(term: Term) -> bool:
    return term.key == SOURCE_RUN and term.operator == "=" and term.quoted


def _span(term: Term) -> Condition:
    key = term.key
    if key.startswith(_ATTRIBUTES):
        name = key.removeprefix(_ATTRIBUTES).strip('`"')
        if not name:
            raise InvalidQuery("Span attribute name cannot be empty after 'attributes.'", position=term.position)
        return OfSpan(_text(term, _TEXT, f"span.{key}"), key=name)
    if key not in _SPAN_FIELDS:
        raise InvalidQuery(
            f"Invalid span attribute '{key}'. Supported attributes: name, status, type, attributes.<attribute_name>.",
            position=term.position,
        )
    return OfSpan(_text(term, _LIKE if key == "content" else _TEXT, f"span.{key}"), field=_SPAN_FIELDS[key])


def _assessment(kind: str, term: Term) -> Condition:
    if not term.key:
        raise InvalidQuery("Assessment field name cannot be empty", position=term.position)
    if term.operator in _COMPARE and not term.quoted:
        return OfAssessment(kind, term.key, _number(term))
    return OfAssessment(kind, term.key, _text(term, _TAG, f"assessment.{term.key}"))


def _number(term: Term) -> Test:
    if term.operator not in _COMPARE:
        raise InvalidQuery(f"Invalid comparator '{term.operator}' not one of '{set(_COMPARE)}'", position=term.position)
    if term.quoted:
        raise InvalidQuery(
            f"Expected numeric value type for numeric attribute: {term.key}. Found {term.value}", position=term.position
        )
    return Test(term.operator, float(str(term.value)))


def _text(term: Term, operators: Sequence[str], name: str = "") -> Test:
    """A comparison of texts.

    Parameters:
        name: for the sentence, where it is not about a tag.
    """
    if term.operator not in operators:
        named = f"{name} comparator" if name else "Invalid comparator"
        raise InvalidQuery(f"{named} '{term.operator}' not one of '{set(operators)}'", position=term.position)
    if term.operator in _NULL:
        return Test(term.operator)
    if not term.quoted:
        raise InvalidQuery(
            f"Expected a quoted string value for {term.key} (e.g. 'my-value'). Got value {term.value}", position=term.position
        )
    return Test(term.operator, term.value)


def _order(order: Order) -> OrderBy:
    match _entity(order):
        case "tag":
            return OrderBy((ValueKind.TAG, order.key), order.ascending)
        case "metadata":
            return OrderBy((ValueKind.METADATA, order.key), order.ascending)
        case "attribute" if order.key in _ORDERED:
            return OrderBy(_ORDERED[order.key], order.ascending)
    raise InvalidQuery(f"Invalid order_by key '{order.key}'. Valid keys are {sorted(_ORDERED)}")
