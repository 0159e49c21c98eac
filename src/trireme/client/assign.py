"""From a Python value to a typed one: what ``run["path"] = value`` stores."""

from __future__ import annotations

import enum
import os
import sys
from collections.abc import Iterator, Mapping
from typing import Any, Final

from trireme.domain.errors import InvalidInput
from trireme.domain.types import AttributeType

MAX_DEPTH: Final = 64
_INT64: Final = range(-(1 << 63), 1 << 63)


def flatten(path: str, value: Any, depth: int = 0) -> Iterator[tuple[str, object]]:
    """The leaves of nested mappings (also dataclasses, namespaces, pydantic models), each with its path.

    Raises:
        InvalidInput: nested deeper than `MAX_DEPTH`, as a mapping that contains itself is.
    """
    fields = as_mapping(value)
    if fields is None:
        yield path, value
        return
    if depth >= MAX_DEPTH:
        raise InvalidInput(f"'{path[:80]}…' is nested deeper than {MAX_DEPTH} levels.")
    for key, item in fields.items():
        yield from flatten(f"{path}/{key}" if path else str(key), item, depth + 1)


def as_mapping(value: Any) -> Mapping[Any, Any] | None:
    """*value*'s named parts, if it is made of such."""
    kind = type(value)
    if kind in _PLAIN or kind.__module__.startswith("trireme."):
        return None  # our own values (histograms, files) are dataclasses, too
    if isinstance(value, Mapping):
        return value
    if hasattr(kind, "__dataclass_fields__"):
        return {name: getattr(value, name) for name in kind.__dataclass_fields__}
    if kind.__name__ in ("Namespace", "SimpleNamespace") and hasattr(value, "__dict__"):
        return vars(value)
    dump = getattr(value, "model_dump", None)
    if dump is not None and hasattr(kind, "model_fields"):
        found = dump()
        return found if isinstance(found, Mapping) else None
    return None


def scalar(value: Any) -> Any:
    """The Python number, bool or text inside a numpy or torch scalar, or an array of one; otherwise *value*."""
    if type(value) in _PLAIN or not hasattr(value, "item"):
        return value
    count = getattr(value, "size", None)
    if callable(count):  # a tensor
        count = getattr(value, "numel", count)()
    if count == 1 or getattr(value, "shape", None) == ():
        try:
            return value.item()
        except (TypeError, ValueError, RuntimeError):
            return value
    return value


def as_float(value: Any) -> float | None:
    """*value* as a point of a float series, or None if it is no number."""
    value = scalar(value)
    if isinstance(value, (float, int)):
        try:
            return float(value)
        except OverflowError:
            return float("inf") if value > 0 else float("-inf")
    if isinstance(value, (str, bytes, bytearray)) or not hasattr(value, "__float__"):
        return None
    if getattr(value, "shape", ()) != ():
        return None  # an array
    try:
        return float(value)
    except (TypeError, ValueError, RuntimeError):
        return None


def typed(value: Any) -> tuple[AttributeType, Any] | None:
    """The type and the value to encode for a single value, or None if it is nothing that a path can hold as it is.

    Lists, tuples and sets of texts are string sets; other lists, tuples and enumerations are stored as text.

    Raises:
        InvalidInput: an integer beyond 64 bits.
    """
    value = scalar(value)
    match value:
        case bool():
            return AttributeType.BOOL, value
        case enum.Enum():
            return AttributeType.STRING, value.value if isinstance(value.value, str) else value.name
        case int():
            if value not in _INT64:
                raise InvalidInput(f"The integer {value!r:.40} does not fit into 64 bits.", hint="Store it as a float or a text.")
            return AttributeType.INT, int(value)
        case float():
            return AttributeType.FLOAT, float(value)
        case str():
            return AttributeType.STRING, str(value)
        case set() | frozenset() | list() | tuple():
            if all(isinstance(item, str) for item in value):
                return AttributeType.STRING_SET, frozenset(map(str, value))
            return AttributeType.STRING, repr(sorted(value, key=repr) if isinstance(value, (set, frozenset)) else value)
        case os.PathLike():
            return AttributeType.STRING, os.fsdecode(value)
    milliseconds = _milliseconds(value)
    if milliseconds is not None:
        return AttributeType.DATETIME, milliseconds
    if hasattr(value, "__float__") and (number := as_float(value)) is not None:
        return AttributeType.FLOAT, number  # Decimal, Fraction
    return None


def timestamp_seconds(value: Any) -> float:
    """A timestamp argument, seconds since 1970 or a datetime (naive means local time), in seconds.

    Raises:
        InvalidInput: neither, or out of range.
    """
    if isinstance(value, (int, float)):
        seconds = float(value)
    else:
        milliseconds = _milliseconds(value)
        if milliseconds is None:
            raise InvalidInput(f"{value!r:.60} is not a timestamp.", hint="Use seconds since 1970 or a datetime.")
        seconds = milliseconds / 1000
    if not 0 <= seconds < 4e9:
        raise InvalidInput(f"The timestamp {seconds!r} is out of range.", hint="Use seconds since 1970, not milliseconds.")
    return seconds


def _milliseconds(value: Any) -> int | None:
    dates = sys.modules.get("datetime")  # whoever has a datetime has imported it
    if dates is None:
        return None
    if isinstance(value, dates.datetime):
        return round(value.timestamp() * 1000)
    if isinstance(value, dates.date):
        return round(dates.datetime(value.year, value.month, value.day).timestamp() * 1000)
    return None


_PLAIN: Final = frozenset({float, int, str, bool, bytes, list, tuple, set, frozenset, type(None)})
