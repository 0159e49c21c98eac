"""How the x axis of a chart is cut into buckets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class EvenGrid:
    """Bucket b spans *factor* units from ``start + b * factor`` on; a unit is a bucket of the level, a millionth of a step or a ms."""

    start: int
    factor: int

    def of(self, x: NDArray[np.int64], origin: NDArray[np.int64] | int = 0) -> NDArray[np.int64]:
        """The bucket of each x, which count from *origin*."""
        return (x - (origin + self.start)) // self.factor

    def sql(self, x: str) -> str:
        """The bucket of an expression."""
        return f"intDiv({x} - {self.start}, {self.factor})"


@dataclass(frozen=True, slots=True)
class LogGrid:
    """Bucket b spans ``low * exp(b * width)`` to ``low * exp((b + 1) * width)``; what lies below *low* is in bucket 0.

    Parameters:
        low: positive, in millionths of a step, in ms, or of a metric's values.
        width: of a bucket, in natural logarithms.
    """

    low: float
    width: float

    def of(self, x: NDArray[np.int64] | NDArray[np.float64], origin: NDArray[np.int64] | int = 0) -> NDArray[np.int64]:
        """The bucket of each x, which count from *origin*."""
        ratio = np.maximum((x - origin) / self.low, 1.0)
        return np.floor(np.log(ratio) / self.width).astype(np.int64)

    def sql(self, x: str) -> str:
        """The bucket of an expression."""
        return f"toInt64(floor(log(greatest(({x}) / {self.low!r}, 1.)) / {self.width!r}))"


Grid = EvenGrid | LogGrid
