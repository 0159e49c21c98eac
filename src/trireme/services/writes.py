"""What one request of a foreign protocol writes into one run. The SDK's streams have a form of their own (`stretch`)."""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from trireme.domain.records import FileRef, Histogram
from trireme.domain.types import AttributeType

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Identity(Enum):
    """What makes two points of a series the same point, so that a repeated request changes nothing.

    STEP: there is one point a step, and the first one stays (Neptune 3). POINT: step, timestamp and value (MLflow).
    """

    STEP = "step"
    POINT = "point"


def preview_mark(ratio: float) -> int:
    """What marks a point as a preview that is complete to *ratio* (0 to 1; what lies outside is moved there, NaN is 0)."""
    ratio = 0.0 if math.isnan(ratio) else min(1.0, max(0.0, ratio))
    return 1 + int.from_bytes(struct.pack("<f", ratio), "little")


@dataclass(slots=True, eq=False)
class FloatEntries:
    """Float points as equally long arrays, in the order they were sent.

    Parameters:
        path: index into ``Writes.paths``.
        step: in millionths.
        timestamp: ms since 1970.
        preview: 0 for a final value, else `preview_mark` of how complete it is.
    """

    path: NDArray[np.uint32]
    step: NDArray[np.int64]
    timestamp: NDArray[np.int64]
    value: NDArray[np.float64]
    preview: NDArray[np.uint32]

    def where(self, mask: NDArray[np.bool_]) -> FloatEntries:
        """The points that *mask* selects."""
        return FloatEntries(self.path[mask], self.step[mask], self.timestamp[mask], self.value[mask], self.preview[mask])


@dataclass(frozen=True, slots=True)
class PointEntry:
    """A point of another series; the type of its value is the type of the series. ``step`` in millionths, ``timestamp`` in ms."""

    path: int
    step: int
    timestamp: int
    value: str | Histogram | FileRef
    preview: bool = False


@dataclass(frozen=True, slots=True)
class Assign:
    """Set a single value: DATETIME in ms since 1970, STRING_SET as a frozenset, FILE as a `FileRef`."""

    path: int
    type: AttributeType
    value: object


@dataclass(frozen=True, slots=True)
class EditSet:
    """Add to and remove from a string set."""

    path: int
    add: frozenset[str] = frozenset()
    remove: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Delete:
    """Remove an attribute with all its points."""

    path: int


@dataclass(slots=True, eq=False)
class Writes:
    """Everything for one run. Values are carried out in order, before the points."""

    paths: list[str]
    floats: FloatEntries | None = None
    points: list[PointEntry] = field(default_factory=list)
    values: list[Assign | EditSet | Delete] = field(default_factory=list)
