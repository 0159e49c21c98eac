"""Limits that the API states by name. Those of the record format stand in `trireme.domain.records`."""

from __future__ import annotations

from typing import Final

MAX_TABLE_PAGE: Final = 1000
MAX_TABLE_COLUMNS: Final = 500
MAX_PINNED_RUNS: Final = 100
MAX_NAMED_RUNS: Final = 10_000
MAX_COMPARED_RUNS: Final = 1000
MAX_COMPARED_VALUES: Final = 200_000
MAX_COLUMN_RUNS: Final = 50_000
MAX_MEDIA_CELLS: Final = 10_000
MAX_SERIES_PER_REQUEST: Final = 1000
MAX_BUCKETS: Final = 4000
MAX_POINTS_PER_PAGE: Final = 1_000_000
MAX_JSON_BODY_BYTES: Final = 16 * 1024 * 1024
MAX_QUERY_BYTES: Final = 256 * 1024
MAX_CONDITIONS: Final = 4000
"""Of a query; = of many values of one attribute, joined by OR, is one."""
