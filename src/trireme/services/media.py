"""Files and texts of many runs at chosen steps: the grid of runs and steps."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from trireme.domain.errors import InvalidInput
from trireme.domain.ids import RunKey
from trireme.domain.limits import MAX_COMPARED_RUNS, MAX_MEDIA_CELLS
from trireme.domain.paths import check_path, path_id
from trireme.domain.permissions import Actor, Permission
from trireme.domain.project import ProjectRecord
from trireme.domain.records import MICRO, FileRef
from trireme.domain.types import AttributeType
from trireme.services.auth import require
from trireme.services.lineage import Lineages
from trireme.storage.warehouse.engine import Warehouse
from trireme.storage.warehouse.lineage import pieces, with_inherited

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from trireme.storage.catalog.catalog import Catalog

MAX_STEPS: Final = 10_000
MAX_TEXT: Final = 20_000
"""Characters of a text in a cell; a longer one is cut and ends with an ellipsis."""


@dataclass(frozen=True, slots=True)
class Medium:
    """What a run shows: a file, or a text. ``step`` is None for a single file."""

    step: float | None
    content: FileRef | str


@dataclass(slots=True)
class MediaRow:
    """A run: how many points its series has, and one medium (or None) for each wanted step."""

    run: RunKey
    total: int = 0
    cells: list[Medium | None] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class MediaGrid:
    """Every step that some run has (at most 10,000, evenly chosen of ``total_steps``), and a row for each run."""

    steps: list[float]
    total_steps: int
    rows: list[MediaRow]


class MediaService:
    """Reads media of many runs. Every method authorises."""

    def __init__(self, catalog: Catalog, warehouse: Warehouse) -> None:
        self._warehouse = warehouse
        self._lineages = Lineages(catalog)

    def grid(
        self, actor: Actor, project: ProjectRecord, runs: Sequence[RunKey], path: str, steps: Sequence[float] | None = None
    ) -> MediaGrid:
        """What *runs* have at *path*: a series of files or texts, or a single file.

        Parameters:
            steps: each run shows its newest point at or before each of these; its very last one when None.

        Raises:
            InvalidInput: too many runs or cells.
        """
        require(actor, project, Permission.READ)
        runs = list(dict.fromkeys(runs))
        cells = len(runs) * max(1, len(steps or ()))
        if not 1 <= len(runs) <= MAX_COMPARED_RUNS or cells > MAX_MEDIA_CELLS:
            raise InvalidInput(
                f"{len(steps or ()):,} steps of {len(runs):,} runs were asked for.",
                hint=f"Ask for 1 to {MAX_COMPARED_RUNS:,} runs and at most {MAX_MEDIA_CELLS:,} cells.",
            )
        params: dict[str, object] = {
            "project": int(project.id),
            "runs": [int(run) for run in runs],
            "path": path_id(check_path(path)),
        }
        rows = {int(run): MediaRow(run, cells=[None] * max(1, len(steps or ()))) for run in runs}
        every: set[int] = set()
        for table, columns in (
            ("file_points", "toString(sha256) AS sha256, size, mime, name"),
            ("string_points", f"substringUTF8(value, 1, {MAX_TEXT + 1}) AS text"),
        ):
            every |= self._series(table, columns, runs, params, steps, rows)
        self._singles(params, rows)
        ordered = sorted(every)
        kept = ordered
        if len(ordered) > MAX_STEPS:
            kept = [ordered[round(i * (len(ordered) - 1) / (MAX_STEPS - 1))] for i in range(MAX_STEPS)]
        return MediaGrid([step / MICRO for step in kept], len(ordered), list(rows.values()))

    def _series(
        self,
        table: str,
        columns: str,
        runs: Sequence[RunKey],
        params: dict[str, object],
        steps: Sequence[float] | None,
        rows: dict[int, MediaRow],
    ) -> set[int]:
        """Fill the cells from one kind of series; the steps it has, in millionths."""
        import numpy as np

        inherited = pieces(self._lineages.forks(runs))
        where = "project = {project:UInt32} AND path_id = {path:UInt64}"
        source = with_inherited(table, "timestamp, seq", where, inherited)
        found = self._warehouse.query(f"SELECT DISTINCT run, step FROM {source} ORDER BY run, step", params)
        if not found.num_rows:
            return set()
        of_run: NDArray[Any] = found["run"].to_numpy()
        of_step: NDArray[Any] = found["step"].to_numpy()
        wanted = None if steps is None else np.array([_micros(step) for step in steps], np.int64)
        places: dict[tuple[int, int], list[int]] = {}
        for run in np.unique(of_run).tolist():
            mine = of_step[of_run == run]
            rows[run].total += len(mine)
            at = np.array([len(mine) - 1]) if wanted is None else np.searchsorted(mine, wanted, "right") - 1
            for cell, position in enumerate(at.tolist()):
                if position >= 0:
                    places.setdefault((run, int(mine[position])), []).append(cell)
        if places:
            values = with_inherited(table, f"timestamp, seq, {columns}", f"{where} AND step IN {{steps:Array(Int64)}}", inherited)
            # Of several points at a step the first one counts, as where a single file is asked for.
            content = self._warehouse.query(
                f"SELECT * FROM {values} ORDER BY run, step, timestamp, seq LIMIT 1 BY run, step",
                params | {"steps": sorted({step for _, step in places})},
            )
            for row in content.to_pylist():
                for cell in places.get((row["run"], row["step"]), ()):
                    rows[row["run"]].cells[cell] = Medium(row["step"] / MICRO, _content(row))
        return set(np.unique(of_step).tolist())

    def _singles(self, params: dict[str, object], rows: dict[int, MediaRow]) -> None:
        found = self._warehouse.query(
            "SELECT run, string FROM run_attributes FINAL WHERE project = {project:UInt32} AND run IN {runs:Array(UInt64)}"
            " AND path_id = {path:UInt64} AND type = {type:UInt8}",
            params | {"type": int(AttributeType.FILE)},
        )
        for row in found.to_pylist():
            target = rows[row["run"]]
            target.total = 1
            target.cells = [Medium(None, FileRef(*json.loads(row["string"]))) for _ in target.cells]


def _content(row: dict[str, Any]) -> FileRef | str:
    if "text" in row:
        text = str(row["text"])
        return text if len(text) <= MAX_TEXT else f"{text[:MAX_TEXT]}…"
    return FileRef(row["sha256"], row["size"], row["mime"], row["name"])


def _micros(step: float) -> int:
    return int(max(-(2**62), min(2**62, round(step * MICRO))))
