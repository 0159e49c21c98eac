"""Filters and orders of runs: from MLflow's terms to the query tree and to ranks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from trireme.domain.errors import InvalidQuery
from trireme.domain.project import ProjectRecord
from trireme.domain.query import Attribute, Comparison, Exists, Not, OneOf, Operator, Or, Query
from trireme.domain.types import AttributeType
from trireme.protocols.mlflow.context import Context, artifact_root
from trireme.protocols.mlflow.experiments import COMPARE, check_not_null, test_of
from trireme.protocols.mlflow.names import (
    NO_PARAMS,
    PARAMS,
    STATES,
    metric_path,
    param_path,
    run_id,
    status_of,
    tag_path,
)
from trireme.query.mlflow import LIKE, Order, Term, like_pattern
from trireme.services.ranking import Kind, Rank

_ENTITIES: Final = {
    None: "attribute",
    "attribute": "attribute",
    "attributes": "attribute",
    "attr": "attribute",
    "run": "attribute",
    "metric": "metric",
    "metrics": "metric",
    "param": "param",
    "params": "param",
    "parameter": "param",
    "parameters": "param",
    "tag": "tag",
    "tags": "tag",
    "dataset": "dataset",
    "datasets": "dataset",
}
_ORDER_ALIASES: Final = {"Created": "start_time", "created": "start_time"}
_ALIASES: Final = {**_ORDER_ALIASES, "run name": "run_name", "Run name": "run_name", "Run Name": "run_name"}
_NUMERIC: Final = {">": Operator.GT, ">=": Operator.GE, "=": Operator.EQ, "!=": Operator.NE, "<": Operator.LT, "<=": Operator.LE}
_TEXTS: Final = frozenset({"run_name", "status", "user_id", "artifact_uri", "run_id"})
_TIMES: Final = frozenset({"start_time", "end_time"})
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def entity_of(term: Term | Order) -> str:
    """What a term asks for, in one spelling.

    Raises:
        InvalidQuery: there is nothing of that kind.
    """
    found = _ENTITIES.get(term.entity)
    if found is None:
        raise InvalidQuery(
            f"Invalid entity type '{term.entity}'. Valid values are ['metric', 'parameter', 'tag', 'attribute', 'dataset']."
        )
    return found


def query_of(context: Context, project: ProjectRecord, terms: Sequence[Term]) -> list[Query]:
    """The conditions that *terms* mean in a project.

    Raises:
        InvalidQuery: a key, an operator or a value does not fit.
    """
    return [_query(context, project, term) for term in terms]


def _query(context: Context, project: ProjectRecord, term: Term) -> Query:
    match entity_of(term):
        case "metric":
            return _metric(term)
        case "param":
            paths = [param_path(term.key)]
            if not term.key.startswith((*NO_PARAMS, PARAMS)):
                paths.append(term.key)  # what Trireme's own clients log elsewhere
            return _text(term, paths, numbers=True)
        case "tag":
            return _text(term, [tag_path(term.key)])
        case "dataset":
            return _dataset(context, project, term)
        case _:
            return _attribute(context, project, term)


def _metric(term: Term) -> Query:
    attribute = Attribute(metric_path(term.key), AttributeType.FLOAT_SERIES)
    if term.operator not in _NUMERIC:
        raise InvalidQuery(f"Invalid comparator '{term.operator}' for the metric '{term.key}'.", position=term.position)
    if term.quoted:
        raise InvalidQuery(f"Expected numeric value type for metric. Found {term.value}", position=term.position)
    return Comparison(attribute, _NUMERIC[term.operator], float(str(term.value)))


def _text(term: Term, paths: Sequence[str], *, numbers: bool = False) -> Query:
    """A condition on texts. With *numbers*, a number that reads as the value asked for is equal to it."""
    if term.operator in ("IS NULL", "IS NOT NULL"):
        exists = Or(tuple(Exists(Attribute(path)) for path in paths))
        return Not(exists) if term.operator == "IS NULL" else exists
    if term.operator not in ("=", "!=", *LIKE):
        raise InvalidQuery(f"Invalid comparator '{term.operator}' for '{term.key}'.", position=term.position)
    if not term.quoted:
        raise InvalidQuery(
            f"Expected a quoted string value for '{term.key}' (e.g. 'my-value'). Got value {term.value}", position=term.position
        )
    value = str(term.value)
    found: list[Query] = []
    for path in paths:
        text = Attribute(path, AttributeType.STRING)
        if term.operator in LIKE:
            pattern = like_pattern(value, ignore_case=term.operator == "ILIKE")
            found.append(Comparison(text, Operator.MATCHES, pattern))
            continue
        operator = _NUMERIC[term.operator]
        found.append(Comparison(text, operator, value))
        if not numbers:
            continue
        for type_ in (AttributeType.FLOAT, AttributeType.INT, AttributeType.BOOL):
            if _reads_as(value, type_):
                found.append(Comparison(Attribute(path, type_), operator, value.lower()))
            elif operator is Operator.NE:
                found.append(Exists(Attribute(path, type_)))
    return Or(tuple(found))


def _reads_as(value: str, type_: AttributeType) -> bool:
    if type_ is AttributeType.BOOL:
        return value.lower() in ("true", "false")
    try:
        float(value)
    except ValueError:
        return False
    return type_ is AttributeType.FLOAT or value.lstrip("+-").isdecimal()


def _attribute(context: Context, project: ProjectRecord, term: Term) -> Query:
    key = _ALIASES.get(term.key, term.key)
    if key in _TIMES:
        return _time(context, project, key, term)
    if key not in _TEXTS:
        raise InvalidQuery(
            f"Invalid attribute key '{term.key}' specified. Valid keys are {sorted(_TEXTS | _TIMES)}", position=term.position
        )
    check_not_null(term)
    if key in ("run_name", "user_id"):
        return _text(term, ["sys/name" if key == "run_name" else "sys/owner"])
    if key == "status":
        test = _text_test(term)
        states = {state for state in (*STATES.values(), "stale", "idle") if test(status_of(state))}
        named = Attribute("sys/state", AttributeType.RUN_STATE)
        return Or(tuple(Comparison(named, Operator.EQ, state) for state in sorted(states))) if states else OneOf(())
    if key == "run_id":
        test = _text_test(term, lists=True)
        return _runs(context, project, test)
    test, root = _text_test(term), artifact_root(project)
    return _runs(context, project, lambda run: test(f"{root}/{run}/artifacts"))


def _time(context: Context, project: ProjectRecord, key: str, term: Term) -> Query:
    if term.operator not in _NUMERIC:
        raise InvalidQuery(f"Invalid comparator '{term.operator}' for '{term.key}'.", position=term.position)
    if term.quoted:
        raise InvalidQuery(
            f"Expected numeric value type for numeric attribute: {key}. Found {term.value}", position=term.position
        )
    number = float(str(term.value))
    if key == "start_time":
        when = _EPOCH + timedelta(milliseconds=min(max(number, -2e12), 1e14))
        return Comparison(Attribute("sys/creation_time", AttributeType.DATETIME), _NUMERIC[term.operator], when)
    ends = context.ranking.ends(context.actor, project)
    return OneOf(tuple(int(run) for run, end in ends.items() if COMPARE[term.operator](end, number)))


def _dataset(context: Context, project: ProjectRecord, term: Term) -> Query:
    if term.key not in ("name", "digest", "context"):
        raise InvalidQuery(
            f"Invalid dataset key '{term.key}'. Valid keys are ['name', 'digest', 'context']", position=term.position
        )
    test, column = _text_test(term, lists=True), ("name", "digest", "context").index(term.key) + 1
    uses = context.models.uses(context.actor, project)
    return OneOf(tuple({int(use[0]) for use in uses if use[column] is not None and test(str(use[column]))}))


def _text_test(term: Term, *, lists: bool = False) -> Callable[[str], bool]:
    if term.operator in ("IN", "NOT IN") and not lists:
        raise InvalidQuery(f"Invalid comparator '{term.operator}' for '{term.key}'.", position=term.position)
    if term.operator in ("IS NULL", "IS NOT NULL"):
        raise InvalidQuery(f"Invalid comparator '{term.operator}' for '{term.key}'.", position=term.position)
    return test_of(term, as_number=False)


def _runs(context: Context, project: ProjectRecord, test: Callable[[str], bool]) -> Query:
    """Runs whose id passes a test."""
    ids = context.ranking.custom_ids(context.actor, project)
    return OneOf(tuple(int(run) for run, custom in ids.items() if test(run_id(run, custom))))


_ORDERED: Final[dict[str, tuple[Kind, tuple[str, ...]]]] = {
    "run_id": (Kind.TEXT, ("sys/custom_run_id",)),
    "run_name": (Kind.TEXT, ("sys/name",)),
    "user_id": (Kind.TEXT, ("sys/owner",)),
    "start_time": (Kind.TIME, ("sys/creation_time",)),
    "end_time": (Kind.END, ()),
    "artifact_uri": (Kind.TEXT, ("sys/custom_run_id",)),
}


def ranks_of(order: Sequence[Order]) -> list[Rank]:
    """The ranks that an order means.

    Raises:
        InvalidQuery: runs have no order by one of its keys.
    """
    return [_rank(one) for one in order]


def _rank(order: Order) -> Rank:
    match entity_of(order):
        case "metric":
            return Rank(Kind.METRIC, (metric_path(order.key),), order.ascending)
        case "param":
            return Rank(Kind.TEXT, (param_path(order.key), order.key), order.ascending)
        case "tag":
            return Rank(Kind.TEXT, (tag_path(order.key),), order.ascending)
        case "attribute":
            key = _ORDER_ALIASES.get(order.key, order.key)
            if key == "status":
                texts = {state: status_of(state) for state in (*STATES.values(), "stale", "idle")}
                return Rank(Kind.TEXT, ("sys/state",), order.ascending, texts)
            if key in _ORDERED:
                kind, paths = _ORDERED[key]
                return Rank(kind, paths, order.ascending)
    raise InvalidQuery(f"Invalid order_by key '{order.key}'. Valid keys are {sorted([*_ORDERED, 'status'])}")
