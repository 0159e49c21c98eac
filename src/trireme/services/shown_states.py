"""Questions about ``sys/state`` mean the state that people see: stored, and told from when the run was heard of last."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

from trireme.domain.ids import RunKey
from trireme.domain.project import ProjectRecord
from trireme.domain.query import And, Attribute, Comparison, Not, OneOf, Operator, Or, Query
from trireme.domain.run import STALE_AFTER_MS, RunRecord
from trireme.domain.types import AttributeType
from trireme.storage.catalog.catalog import Catalog
from trireme.storage.catalog.clock import now_ms

STATE: Final = "sys/state"
SHOWN_STATE: Final = (
    "multiIf(string != 'running' AND string != 'idle', string, run IN {alive:Array(UInt64)}, 'running',"
    " string = 'running', 'stale', string)"
)
"""An expression over a row that holds a stored state: the state that is shown. ``{alive}`` are the runs that were heard of lately."""
_COMPUTED: Final = ("running", "idle", "stale")


def shown_state(state: str, run: RunRecord, now: int) -> str:
    """A run's state as people should see it.

    One that says it runs but was not heard of for long is ``stale``; one whose client never says (``idle``) runs while it is heard of.

    Parameters:
        now: ms since 1970.
    """
    quiet = now - run.heard_at > STALE_AFTER_MS
    if state == "running" and quiet:
        return "stale"
    return "running" if state == "idle" and not quiet else state


def shown_states(catalog: Catalog, runs: Sequence[int], stored: Sequence[str]) -> list[str]:
    """The states that are shown of *runs*, in the place of those that are *stored*."""
    told = [RunKey(run) for run, state in zip(runs, stored, strict=True) if state in ("running", "idle")]
    records = {record.key: record for record in catalog.runs.by_keys(told)}
    now = now_ms()
    return [
        shown_state(state, records[RunKey(run)], now) if run in records else state
        for run, state in zip(runs, stored, strict=True)
    ]


def alive_runs(catalog: Catalog, project: ProjectRecord) -> tuple[RunKey, ...]:
    """The runs of a project that were heard of lately."""
    return tuple(catalog.runs.heard_since(project.id, now_ms() - STALE_AFTER_MS - 1))


def asks_for_state(tree: Query | None) -> bool:
    """Whether a condition of *tree* compares ``sys/state``."""
    match tree:
        case Comparison(attribute):
            return is_state(attribute)
        case Not(operand):
            return asks_for_state(operand)
        case And(operands) | Or(operands):
            return any(asks_for_state(operand) for operand in operands)
        case _:
            return False


def with_shown_states(tree: Query, alive: Callable[[], Sequence[RunKey]]) -> Query:
    """*tree* with every comparison of ``sys/state`` spelled out over what is stored, as `shown_state` says it.

    Parameters:
        alive: the runs of the project that were heard of lately; asked for only if a state is compared.
    """
    if not asks_for_state(tree):
        return tree
    return _rewritten(tree, OneOf(tuple(alive())))


def _rewritten(tree: Query, alive: OneOf) -> Query:
    match tree:
        case Comparison(attribute) if is_state(attribute):
            return _shown(tree, alive)
        case Not(operand):
            return Not(_rewritten(operand, alive))
        case And(operands):
            return And(tuple(_rewritten(operand, alive) for operand in operands))
        case Or(operands):
            return Or(tuple(_rewritten(operand, alive) for operand in operands))
        case _:
            return tree


def _shown(query: Comparison, alive: OneOf) -> Query:
    value = str(query.value)
    if query.operator is Operator.EQ and value not in _COMPUTED:
        return query
    holds = {state for state in _COMPUTED if _test(query.operator, value, state)}
    running, idle = _stored("running"), _stored("idle")
    terms: list[Query] = []
    if query.operator is not Operator.EQ:
        terms.append(And((query, Not(running), Not(idle))))
    if "running" in holds:
        terms.append(And((Or((running, idle)), alive)))
    if "stale" in holds:
        terms.append(And((running, Not(alive))))
    if "idle" in holds:
        terms.append(And((idle, Not(alive))))
    return Or(tuple(terms))


def is_state(attribute: Attribute) -> bool:
    """Whether an attribute is the state of a run."""
    return attribute.path == STATE and attribute.type in (None, AttributeType.RUN_STATE)


def _stored(state: str) -> Comparison:
    return Comparison(Attribute(STATE, AttributeType.RUN_STATE), Operator.EQ, state)


def _test(operator: Operator, value: str, state: str) -> bool:
    match operator:
        case Operator.EQ:
            return state == value
        case Operator.NE:
            return state != value
        case Operator.CONTAINS:
            return value in state
        case Operator.NOT_CONTAINS:
            return value not in state
        case Operator.ICONTAINS:
            return value.lower() in state
        case Operator.NOT_ICONTAINS:
            return value.lower() not in state
        case Operator.MATCHES | Operator.NOT_MATCHES:
            try:
                found = re.search(value, state) is not None
            except re.error:  # the engine refuses it, and says where it stands
                return False
            return found is (operator is Operator.MATCHES)
        case Operator.GT:
            return state > value
        case Operator.GE:
            return state >= value
        case Operator.LT:
            return state < value
        case Operator.LE:
            return state <= value
