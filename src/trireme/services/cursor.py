"""Opaque page cursors: where a page ended, in a form that clients hand back and never read."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

from trireme.domain.errors import InvalidInput


def encode_cursor(kind: str, position: list[Any]) -> str:
    """A cursor of *kind* for a JSON-able *position*."""
    return base64.urlsafe_b64encode(json.dumps([kind, *position], separators=(",", ":")).encode()).decode().rstrip("=")


def decode_cursor(cursor: str, kind: str, example: list[Any]) -> list[Any]:
    """The position in *cursor*.

    Parameters:
        example: a position of the right shape; its length and the JSON types of its items are demanded.

    Raises:
        InvalidInput: the cursor was not made by `encode_cursor` for this kind of page.
    """
    try:
        found, *position = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        fits = len(position) == len(example) and all(
            isinstance(value, type(sample)) for value, sample in zip(position, example, strict=True)
        )
        if found != kind or not fits:
            raise ValueError(found)
    except (ValueError, TypeError, binascii.Error) as error:
        raise InvalidInput(
            "The cursor is not one that this server made for this page.", hint="Start again without a cursor."
        ) from error
    return position
