"""A stretch of a writer's stream, taken apart into columns: what an adapter hands to the ingest service."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from trireme.domain.records import Record
from trireme.domain.types import AttributeType

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(slots=True, eq=False)
class Names:
    """The names of a stream, by their number. Numbers without a name have type 0.

    One object serves every frame that carries the same names, so what is worked out once per run is kept in ``accepted``.
    """

    paths: list[str]
    types: NDArray[np.uint8]
    path_ids: NDArray[np.uint64]
    problems: dict[int, str] = field(default_factory=dict)
    """Names that cannot be used, with the reason."""
    accepted: dict[tuple[int, int], NDArray[np.bool_]] = field(default_factory=dict)
    """Per (run key, generation of the run's types): which names have been checked."""

    def type_of(self, name: int) -> AttributeType | None:
        """The type of name number *name*, or None if there is no such name."""
        if name >= len(self.types) or not self.types[name]:
            return None
        return AttributeType(int(self.types[name]))


@dataclass(slots=True)
class FloatPoints:
    """Float points as they stand in the stream. ``unit`` is a point's position."""

    unit: NDArray[np.int64]
    name: NDArray[np.uint32]
    step: NDArray[np.int64]
    timestamp: NDArray[np.int64]
    value: NDArray[np.float64]
    preview: NDArray[np.uint32]

    def where(self, mask: NDArray[np.bool_]) -> FloatPoints:
        """The points that *mask* selects."""
        return FloatPoints(
            self.unit[mask], self.name[mask], self.step[mask], self.timestamp[mask], self.value[mask], self.preview[mask]
        )


@dataclass(slots=True)
class Stretch:
    """Units ``start`` to ``stop`` of *writer*'s stream into one run."""

    project: str
    run: str
    writer: int
    start: int
    stop: int
    names: Names
    points: FloatPoints
    records: list[Record]
    """Everything but float points and names, in stream order."""
    damaged_units: int = 0
