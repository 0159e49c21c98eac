"""Codes by which Neptune's clients learn what became of what they sent."""

from __future__ import annotations

from enum import IntEnum
from typing import Final


class IngestCode(IntEnum):
    """``neptune.ingest.v1.IngestCode``."""

    PROJECT_NOT_FOUND = 8
    PROJECT_INVALID_NAME = 9
    RUN_NOT_FOUND = 10
    RUN_DUPLICATE = 11
    RUN_CONFLICTING = 12
    RUN_FORK_PARENT_NOT_FOUND = 13
    RUN_INVALID_CREATION_PARAMETERS = 14
    FIELD_PATH_EXCEEDS_SIZE_LIMIT = 16
    FIELD_PATH_EMPTY = 17
    FIELD_PATH_INVALID = 18
    FIELD_PATH_NON_WRITABLE = 19
    FIELD_TYPE_UNSUPPORTED = 20
    FIELD_TYPE_CONFLICTING = 21
    SERIES_POINT_DUPLICATE = 24
    SERIES_STEP_NON_INCREASING = 25
    SERIES_STEP_NOT_AFTER_FORK_POINT = 26
    DATETIME_VALUE_OUT_OF_RANGE = 33
    STRING_VALUE_EXCEEDS_SIZE_LIMIT = 36
    STRING_SET_EXCEEDS_SIZE_LIMIT = 37
    FILE_REF_EXCEEDS_SIZE_LIMIT = 38
    SERIES_STEP_TOO_LARGE = 40
    SERIES_STEP_INVALID = 41
    SERIES_PREVIEW_STEP_NOT_AFTER_LAST_COMMITTED_STEP = 42
    HISTOGRAM_BIN_EDGES_CONTAINS_NAN = 50
    HISTOGRAM_TOO_MANY_BINS = 51
    HISTOGRAM_BIN_EDGES_NOT_INCREASING = 52
    HISTOGRAM_VALUES_LENGTH_DOESNT_MATCH_BINS = 53
    INTERNAL = 64


OF_ERROR: Final = {
    "type_conflict": IngestCode.FIELD_TYPE_CONFLICTING,
    "invalid_path": IngestCode.FIELD_PATH_INVALID,
    "read_only": IngestCode.FIELD_PATH_NON_WRITABLE,
    "point_exists": IngestCode.SERIES_POINT_DUPLICATE,
    "step_taken": IngestCode.SERIES_STEP_NON_INCREASING,
    "before_fork": IngestCode.SERIES_STEP_NOT_AFTER_FORK_POINT,
    "preview_late": IngestCode.SERIES_PREVIEW_STEP_NOT_AFTER_LAST_COMMITTED_STEP,
    "too_large": IngestCode.STRING_VALUE_EXCEEDS_SIZE_LIMIT,
}
"""By the code of our own refusal; anything else is FIELD_TYPE_UNSUPPORTED."""

_RPC_NOT_FOUND, _RPC_EXISTS, _RPC_INVALID, _RPC_INTERNAL = 5, 6, 3, 13
_RPC_OF: Final = {
    IngestCode.PROJECT_NOT_FOUND: _RPC_NOT_FOUND,
    IngestCode.RUN_NOT_FOUND: _RPC_NOT_FOUND,
    IngestCode.RUN_FORK_PARENT_NOT_FOUND: _RPC_NOT_FOUND,
    IngestCode.RUN_DUPLICATE: _RPC_EXISTS,
    IngestCode.RUN_CONFLICTING: _RPC_EXISTS,
    IngestCode.SERIES_POINT_DUPLICATE: _RPC_EXISTS,
    IngestCode.INTERNAL: _RPC_INTERNAL,
}


def rpc_code(code: int) -> int:
    """The google.rpc code that goes with an ingest code; the client only tells OK and UNAVAILABLE from the rest."""
    try:
        return _RPC_OF.get(IngestCode(code), _RPC_INVALID)
    except ValueError:
        return _RPC_INVALID
