"""The query tree: what every filter language (NQL, MLflow) means. Data only; ``trireme.query`` parses into it and prints SQL from it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from trireme.domain.types import AttributeType


class _Text(str, Enum):
    """``enum.StrEnum``, which Python 3.10 lacks."""

    __str__ = str.__str__


class Aggregate(_Text):
    """How a float series becomes one number."""

    LAST = "last"
    FIRST = "first"
    MIN = "min"
    MAX = "max"
    AVERAGE = "average"
    VARIANCE = "variance"
    COUNT = "count"
    LAST_STEP = "last_step"


class Operator(_Text):
    """The comparisons; negative ones are false for a run that lacks the attribute, ``Not`` is true for it."""

    EQ = "=="
    NE = "!="
    GT = ">"
    GE = ">="
    LT = "<"
    LE = "<="
    MATCHES = "MATCHES"
    NOT_MATCHES = "NOT MATCHES"
    CONTAINS = "CONTAINS"
    NOT_CONTAINS = "NOT CONTAINS"
    ICONTAINS = "ICONTAINS"
    """CONTAINS in upper and lower case alike; for texts."""
    NOT_ICONTAINS = "NOT ICONTAINS"


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute as a query or a column names it; without a type it means a path of any type.

    Parameters:
        at_step: of a float series the value at this step, or the last one before it. For columns and orders, not for queries.
    """

    path: str
    type: AttributeType | None = None
    aggregate: Aggregate | None = None
    at_step: float | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """``attribute operator value``. A text value is coerced to the attribute's type by the printer.

    Parameters:
        value: a set is written as a JSON list of texts.
        position, value_position: where the operator and the value stand in the query's text, for errors.
    """

    attribute: Attribute
    operator: Operator
    value: str | float | int | bool | datetime
    position: int | None = field(default=None, compare=False)
    value_position: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Exists:
    """True for runs that have the attribute."""

    attribute: Attribute


@dataclass(frozen=True, slots=True)
class OneOf:
    """True for these runs (their keys). No language has words for it; services put it into a tree."""

    runs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The runs of the project that *operand* does not hold for."""

    operand: Query


@dataclass(frozen=True, slots=True)
class And:
    """All operands hold. Flat: thousands of operands are normal and must not nest."""

    operands: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """At least one operand holds. Flat, like ``And``."""

    operands: tuple[Query, ...]


Query = Comparison | Exists | OneOf | Not | And | Or


def attributes_of(query: Query) -> Iterator[Attribute]:
    """The attributes that *query* asks about, as often as it does."""
    match query:
        case Comparison(attribute) | Exists(attribute):
            yield attribute
        case Not(operand):
            yield from attributes_of(operand)
        case And(operands) | Or(operands):
            for each in operands:
                yield from attributes_of(each)
        case OneOf():
            return


@dataclass(frozen=True, slots=True)
class SortBy:
    """The order of a runs table. Runs without the attribute come last in both directions; ties by newest run first."""

    attribute: Attribute
    descending: bool = True
    by_text: bool = False
    """Texts that read as numbers are sorted as texts too."""
