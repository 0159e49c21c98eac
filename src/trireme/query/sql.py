"""The query tree as ClickHouse SQL: a bitmap of run keys.

Every condition becomes the bitmap of the run keys it holds for, read from the tables that are sorted by path, so a condition
costs the runs that have its attribute and nothing else; AND, OR and NOT are operations on bitmaps, several times cheaper than
sets. Conditions of an OR on one path are read together. Users' text only ever travels as a bound value.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain
from typing import Final

from trireme.domain.errors import InvalidQuery
from trireme.domain.limits import MAX_CONDITIONS
from trireme.domain.paths import path_id
from trireme.domain.query import Aggregate, And, Attribute, Comparison, Exists, Not, OneOf, Operator, Or, Query
from trireme.domain.types import AttributeType

UNIVERSE: Final = f"SELECT run FROM attribute_values FINAL WHERE project = {{project:UInt32}} AND path_id = {path_id('sys/id')}"
"""All runs of a project, trashed ones too."""

ALL_RUNS: Final = f"(SELECT groupBitmapState(run) FROM ({UNIVERSE}))"

AGGREGATES: Final = {
    Aggregate.LAST: "reinterpretAsFloat64(toUInt64(last))",
    Aggregate.FIRST: "reinterpretAsFloat64(toUInt64(first))",
    Aggregate.MIN: "if(finite > 0, min, nan)",
    Aggregate.MAX: "if(finite > 0, max, nan)",
    Aggregate.AVERAGE: "sum / finite",
    Aggregate.VARIANCE: "finalizeAggregation(variance)",
    Aggregate.COUNT: "toFloat64(count)",
    Aggregate.LAST_STEP: "toInt64(bitShiftRight(last, 128)) / 1e6",
}
"""The columns of a float summary as numbers."""

_WHOLE: Final = re.compile(r"[+-]?[0-9]{1,20}")
_ORDER: Final = frozenset({Operator.EQ, Operator.NE, Operator.GT, Operator.GE, Operator.LT, Operator.LE})
_NUMBERS: Final = frozenset({AttributeType.FLOAT, AttributeType.INT})
_STRINGS: Final = frozenset({AttributeType.STRING, AttributeType.RUN_STATE})
_LISTED: Final = (
    AttributeType.FLOAT, AttributeType.INT, AttributeType.STRING, AttributeType.BOOL, AttributeType.DATETIME, AttributeType.RUN_STATE,
)  # fmt: skip
"""Types whose values are compared with a list at once."""
_UNLISTED: Final = frozenset(AttributeType) - {*_LISTED, AttributeType.FLOAT_SERIES}
_SETS: Final = frozenset({"sys/tags", "sys/group_tags"})
"""Paths that are string sets in every run that has them."""
_OTHER_SERIES: Final = {
    AttributeType.STRING_SERIES: "string_points",
    AttributeType.FILE_SERIES: "file_points",
    AttributeType.HISTOGRAM_SERIES: "histogram_points",
}


class QueryPrinter:
    """Prints conditions and collects the values they bind."""

    def __init__(self, params: dict[str, object]) -> None:
        self._params = params
        self._count = 0
        self.patterns: dict[str, int | None] = {}
        """The regular expressions that were bound, and where they stand in the query: the engine tells of a bad one only when
        it meets a row."""

    def bitmap(self, query: Query) -> str:
        """An expression: the bitmap of the run keys that *query* holds for.

        Raises:
            InvalidQuery: an operator or a value does not fit its attribute.
        """
        match query:
            case Comparison() if _of_absent_set(query):
                return f"bitmapAndnot({ALL_RUNS}, {self._read((replace(query, operator=Operator.CONTAINS),))})"
            case Comparison() | Exists():
                return self._read((query,))
            case OneOf(runs):
                return f"bitmapBuild({self._bind('Array(UInt64)', list(runs))})"
            case Not(operand):
                return f"bitmapAndnot({ALL_RUNS}, {self.bitmap(operand)})"
            case And(operands):
                return _balanced("bitmapAnd", [self.bitmap(operand) for operand in operands])
            case Or(operands):
                leaves: list[Comparison | Exists] = []
                parts: list[str] = []
                for operand in operands:
                    if isinstance(operand, Exists) or (isinstance(operand, Comparison) and not _of_absent_set(operand)):
                        leaves.append(operand)
                    else:
                        parts.append(self.bitmap(operand))
                return _balanced("bitmapOr", [*parts, *([self._read(tuple(leaves))] if leaves else [])])

    def _read(self, leaves: tuple[Comparison | Exists, ...]) -> str:
        """The bitmap of the runs that one of *leaves* holds for. An OR of thousands of values of a path is one read."""
        groups: dict[tuple[str, int], list[str]] = {}
        equal: dict[Attribute, list[Comparison]] = {}
        for leaf in leaves:
            if isinstance(leaf, Comparison) and leaf.operator is Operator.EQ:
                equal.setdefault(leaf.attribute, []).append(leaf)
        lists = {attribute: same for attribute, same in equal.items() if len(same) > 1 and attribute.type not in _UNLISTED}
        single = [
            leaf
            for leaf in leaves
            if not (isinstance(leaf, Comparison) and leaf.operator is Operator.EQ and leaf.attribute in lists)
        ]
        self._count += len(single) + len(lists)
        if self._count > MAX_CONDITIONS:
            raise InvalidQuery(
                f"The query has more than {MAX_CONDITIONS:,} conditions.",
                hint="Many values of one attribute count once: compare them with = joined by OR, or with IN.",
            )
        found = [self._conditions(leaf) for leaf in single] + [self._equal(*each) for each in lists.items()]
        for table, path, condition in chain.from_iterable(found):
            groups.setdefault((table, path), []).append(condition)
        selects = [
            _select(table, path, " OR ".join(f"({condition})" for condition in conditions))
            for (table, path), conditions in groups.items()
        ]
        return f"(SELECT groupBitmapState(run) FROM ({' UNION ALL '.join(selects)}))"

    def _conditions(self, query: Comparison | Exists) -> list[tuple[str, int, str]]:
        """Table, path and condition of each place where the attribute may stand."""
        attribute = query.attribute
        path = path_id(attribute.path)
        if isinstance(query, Exists):
            return self._exists(attribute, path)
        if attribute.type is AttributeType.FLOAT_SERIES:
            return [("float_summary_by_path", path, self._number(query, AGGREGATES[attribute.aggregate or Aggregate.LAST]))]
        if attribute.type is AttributeType.STRING_SERIES:
            return [("string_points", path, self._string(query, "argMax(value, (step, timestamp, seq))"))]
        if attribute.type is not None:
            return [("attribute_values", path, f"type = {int(attribute.type)} AND {self._single(query, attribute.type)}")]
        return self._any_type(query, path)

    def _equal(self, attribute: Attribute, queries: Sequence[Comparison]) -> list[tuple[str, int, str]]:
        """As `_conditions`, for thousands of values of one attribute: each place is read against a list."""
        path = path_id(attribute.path)
        if attribute.type is AttributeType.FLOAT_SERIES:
            column = AGGREGATES[attribute.aggregate or Aggregate.LAST]
            return [("float_summary_by_path", path, self._listed([(column, "Float64", _number_of(each)) for each in queries]))]
        if attribute.type is not None:
            listed = self._listed([_value_of(each, attribute.type) for each in queries])
            return [("attribute_values", path, f"type = {int(attribute.type)} AND ({listed})")]
        found: dict[AttributeType, list[tuple[str, str, object]]] = {}
        conditions: list[str] = []
        sets: list[list[str]] = []
        for each in queries:
            for type_ in _LISTED:
                with suppress(InvalidQuery):  # every value fits a string at least
                    value = _value_of(each, type_)
                    found.setdefault(type_, []).append(value)
            with suppress(InvalidQuery):
                sets.append(sorted(_members(each)))
        if sets:
            listed = f"arraySort(arrayDistinct(strings)) IN {self._bind('Array(Array(String))', sets)}"
            conditions.append(f"(type = {int(AttributeType.STRING_SET)} AND {listed})")
        conditions += [f"(type = {int(type_)} AND ({self._listed(values)}))" for type_, values in found.items()]
        places = [("attribute_values", path, " OR ".join(conditions))]
        numbers = [
            (AGGREGATES[Aggregate.LAST], "Float64", value) for each in queries if (value := _as_number(each.value)) is not None
        ]
        return places + ([("float_summary_by_path", path, self._listed(numbers))] if numbers else [])

    def _listed(self, values: Sequence[tuple[str, str, object]]) -> str:
        """A condition: a column has one of its values.

        Parameters:
            values: column, kind of the value, and value.
        """
        lists: dict[tuple[str, str], list[object]] = {}
        for column, kind, value in values:
            lists.setdefault((column, kind), []).append(value)
        parts = []
        for (column, kind), listed in lists.items():
            numbers = [value for value in listed if value == value]
            if len(numbers) < len(listed):
                parts.append(f"isNaN({column})")
            if numbers:
                parts.append(f"{column} IN {self._bind(f'Array({kind})', numbers)}")
        return " OR ".join(parts)

    def _exists(self, attribute: Attribute, path: int) -> list[tuple[str, int, str]]:
        if attribute.type is None:
            return [(table, path, "1") for table in ("attribute_values", "float_summary_by_path", *_OTHER_SERIES.values())]
        if attribute.type is AttributeType.FLOAT_SERIES:
            return [("float_summary_by_path", path, "1")]
        if attribute.type in _OTHER_SERIES:
            return [(_OTHER_SERIES[attribute.type], path, "1")]
        return [("attribute_values", path, f"type = {int(attribute.type)}")]

    def _any_type(self, query: Comparison, path: int) -> list[tuple[str, int, str]]:
        """Without a type: every type that can be compared so."""
        choices: list[str] = []
        problem: InvalidQuery | None = None
        for type_ in AttributeType:
            if type_.is_series or type_ in (AttributeType.FILE, AttributeType.ARTIFACT):
                continue
            try:
                choices.append(f"(type = {int(type_)} AND {self._single(query, type_)})")
            except InvalidQuery as error:
                problem = problem or error
        found = [("attribute_values", path, " OR ".join(choices))] if choices else []
        if query.operator in _ORDER and _as_number(query.value) is not None:
            found.append(("float_summary_by_path", path, self._number(query, AGGREGATES[Aggregate.LAST])))
        if not found:
            raise problem or _misfit(query, "an attribute")
        return found

    def _single(self, query: Comparison, type_: AttributeType) -> str:
        if type_ in _NUMBERS:
            return self._number(query, "number") if type_ is AttributeType.FLOAT else self._int(query)
        if type_ in _STRINGS:
            return self._string(query, "string")
        if type_ is AttributeType.BOOL:
            return self._bool(query)
        if type_ is AttributeType.DATETIME:
            return self._datetime(query)
        if type_ is AttributeType.STRING_SET:
            return self._set(query)
        raise _misfit(query, f"a {type_.label}", "It can only be asked for with EXISTS.")

    def _number(self, query: Comparison, column: str) -> str:
        if query.operator not in _ORDER:
            raise _misfit(query, "a number", "Numbers are compared with == != > >= < <=.")
        value = _number_of(query)
        if math.isnan(value) and query.operator in (Operator.EQ, Operator.NE):
            return f"{'NOT ' if query.operator is Operator.NE else ''}isNaN({column})"
        return f"{column} {_sql(query.operator)} {self._bind('Float64', value)}"

    def _int(self, query: Comparison) -> str:
        whole = _whole_of(query)
        if query.operator in _ORDER and whole is not None:
            return f"int {_sql(query.operator)} {self._bind('Int64', whole)}"
        return self._number(query, "number")

    def _string(self, query: Comparison, column: str) -> str:
        value = str(query.value)
        if query.operator in (Operator.CONTAINS, Operator.NOT_CONTAINS):
            sign = "=" if query.operator is Operator.NOT_CONTAINS else ">"
            return f"position({column}, {self._bind('String', value)}) {sign} 0"
        if query.operator in (Operator.ICONTAINS, Operator.NOT_ICONTAINS):
            sign = "=" if query.operator is Operator.NOT_ICONTAINS else ">"
            return f"positionCaseInsensitiveUTF8({column}, {self._bind('String', value)}) {sign} 0"
        if query.operator in (Operator.MATCHES, Operator.NOT_MATCHES):
            negation = "NOT " if query.operator is Operator.NOT_MATCHES else ""
            self.patterns.setdefault(value, query.value_position)
            return f"{negation}match({column}, {self._bind('String', value)})"
        return f"{column} {_sql(query.operator)} {self._bind('String', value)}"

    def _bool(self, query: Comparison) -> str:
        if query.operator not in (Operator.EQ, Operator.NE):
            raise _misfit(query, "a bool", "Bools are compared with == and !=.")
        return f"int {_sql(query.operator)} {int(_bool_of(query))}"

    def _datetime(self, query: Comparison) -> str:
        if query.operator not in _ORDER:
            raise _misfit(query, "a datetime", "Times are compared with == != > >= < <=.")
        return f"int {_sql(query.operator)} {self._bind('Int64', _moment_of(query))}"

    def _set(self, query: Comparison) -> str:
        if query.operator in (Operator.EQ, Operator.NE):
            members = self._bind("Array(String)", sorted(_members(query)))
            return f"{'NOT ' if query.operator is Operator.NE else ''}arraySort(arrayDistinct(strings)) = {members}"
        if query.operator not in (Operator.CONTAINS, Operator.NOT_CONTAINS):
            raise _misfit(query, "a string set", "Sets are asked with CONTAINS and NOT CONTAINS.")
        negation = "NOT " if query.operator is Operator.NOT_CONTAINS else ""
        return f"{negation}has(strings, {self._bind('String', str(query.value))})"

    def _bind(self, kind: str, value: object) -> str:
        name = f"q{len(self._params)}"
        self._params[name] = value
        return f"{{{name}:{kind}}}"


def _of_absent_set(query: Comparison) -> bool:
    """Whether it holds for runs without the attribute too: a set that is not there has no members."""
    attribute = query.attribute
    a_set = attribute.type is AttributeType.STRING_SET or (attribute.type is None and attribute.path in _SETS)
    return a_set and query.operator is Operator.NOT_CONTAINS


def _select(table: str, path: int, condition: str) -> str:
    where = f"project = {{project:UInt32}} AND path_id = {path}"
    if table in _OTHER_SERIES.values():
        columns = "timestamp, seq, value" if table == "string_points" else "seq"
        return f"SELECT run FROM {visible_points(table, columns, where)} GROUP BY run HAVING {condition}"
    return f"SELECT run FROM {table} FINAL WHERE {where} AND ({condition})"


def visible_points(table: str, columns: str, where: str) -> str:
    """A subselect over all runs of a project: ``run``, ``step`` and *columns* of own and inherited points.

    For filters and tables over many runs, where the forks are not known one by one.

    Parameters:
        where: conditions on ``project`` (always) and path_id; every column in it belongs to the table of points.
    """
    return (
        f"(SELECT run, step, {columns} FROM {table} FINAL WHERE {where}"
        f" UNION ALL SELECT l.run AS run, p.step AS step, {', '.join(f'p.{name.strip()}' for name in columns.split(','))}"
        f" FROM (SELECT run, step, {columns} FROM {table} FINAL WHERE {where}) AS p"
        " INNER JOIN (SELECT * FROM run_lineage FINAL WHERE project = {project:UInt32}) AS l ON p.run = l.ancestor"
        " WHERE p.step > l.after_step AND p.step <= l.until_step)"
    )


def _balanced(function: str, parts: list[str]) -> str:
    """``function`` over all parts, nested no deeper than it must be: thousands of parts are normal."""
    while len(parts) > 1:
        parts = [
            f"{function}({', '.join(parts[i : i + 2])})" if i + 1 < len(parts) else parts[i] for i in range(0, len(parts), 2)
        ]
    return parts[0]


def _sql(operator: Operator) -> str:
    return "=" if operator is Operator.EQ else operator.value


def _as_number(value: object) -> float | None:
    try:
        return float(str(value))
    except ValueError:
        return None


def _value_of(query: Comparison, type_: AttributeType) -> tuple[str, str, object]:
    """What a value of *type_* must equal: the column, the kind of its values, and the value.

    Raises:
        InvalidQuery: the value does not fit the type.
    """
    if type_ in _STRINGS:
        return "string", "String", str(query.value)
    if type_ is AttributeType.BOOL:
        return "int", "Int64", int(_bool_of(query))
    if type_ is AttributeType.DATETIME:
        return "int", "Int64", _moment_of(query)
    whole = _whole_of(query) if type_ is AttributeType.INT else None
    return ("number", "Float64", _number_of(query)) if whole is None else ("int", "Int64", whole)


def _number_of(query: Comparison) -> float:
    value = _as_number(query.value)
    if value is None:
        raise _not_a(query, f"'{query.value}' is not a number, as '{query.attribute.path}' is.", "Write it as 0.5 or 1e-3.")
    return value


def _whole_of(query: Comparison) -> int | None:
    text = str(query.value).strip()
    return int(text) if _WHOLE.fullmatch(text) and abs(int(text)) < 1 << 63 else None


def _bool_of(query: Comparison) -> bool:
    value = str(query.value).lower()
    if value not in ("true", "false", "1", "0"):
        raise _not_a(query, f"'{query.value}' is neither true nor false, as '{query.attribute.path}' is.")
    return value in ("true", "1")


def _moment_of(query: Comparison) -> int:
    try:
        value = query.value if isinstance(query.value, datetime) else datetime.fromisoformat(str(query.value))
    except ValueError:
        hint = "Use ISO 8601, e.g. 2026-11-23T12:00:00Z."
        raise _not_a(query, f"'{query.value}' is not a time, as '{query.attribute.path}' is.", hint) from None
    return int((value if value.tzinfo else value.replace(tzinfo=UTC)).timestamp() * 1000)


def _members(query: Comparison) -> set[str]:
    """The members of a set that is written as a JSON list."""
    try:
        found = json.loads(str(query.value))
    except ValueError:
        found = None
    if not isinstance(found, list) or not all(isinstance(member, str) for member in found):
        raise _not_a(
            query,
            f"'{query.value}' is not a set, as '{query.attribute.path}' is.",
            """Ask for a member with CONTAINS, or write the whole set as '["a", "b"]'.""",
        )
    return set(found)


def _misfit(query: Comparison, what: str, hint: str | None = None) -> InvalidQuery:
    return InvalidQuery(
        f"{query.operator.value} does not fit '{query.attribute.path}', {what}.", hint=hint, position=query.position
    )


def _not_a(query: Comparison, message: str, hint: str | None = None) -> InvalidQuery:
    return InvalidQuery(message, hint=hint, position=query.value_position)
