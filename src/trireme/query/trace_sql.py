"""Searches of traces as SQL. Meaning comes in as conditions; every value goes out bound."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from trireme.domain.trace import SESSION, SOURCE_RUN, ValueKind


class Field(Enum):
    """A field of the trace itself, and how it is read."""

    ID = "trace"
    CLIENT_REQUEST = "client_request_id"
    STATE = "state"
    START = "start_ms"
    DURATION = "if(duration_ms < 0, NULL, duration_ms)"
    END = "start_ms + greatest(duration_ms, 0)"
    PROJECT = "project"


class SpanField(Enum):
    """A field of a span."""

    NAME = "name"
    TYPE = "type"
    STATUS = "status"
    CONTENT = "content"


@dataclass(frozen=True, slots=True)
class Test:
    """A comparison. All but ``IS NULL`` are false for what is not there.

    Parameters:
        operator: ``= != > >= < <= LIKE ILIKE RLIKE IN``, ``NOT IN``, ``IS NULL``, ``IS NOT NULL``.
        value: a text, a number, or texts for the lists.
    """

    operator: str
    value: str | float | tuple[str, ...] = ""


@dataclass(frozen=True, slots=True)
class OfTrace:
    """A field of the trace."""

    field: Field
    test: Test


@dataclass(frozen=True, slots=True)
class OfValue:
    """A tag or a value of the metadata."""

    kind: ValueKind
    key: str
    test: Test


@dataclass(frozen=True, slots=True)
class OfRun:
    """Traces that a run made, or that are linked to it."""

    run_id: str


@dataclass(frozen=True, slots=True)
class OfSpan:
    """A field of one span, or the attribute *key* of it. All of a search's hold for the same span."""

    test: Test
    field: SpanField = SpanField.CONTENT
    key: str = ""


@dataclass(frozen=True, slots=True)
class OfAssessment:
    """The value of a valid assessment; one that is of a session holds for all traces of that session."""

    kind: str
    name: str
    test: Test


Condition = OfTrace | OfValue | OfRun | OfSpan | OfAssessment


@dataclass(frozen=True, slots=True)
class OrderBy:
    """A key of an order. Traces without it come last in both directions."""

    by: Field | tuple[ValueKind, str]
    ascending: bool = True


NEWEST: Final = (OrderBy(Field.START, ascending=False), OrderBy(Field.ID))
_COMPARED: Final = frozenset({"=", "!=", ">", ">=", "<", "<="})
_PROJECTS: Final = "project IN {projects:Array(UInt32)}"


class TraceSearch:
    """Prints one search.

    Parameters:
        params: is filled with the values; ``projects`` is the caller's.
    """

    def __init__(self, params: dict[str, Any]) -> None:
        self._params = params
        self.patterns: list[str] = []
        """Regular expressions among the values. An engine without rows to try them on would not refuse a bad one."""

    def page(self, conditions: Sequence[Condition], order: Sequence[OrderBy], *, offset: int, limit: int) -> str:
        """The SELECT of a page: project and trace, in order."""
        wanted = [*order, *(one for one in NEWEST if all(one.by != other.by for other in order))]
        joins, by = "", []
        for number, one in enumerate(wanted):
            direction = "ASC" if one.ascending else "DESC"
            if isinstance(one.by, Field):
                nullable = one.by is Field.DURATION
                by.append(f"{one.by.value} {direction}{' NULLS LAST' if nullable else ''}")
                continue
            kind, key = one.by
            joins += (
                f" LEFT JOIN (SELECT trace AS id, toNullable(value) AS v FROM {self._values(kind, key)}) AS s{number}"
                f" ON t.trace = s{number}.id"
            )
            by.append(f"s{number}.v {direction} NULLS LAST")
        return (
            f"SELECT t.project AS project, t.trace AS trace FROM (SELECT * FROM traces FINAL WHERE {self.where(conditions)}) AS t{joins}"
            f" ORDER BY {', '.join(by)} LIMIT {int(limit)} OFFSET {int(offset)}"
        )

    def count(self, *searches: Sequence[Condition]) -> str:
        """The SELECT of how many traces all of these searches find: ``n``."""
        return f"SELECT count() AS n FROM traces FINAL WHERE {' AND '.join(self.where(each) for each in searches)}"

    def where(self, conditions: Sequence[Condition]) -> str:
        """The condition on rows of ``traces``."""
        spans = [self._span(one) for one in conditions if isinstance(one, OfSpan)]
        parts = [_PROJECTS, *(self._part(one) for one in conditions if not isinstance(one, OfSpan))]
        if spans:
            parts.append(f"trace IN (SELECT trace FROM spans FINAL WHERE {_PROJECTS} AND {' AND '.join(spans)})")
        return " AND ".join(parts)

    def _part(self, condition: Condition) -> str:
        match condition:
            case OfTrace(Field.CLIENT_REQUEST, test):
                return f"(client_request_id != '' AND {self.test('client_request_id', test)})"
            case OfTrace(Field.DURATION, test):
                return f"(duration_ms >= 0 AND {self.test('duration_ms', test)})"
            case OfTrace(field, test):
                return self.test(field.value, test)
            case OfValue(kind, key, test):
                if test.operator in ("IS NULL", "IS NOT NULL"):
                    negation = "NOT " if test.operator == "IS NULL" else ""
                    return f"trace {negation}IN (SELECT trace FROM {self._values(kind, key)})"
                return f"trace IN (SELECT trace FROM {self._values(kind, key)} WHERE {self.test('value', test)})"
            case OfRun(run_id):
                made = f"SELECT trace FROM {self._values(ValueKind.METADATA, SOURCE_RUN)} WHERE value = {self.bind(run_id)}"
                linked = f"SELECT trace FROM {self._values(ValueKind.RUN, run_id)}"
                return f"trace IN ({made} UNION ALL {linked})"
            case OfAssessment():
                return self._assessment(condition)
        raise TypeError(condition)

    def _span(self, condition: OfSpan) -> str:
        if not condition.key:
            return self.test(condition.field.value, condition.test)
        key = self.bind(condition.key)
        written = self.bind(json.dumps(condition.key, ensure_ascii=False))
        raw = f"JSONExtractRaw(content, 'attributes', {key})"
        text = f"if(JSONType(content, 'attributes', {key}) = 'String', JSONExtractString(content, 'attributes', {key}), {raw})"
        # The first condition spares most spans the parsing.
        return (
            f"(position(content, {written}) > 0 AND JSONHas(content, 'attributes', {key}) AND {self.test(text, condition.test)})"
        )

    def _assessment(self, condition: OfAssessment) -> str:
        exists = condition.test.operator in ("IS NULL", "IS NOT NULL")
        where = f"{_PROJECTS} AND kind = {self.bind(condition.kind)} AND name = {self.bind(condition.name)} AND valid"
        if not exists:
            column = "text" if isinstance(condition.test.value, str) else "number"
            where += f" AND {self.test(column, condition.test)}"
        direct = f"SELECT trace FROM trace_assessments FINAL WHERE {where}"
        session = self._values(ValueKind.METADATA, SESSION)
        scoped = f"{direct} AND JSONHas(metadata, {self.bind(SESSION)})"
        siblings = f"SELECT trace FROM {session} WHERE value IN (SELECT value FROM {session} WHERE trace IN ({scoped}))"
        negation = "NOT " if condition.test.operator == "IS NULL" else ""
        return f"trace {negation}IN ({direct} UNION ALL {siblings})"

    def _values(self, kind: ValueKind, key: str) -> str:
        """A subselect: trace and value of everything that has the key."""
        where = f"{_PROJECTS} AND kind = {int(kind)} AND key = {self.bind(key)}"
        return f"(SELECT trace, value FROM trace_values_by_key FINAL WHERE {where})"

    def test(self, column: str, test: Test) -> str:
        """A comparison of an expression of ours."""
        operator, value = test.operator, test.value
        if operator in ("IN", "NOT IN"):
            assert isinstance(value, tuple)
            return f"{column} {operator} {self.bind(list(value), 'Array(String)')}"
        if operator in _COMPARED:
            return f"{column} {operator} {self.bind(value, 'String' if isinstance(value, str) else 'Float64')}"
        assert isinstance(value, str)
        if operator in ("LIKE", "ILIKE"):
            # Backslashes escape in ClickHouse's patterns and stand for themselves in those of the searches.
            escaped = value.replace("\\", "\\\\")
            return f"{column} {operator} {self.bind(escaped)}"
        assert operator == "RLIKE", operator
        self.patterns.append(value)
        return f"match({column}, {self.bind(value)})"

    def bind(self, value: Any, type_: str = "String") -> str:
        """A placeholder for *value*."""
        name = f"t{len(self._params)}"
        self._params[name] = value
        return f"{{{name}:{type_}}}"
