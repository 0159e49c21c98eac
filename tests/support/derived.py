"""What the warehouse derives from points, in a form that can be compared with what it should be."""

from __future__ import annotations

import math
from typing import Any

from trireme.storage.warehouse.engine import Warehouse

_SUMMARY = (
    "SELECT project, run, path_id, count, finite, round(sum, 6) AS total, min, max, toString(first) AS first_packed,"
    " toString(last) AS last_packed, round(finalizeAggregation(variance), 6) AS var FROM {} FINAL ORDER BY run, path_id"
)
_ROLLUP = "SELECT * EXCEPT sum, round(sum, 6) AS total FROM float_rollup FINAL ORDER BY run, path_id, level, bucket"


def derived(warehouse: Warehouse) -> list[list[dict[str, Any]]]:
    """Every row of the summaries and roll-ups. Sums are rounded: the order of their addition is free."""
    queries = [_SUMMARY.format("float_summary"), _SUMMARY.format("float_summary_by_path"), _ROLLUP]
    return [[_comparable(row) for row in warehouse.query(query).to_pylist()] for query in queries]


def _comparable(row: dict[str, Any]) -> dict[str, Any]:
    return {key: repr(value) if isinstance(value, float) and math.isnan(value) else value for key, value in row.items()}
