"""Shapes that several nouns share."""

from __future__ import annotations

from typing import Literal

import msgspec

TypeLabel = Literal[
    "float", "int", "string", "bool", "datetime", "string_set", "file", "artifact", "run_state", "git_ref",
    "notebook_ref", "float_series", "string_series", "file_series", "histogram_series", "tensor_series",
]  # fmt: skip
AggregateName = Literal["last", "first", "min", "max", "average", "variance", "count", "last_step"]
NonFinite = Literal["NaN", "Infinity", "-Infinity"]


class Error(msgspec.Struct, frozen=True, omit_defaults=True):
    """The one shape of an error.

    `code` is stable; `message` is a sentence; `hint` says the way out; `position` points into a query's text.
    """

    code: str
    message: str
    hint: str | None = None
    position: int | None = None
    request_id: str | None = None


class ErrorBody(msgspec.Struct, frozen=True):
    """What every failed request answers."""

    error: Error


class FileValue(msgspec.Struct, frozen=True):
    """A stored file; fetch its bytes with the run's `files/content` route."""

    sha256: str
    size: int
    mime: str
    name: str


Value = float | int | bool | str | list[str] | FileValue | None
"""A value as JSON: datetimes are ISO 8601 in UTC with milliseconds; non-finite floats are the texts NaN, Infinity, -Infinity;
integers beyond ±2^53 are texts of digits."""
