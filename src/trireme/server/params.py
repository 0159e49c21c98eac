"""Parts of requests as the domain has them."""

from __future__ import annotations

from trireme.domain.errors import InvalidInput
from trireme.domain.ids import RunKey
from trireme.domain.limits import MAX_NAMED_RUNS
from trireme.domain.query import Aggregate, Attribute
from trireme.domain.types import AttributeType
from trireme.server.schemas.table import Column, Sort


def types_of(text: str) -> list[AttributeType]:
    """Types from ``float,float_series``.

    Raises:
        InvalidInput: one of them is no type.
    """
    try:
        return [AttributeType.from_label(label) for label in text.split(",") if label]
    except KeyError as error:
        names = ", ".join(type_.label for type_ in AttributeType)
        raise InvalidInput(f"{str(error).lower()} is no type of an attribute.", hint=f"Types are {names}.") from error


def run_keys_of(text: str) -> list[RunKey]:
    """Run keys from ``1,2,5-9``.

    Raises:
        InvalidInput: one of them is no number, or there are too many.
    """
    keys: list[RunKey] = []
    for part in text.split(","):
        first, dash, last = part.partition("-")
        ends = (first, last) if dash else (first, first)
        if not part:
            continue
        if not all(end.isdecimal() and len(end) < 20 for end in ends):
            raise InvalidInput(
                "'runs' is a list of run keys.", hint="Separate numbers by commas; 5-9 stands for all from 5 to 9."
            )
        span = range(int(ends[0]), int(ends[1]) + 1)
        if len(keys) + len(span) > MAX_NAMED_RUNS:
            raise InvalidInput(f"'runs' names more than {MAX_NAMED_RUNS:,} runs.", hint="Ask for fewer of them at a time.")
        keys += map(RunKey, span)
    return keys


def attribute_of(column: Column | Sort) -> Attribute:
    """What a column or an order names.

    Raises:
        InvalidInput: it asks for a step of something that has none.
    """
    if column.at_step is not None and column.type not in (None, "float_series"):
        raise InvalidInput(f"'{column.path}' at a step was asked for, as a {column.type}.", hint="Only float series have steps.")
    type_ = AttributeType.from_label(column.type) if column.type else None
    if column.at_step is not None:
        return Attribute(column.path, AttributeType.FLOAT_SERIES, at_step=column.at_step)
    return Attribute(column.path, type_, Aggregate(column.aggregate) if column.aggregate else None)
