"""Experiments: projects, as MLflow's clients see them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from trireme.domain.errors import AlreadyExists, InvalidInput, InvalidQuery, NotFound, PermissionDenied
from trireme.domain.project import ProjectRecord
from trireme.protocols.mlflow.context import (
    DEFAULT_ID,
    Context,
    artifact_root,
    experiment_id,
    experiment_name,
    workspace_and_name,
)
from trireme.protocols.mlflow.errors import EXISTS, MISSING, MlflowError, check_length, check_limit, invalid
from trireme.protocols.mlflow.names import check_key, whole_number
from trireme.query.mlflow import LIKE, Order, Term, is_like, parse_filter, parse_order
from trireme.services.cursor import decode_cursor, encode_cursor

_MAX_NAME: Final = 500
_MAX_TAG_VALUE: Final = 20_000
_MAX_EXPERIMENTS: Final = 20
_NUMERIC: Final = frozenset({"creation_time", "last_update_time"})
MAX_RESULTS: Final = 50_000


def create(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Make an experiment."""
    name, location = args["name"], args["artifact_location"] or ""
    if not name.strip():
        raise invalid("Invalid experiment name: ''. It must not be empty.")
    check_length(name, _MAX_NAME, "name")
    tags = {tag["key"]: tag["value"] or "" for tag in args["tags"]}
    for key, value in tags.items():
        _check_tag(key, value)
    root = _location(location)
    if context.named(name) is not None:
        raise MlflowError(f"Experiment '{name}' already exists.", EXISTS)
    place = workspace_and_name(name)
    try:
        made = context.projects.create(context.actor, *place, key=None, description="", artifact_root=root, tags=tags)
    except AlreadyExists:
        raise MlflowError(f"Experiment '{name}' already exists.", EXISTS) from None
    return {"experiment_id": experiment_id(made)}


def _location(location: str) -> str:
    """An artifact location as it is stored: absolute, without what could lead elsewhere."""
    parts = urlsplit(location)
    if parts.fragment or ";" in parts.path or ".." in unquote(unquote(parts.query)):
        raise invalid(f"Artifact location '{location[:500]}' may hold no fragment, no ';' and no '..' in a query.")
    if location and len(parts.scheme) < 2:
        return str(Path(location).absolute())
    return location.rstrip("/")


def get(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Give an experiment by id."""
    project = context.experiment(args["experiment_id"])
    return {"experiment": written(context, [project])[0]}


def get_by_name(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Give an experiment by name."""
    found = context.named(args["experiment_name"])
    if found is None:
        raise MlflowError(f"Could not find experiment with name '{args['experiment_name'][:500]}'", MISSING)
    return {"experiment": written(context, [found])[0]}


def delete(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Move an experiment with its runs to the trash."""
    return _trash(context, args["experiment_id"], trashed=True)


def restore(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Take an experiment with its runs out of the trash."""
    return _trash(context, args["experiment_id"], trashed=False)


def _trash(context: Context, identity: str, *, trashed: bool) -> dict[str, Any]:
    project = context.experiment(identity)
    if project.trashed is trashed:
        raise MlflowError(f"No Experiment with id={identity} exists", MISSING)
    context.runs.trash_project(context.actor, project, trashed=trashed)
    return {}


def update(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Rename an experiment."""
    project = context.experiment(args["experiment_id"])
    name = args["new_name"]
    if project.trashed:
        raise MlflowError("Cannot rename a non-active experiment.", "INVALID_STATE")
    if name:
        check_length(name, _MAX_NAME, "name")
        if name == experiment_name(project):
            return {}
        if experiment_id(project) == DEFAULT_ID:
            raise invalid(f"Experiment {DEFAULT_ID} is where runs without an experiment go; it keeps its name.")
        workspace, plain = workspace_and_name(name)
        if workspace != project.workspace:
            raise invalid(f"An experiment stays in its workspace '{project.workspace}'; '{name[:200]}' lies in '{workspace}'.")
        try:
            context.projects.rename(context.actor, project, plain)
        except AlreadyExists:
            raise MlflowError(f"Experiment '{name}' already exists.", "BAD_REQUEST") from None
    return {}


def set_tag(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Set a tag."""
    project = _active(context, args["experiment_id"])
    value = args["value"] or ""
    _check_tag(args["key"], value)
    context.projects.set_tag(context.actor, project, args["key"], value)
    return {}


def delete_tag(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Take a tag away."""
    project = _active(context, args["experiment_id"])
    if not context.projects.set_tag(context.actor, project, args["key"], None):
        raise MlflowError(f"No tag with name: {args['key']} in experiment with id {args['experiment_id']}", MISSING)
    return {}


def search(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Give a page of the experiments that match."""
    limit = check_limit(args["max_results"] or 0, MAX_RESULTS)
    view = args["view_type"] or "ACTIVE_ONLY"
    with suppress(NotFound, PermissionDenied):  # who may not make experiment 0 sees the others
        context.default()
    found = context.projects.all(context.actor, trashed={"ACTIVE_ONLY": False, "DELETED_ONLY": True}.get(view))
    shown = written(context, found)
    test = predicate(parse_filter(args["filter"]), _checked, _attribute, _NUMERIC)
    shown = [experiment for experiment in shown if test(experiment)]
    order = parse_order(args["order_by"])
    shown.sort(key=lambda e: int(e["experiment_id"]), reverse=bool(order))
    if not order:
        shown.sort(key=lambda e: e["creation_time"], reverse=True)
    for one in reversed(order):
        key = _order_key(one)
        shown.sort(key=lambda e, key=key: int(e[key]) if key == "experiment_id" else e[key], reverse=not one.ascending)
    page, token = paged(shown, args["page_token"], limit)
    return {"experiments": page, "next_page_token": token}


def search_datasets(context: Context, args: dict[str, Any]) -> dict[str, Any]:
    """Give the data sets that the runs of experiments used."""
    if not args["experiment_ids"]:
        raise invalid("SearchDatasets request must specify at least one experiment_id.")
    if len(args["experiment_ids"]) > _MAX_EXPERIMENTS:
        raise invalid(
            f"SearchDatasets request cannot specify more than {_MAX_EXPERIMENTS} experiment_ids."
            f" Received {len(args['experiment_ids'])} experiment_ids."
        )
    found: dict[tuple[str, str, str, str | None], None] = {}
    for identity in args["experiment_ids"]:
        try:
            project = context.experiment(identity)
        except MlflowError:
            continue
        for _, name, digest, used_for in context.models.uses(context.actor, project):
            found[identity, name, digest, used_for] = None
    summaries = [
        {"experiment_id": identity, "name": name, "digest": digest, "context": used_for}
        for identity, name, digest, used_for in list(found)[:1000]
    ]
    return {"dataset_summaries": summaries}


def written(context: Context, projects: Sequence[ProjectRecord]) -> list[dict[str, Any]]:
    """Experiments as messages."""
    tags = context.projects.tags(context.actor, projects)
    return [
        {
            "experiment_id": experiment_id(project),
            "name": experiment_name(project),
            "artifact_location": artifact_root(project),
            "lifecycle_stage": "deleted" if project.trashed else "active",
            "creation_time": project.created_at,
            "last_update_time": project.changed_at or project.created_at,
            "tags": [{"key": key, "value": value} for key, value in tags[project.id].items()],
            "workspace": "default",
        }
        for project in projects
    ]


def _active(context: Context, identity: str) -> ProjectRecord:
    project = context.experiment(identity)
    if project.trashed:
        raise invalid(f"The experiment {identity} must be in the 'active' state. Current state is deleted.")
    return project


def _check_tag(key: str, value: str) -> None:
    check_key(key, "key")
    check_length(value, _MAX_TAG_VALUE, "value")


def _checked(term: Term) -> None:
    """Refuse what cannot be asked of experiments."""
    if term.entity in ("tag", "tags"):
        return
    if term.entity not in (None, "attribute", "attributes"):
        raise InvalidQuery(f"Invalid entity type '{term.entity}'. Valid values are ['attribute', 'tag'].")
    if term.key not in ("name", "experiment_id", *_NUMERIC):
        raise InvalidQuery(f"Invalid attribute key '{term.key}' specified.")
    check_not_null(term)
    if term.key == "name" and term.operator in ("IN", "NOT IN"):
        raise InvalidQuery("Only ['experiment_id'] attributes support comparison with a list of quoted string values.")
    if term.key in _NUMERIC and term.quoted:
        raise InvalidQuery(f"Expected numeric value type for numeric attribute: {term.key}. Found {str(term.value)[:100]!r}")
    if term.key == "experiment_id":
        for value in (term.value,) if isinstance(term.value, str) else term.value:
            if whole_number(value) is None:
                raise InvalidQuery(f"Invalid experiment ID '{value[:100]}'. Experiment ID must be a valid integer.")


def _attribute(experiment: Mapping[str, Any], term: Term) -> Any:
    if term.entity in ("tag", "tags"):
        return next((tag["value"] for tag in experiment["tags"] if tag["key"] == term.key), None)
    return experiment[term.key]


def _order_key(order: Order) -> str:
    if order.entity not in (None, "attribute", "attributes"):
        raise InvalidQuery(f"Invalid order_by entity '{order.entity}'.")
    if order.key not in ("name", "experiment_id", *_NUMERIC):
        raise InvalidQuery(f"Invalid order by key '{order.key}' specified.")
    return order.key


# What all searches over the catalog share

COMPARE: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
}


def check_not_null(term: Term) -> None:
    """Refuse to ask whether what everything has is there."""
    if term.operator in ("IS NULL", "IS NOT NULL"):
        raise InvalidQuery(f"IS NULL / IS NOT NULL is not supported for '{term.key}'.")


def predicate(
    terms: Sequence[Term],
    check: Callable[[Term], None],
    value_of: Callable[[Any, Term], Any],
    numeric: frozenset[str] = frozenset(),
) -> Callable[[Any], bool]:
    """A test whether all terms hold for an object.

    Parameters:
        check: refuses terms that cannot be asked, also when there is nothing to ask them of.
        value_of: the object's value that a term asks for; None if it has none.
        numeric: keys of attributes that are compared as numbers.

    Raises:
        InvalidQuery: an operator or a value does not fit its key.
    """
    tests = []
    for term in terms:
        check(term)
        number = term.key in numeric and term.entity not in ("tag", "tags", "param", "params")
        tests.append((term, test_of(term, as_number=number)))
    return lambda found: all(_holds(test, value_of(found, term), term) for term, test in tests)


def _holds(test: Callable[[Any], bool], value: Any, term: Term) -> bool:
    if term.operator in ("IS NULL", "IS NOT NULL"):
        return (value is None) == (term.operator == "IS NULL")
    return value is not None and test(value)


def test_of(term: Term, *, as_number: bool) -> Callable[[Any], bool]:
    """Whether a value that is there meets a term.

    Raises:
        InvalidQuery: the operator or the value does not fit.
    """
    operator, value = term.operator, term.value
    if operator in ("IS NULL", "IS NOT NULL"):
        return lambda found: True
    if as_number:
        if operator not in COMPARE:
            raise InvalidQuery(f"Invalid comparator for attribute: '{operator}'.")
        try:
            number = float(str(value))
        except ValueError:
            raise InvalidQuery(f"Expected a numeric value for '{term.key}', got '{str(value)[:100]}'.") from None
        return lambda found: COMPARE[operator](float(found), number)
    if operator in ("IN", "NOT IN"):
        choices = frozenset(value)
        return lambda found: (found in choices) == (operator == "IN")
    if not term.quoted:
        raise InvalidQuery(f"Expected a quoted string value for '{term.key}', got '{value}'.")
    if operator in LIKE:
        pattern, ignore_case = str(value), operator == "ILIKE"
        return lambda found: is_like(found, pattern, ignore_case=ignore_case)
    if operator not in ("=", "!="):
        raise InvalidQuery(f"Invalid comparator '{operator}' for '{term.key}'.")
    return lambda found: (found == value) == (operator == "=")


def paged(found: Sequence[Any], token: str | None, limit: int) -> tuple[list[Any], str | None]:
    """A page, and the token of the one after it."""
    start = offset_of(token)
    return list(found[start : start + limit]), token_of(start + limit) if start + limit < len(found) else None


def token_of(offset: int) -> str:
    """A page token."""
    return encode_cursor("mlflow", [offset])


def offset_of(token: str | None) -> int:
    """Where a page begins.

    Raises:
        MlflowError: the token is none of ours.
    """
    if not token:
        return 0
    try:
        return max(0, int(decode_cursor(token, "mlflow", [0])[0]))
    except InvalidInput:
        raise invalid("Invalid page token") from None
