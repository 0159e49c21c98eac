"""Query parameters that are lists."""

from __future__ import annotations

from trireme.domain.errors import InvalidInput
from trireme.domain.ids import RunKey
from trireme.domain.types import AttributeType


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
