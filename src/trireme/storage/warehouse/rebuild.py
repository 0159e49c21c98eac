"""Make summaries and roll-ups anew from the points: after a crash, and after points were deleted.

A view is not one transaction with its table, so after a kill the two may disagree. The points alone are the truth.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from trireme.domain.ids import ProjectId, RunKey
from trireme.storage.warehouse.engine import Warehouse
from trireme.storage.warehouse.lineage import add_inherited_summaries
from trireme.storage.warehouse.schema import VIEWS_OF_POINTS

_WHERE = "project = {project:UInt32} AND run IN {runs:Array(UInt64)}"


def rebuild_runs(warehouse: Warehouse, project: ProjectId, runs: Sequence[RunKey], *, inherit: bool = True) -> None:
    """Delete the derived rows of *runs* and insert them again from ``float_points FINAL``, as the views would have.

    Parameters:
        inherit: forks' summaries include their ancestors' points.
    """
    if not runs:
        return
    params: dict[str, Any] = {"project": int(project), "runs": [int(run) for run in runs]}
    for table in VIEWS_OF_POINTS:
        warehouse.execute(f"DELETE FROM {table} WHERE {_WHERE} SETTINGS lightweight_deletes_sync = 2", params)
    selects = view_selects(warehouse)
    _insert(warehouse, "float_summary", selects["float_summary_view"], params)  # its own view carries the rows on, path by path
    _insert(warehouse, "float_rollup", selects["float_rollup_view"], params)
    if inherit:
        add_inherited_summaries(warehouse, int(project), params["runs"])


def view_selects(warehouse: Warehouse) -> dict[str, str]:
    """The SELECT of every view over float_points, as the store has it: one definition for view and rebuild."""
    table = warehouse.query(
        "SELECT name, as_select FROM system.tables WHERE database = currentDatabase() AND engine = 'MaterializedView'"
    )
    return {
        name: select
        for name, select in zip(table["name"].to_pylist(), table["as_select"].to_pylist(), strict=True)
        if "float_points" in select
    }


def _insert(warehouse: Warehouse, table: str, select: str, params: dict[str, object]) -> None:
    head, marker, tail = select.partition("float_points")
    condition = f" FINAL WHERE {_WHERE} AND "
    body = tail.replace(" WHERE ", condition, 1)
    warehouse.execute(f"INSERT INTO {table} SETTINGS insert_deduplicate = 0 {head}{marker}{body}", params)
