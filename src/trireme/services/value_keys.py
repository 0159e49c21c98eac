"""Values as texts that the warehouse can group and count by, whatever their type."""

from __future__ import annotations

from typing import Any, Final

from trireme.domain.dates import moment
from trireme.domain.types import AttributeType

KEY: Final = (
    "concat(toString(type), ':', multiIf("
    f"type = {int(AttributeType.FLOAT)}, toString(number + 0),"  # + 0: there is one zero
    f" type IN ({int(AttributeType.INT)}, {int(AttributeType.BOOL)}, {int(AttributeType.DATETIME)}), toString(int),"
    f" type = {int(AttributeType.STRING_SET)}, arrayStringConcat(arraySort(arrayDistinct(strings)), '\\0'), string))"
)
"""An expression over a row of single values: type and value as one text that is the same for equal values."""

SERIES_KEY: Final = f"concat('{int(AttributeType.FLOAT_SERIES)}:', toString({{}} + 0))"
"""The same for a number made of a float series; the number's expression goes into the braces."""


def value_of(key: str) -> tuple[AttributeType, Any]:
    """Type and value from the text of a group's key."""
    number, _, text = key.partition(":")
    type_ = AttributeType(int(number))
    match type_:
        case AttributeType.FLOAT | AttributeType.FLOAT_SERIES:
            return type_, float(text)
        case AttributeType.INT:
            return type_, int(text)
        case AttributeType.BOOL:
            return type_, text == "1"
        case AttributeType.DATETIME:
            return type_, moment(int(text))
        case AttributeType.STRING_SET:
            return type_, frozenset(text.split("\0") if text else ())
        case _:
            return type_, text
