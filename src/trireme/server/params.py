"""Parts of requests as the domain has them."""

from __future__ import annotations

from trireme.domain.errors import InvalidInput
from trireme.domain.ids import RunKey
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
    """Run keys from ``1,2,3``.

    Raises:
        InvalidInput: one of them is no number.
    """
    parts = [part for part in text.split(",") if part]
    if not all(part.isdecimal() and len(part) < 20 for part in parts):
        raise InvalidInput("'runs' is a list of run keys.", hint="Separate numbers by commas: runs=1,2,3.")
    return [RunKey(int(part)) for part in parts]


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
