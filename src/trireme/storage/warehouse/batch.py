"""What one commit writes: columns gathered from many requests, and the Arrow blocks they become."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from trireme.domain.records import FileRef, Histogram
from trireme.domain.types import AttributeType

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

FLOAT_COLUMNS: Final = ("project", "path_id", "run", "step", "timestamp", "seq", "value", "preview")


@dataclass(slots=True)
class FloatColumns:
    """Float points of one run: equally long arrays. ``step`` in millionths, ``timestamp`` in ms since 1970."""

    path_id: NDArray[np.uint64]
    step: NDArray[np.int64]
    timestamp: NDArray[np.int64]
    seq: NDArray[np.uint64]
    value: NDArray[np.float64]
    preview: NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class PointKey:
    """Where a point that is not a float stands in its series."""

    path_id: int
    step: int
    timestamp: int
    seq: int


@dataclass(frozen=True, slots=True)
class AttributeRow:
    """A single value, or (value ``None``) the existence of a series, or its end (``deleted``)."""

    path_id: int
    type: AttributeType
    value: object = None
    deleted: bool = False


@dataclass(slots=True)
class Batch:
    """Rows of one run that are committed together. ``deletes`` are carried out first."""

    project: int
    run: int
    floats: FloatColumns | None = None
    strings: list[tuple[PointKey, str]] = field(default_factory=list)
    histograms: list[tuple[PointKey, Histogram]] = field(default_factory=list)
    files: list[tuple[PointKey, FileRef]] = field(default_factory=list)
    attributes: list[AttributeRow] = field(default_factory=list)
    names: list[tuple[int, AttributeType, str]] = field(default_factory=list)
    deletes: list[int] = field(default_factory=list)
    """path_ids whose points and values go."""

    @property
    def has_points(self) -> bool:
        """Whether it holds points of any series."""
        return self.floats is not None or bool(self.strings or self.histograms or self.files)

    @property
    def rows(self) -> int:
        """How much work it is, in rows."""
        floats = len(self.floats.value) if self.floats else 0
        return floats + len(self.strings) + len(self.histograms) + len(self.files) + len(self.attributes) + len(self.names)


def blocks(batches: Sequence[Batch], first_version: int) -> list[tuple[str, pa.Table]]:
    """The Arrow block of every table that *batches* touch, in the order they must be inserted: names before what uses them.

    Parameters:
        first_version: version of the first attribute row; each further one counts up.
    """
    made = [
        ("attribute_names", _names(batches)),
        ("float_points", _floats(batches)),
        ("string_points", _points(batches, "strings", _string_columns)),
        ("histogram_points", _points(batches, "histograms", _histogram_columns)),
        ("file_points", _points(batches, "files", _file_columns)),
        ("run_attributes", _attributes(batches, first_version)),
    ]
    return [(table, block) for table, block in made if block is not None]


def _floats(batches: Sequence[Batch]) -> pa.Table | None:
    import pyarrow as pa

    parts = [batch for batch in batches if batch.floats is not None and len(batch.floats.value)]
    if not parts:
        return None
    counts = [len(part.floats.value) for part in parts if part.floats]
    columns: dict[str, Any] = {
        "project": np.repeat(np.array([part.project for part in parts], np.uint32), counts),
        "run": np.repeat(np.array([part.run for part in parts], np.uint64), counts),
    }
    for name in ("path_id", "step", "timestamp", "seq", "value", "preview"):
        columns[name] = np.concatenate([getattr(part.floats, name) for part in parts])
    return pa.table({name: columns[name] for name in FLOAT_COLUMNS})


def _names(batches: Sequence[Batch]) -> pa.Table | None:
    import pyarrow as pa

    rows = {(batch.project, path_id, int(type), path) for batch in batches for path_id, type, path in batch.names}
    if not rows:
        return None
    project, path_id, type_, path = zip(*rows, strict=True)
    return pa.table(
        {
            "project": pa.array(project, pa.uint32()),
            "path_id": pa.array(path_id, pa.uint64()),
            "type": pa.array(type_, pa.uint8()),
            "path": pa.array(path, pa.string()),
        }
    )


def _attributes(batches: Sequence[Batch], first_version: int) -> pa.Table | None:
    import pyarrow as pa

    rows = [(batch, row) for batch in batches for row in batch.attributes]
    if not rows:
        return None
    values = [_value_columns(row) for _, row in rows]
    return pa.table(
        {
            "project": pa.array([batch.project for batch, _ in rows], pa.uint32()),
            "run": pa.array([batch.run for batch, _ in rows], pa.uint64()),
            "path_id": pa.array([row.path_id for _, row in rows], pa.uint64()),
            "type": pa.array([int(row.type) for _, row in rows], pa.uint8()),
            "number": pa.array([v[0] for v in values], pa.float64()),
            "int": pa.array([v[1] for v in values], pa.int64()),
            "string": pa.array([v[2] for v in values], pa.string()),
            "strings": pa.array([v[3] for v in values], pa.list_(pa.string())),
            "version": pa.array(range(first_version, first_version + len(rows)), pa.uint64()),
            "is_deleted": pa.array([int(row.deleted) for _, row in rows], pa.uint8()),
        }
    )


_NAN = float("nan")


def _value_columns(row: AttributeRow) -> tuple[float, int, str, list[str]]:
    value = row.value
    match value:
        case None:
            return _NAN, 0, "", []
        case bool() | int():
            return float(value), int(value), "", []
        case float():
            return value, 0, "", []
        case str():
            return number_of(value), 0, value, []
        case FileRef():
            import json

            return float(value.size), value.size, json.dumps([value.sha256, value.size, value.mime, value.name]), []
        case frozenset():
            return _NAN, 0, "", sorted(value)
        case _:
            raise TypeError(f"no column holds a {type(value).__name__}")


def number_of(text: str) -> float:
    """The number that *text* reads as, so that MLflow's params sort; NaN if it is none."""
    if len(text) > 40 or "_" in text:
        return _NAN
    try:
        return float(text)
    except ValueError:
        return _NAN


def _points(batches: Sequence[Batch], kind: str, columns: Any) -> pa.Table | None:
    import pyarrow as pa

    rows = [(batch, key, value) for batch in batches for key, value in getattr(batch, kind)]
    if not rows:
        return None
    head = {
        "project": pa.array([batch.project for batch, _, _ in rows], pa.uint32()),
        "path_id": pa.array([key.path_id for _, key, _ in rows], pa.uint64()),
        "run": pa.array([batch.run for batch, _, _ in rows], pa.uint64()),
        "step": pa.array([key.step for _, key, _ in rows], pa.int64()),
        "timestamp": pa.array([key.timestamp for _, key, _ in rows], pa.int64()),
        "seq": pa.array([key.seq for _, key, _ in rows], pa.uint64()),
    }
    return pa.table(head | columns([value for _, _, value in rows]))


def _string_columns(values: list[str]) -> dict[str, pa.Array]:
    import pyarrow as pa

    return {"value": pa.array(values, pa.string())}


def _histogram_columns(values: list[Histogram]) -> dict[str, pa.Array]:
    import pyarrow as pa

    numbers = pa.list_(pa.float64())
    return {
        "edges": pa.array([list(value.edges) for value in values], numbers),
        "bins": pa.array([list(value.values) for value in values], numbers),
        "density": pa.array([int(value.density) for value in values], pa.uint8()),
    }


def _file_columns(values: list[FileRef]) -> dict[str, pa.Array]:
    import pyarrow as pa

    return {
        "sha256": pa.array([value.sha256 for value in values], pa.string()),
        "size": pa.array([value.size for value in values], pa.uint64()),
        "mime": pa.array([value.mime for value in values], pa.string()),
        "name": pa.array([value.name for value in values], pa.string()),
    }
