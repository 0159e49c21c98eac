"""Histograms from values: equal bins over the finite ones."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

from trireme.client.media.arrays import as_array
from trireme.domain.errors import InvalidInput
from trireme.domain.records import MAX_HISTOGRAM_EDGES, Histogram


def histogram_of(values: object, bins: int) -> Histogram:
    """Count *values* (an array, a tensor or numbers) in equal bins from the least to the greatest finite one.

    Raises:
        InvalidInput: no finite value, or a number of bins that cannot be stored.
    """
    if not 1 <= bins < MAX_HISTOGRAM_EDGES:
        raise InvalidInput(f"A histogram has 1 to {MAX_HISTOGRAM_EDGES - 1:,} bins, not {bins:,}.")
    array = as_array(values)
    if array is not None:
        return _of_array(array, bins)
    if not isinstance(values, Iterable):
        raise InvalidInput(f"A {type(values).__name__} holds no values for a histogram.")
    try:
        numbers = [number for number in map(float, values) if math.isfinite(number)]
    except (TypeError, ValueError) as error:
        raise InvalidInput(f"The values of a histogram must be numbers: {error}.") from error
    low, high = _range(min(numbers, default=math.nan), max(numbers, default=math.nan), bins)
    width = (high - low) / bins
    counts = [0] * bins
    for number in numbers:
        counts[min(int((number - low) / width), bins - 1)] += 1
    return Histogram(_edges(low, high, bins), tuple(map(float, counts)))


def histogram_from_counts(edges: object, counts: object, density: bool) -> Histogram:
    """A histogram that was counted already.

    Raises:
        InvalidInput: the lengths do not fit, or they are no numbers.
    """
    left, right = _numbers(edges), _numbers(counts)
    if len(left) != len(right) + 1:
        raise InvalidInput(f"A histogram with {len(right)} counts needs {len(right) + 1} edges, not {len(left)}.")
    return Histogram(left, right, density)


def is_counted(value: object) -> bool:
    """Whether *value* is a pair (counts, edges) of arrays, as ``numpy.histogram`` and ``torch.histogram`` answer."""
    if not isinstance(value, tuple) or len(value) != 2:
        return False
    shapes = [getattr(item, "shape", None) for item in value]
    if any(shape is None or len(shape) != 1 for shape in shapes):
        return False
    counts, edges = value
    return bool(len(edges) == len(counts) + 1)


def _of_array(array: Any, bins: int) -> Histogram:
    import numpy  # the caller has an array, so this is loaded

    if array.dtype.kind not in "biuf":
        raise InvalidInput(f"An array of {array.dtype} holds no values for a histogram.")
    flat = array.reshape(-1)
    if array.dtype.kind == "f":
        finite = numpy.isfinite(flat)
        if not finite.all():
            flat = flat[finite]
    flat = flat.astype(numpy.float64, copy=False)
    least, greatest = (float(flat.min()), float(flat.max())) if flat.size else (math.nan, math.nan)
    low, high = _range(least, greatest, bins)
    counts, _ = numpy.histogram(flat, bins=bins, range=(low, high))
    return Histogram(_edges(low, high, bins), tuple(map(float, counts.tolist())))


def _range(low: float, high: float, bins: int) -> tuple[float, float]:
    """The least and the greatest value, moved apart so far that all edges differ."""
    if math.isnan(low):
        raise InvalidInput("A histogram needs at least one finite value.")
    # Never so narrow that bins per unit overflow, which values next to zero would make them.
    needed = max(bins * 4 * math.ulp(max(abs(low), abs(high))), 1.0 if low == high else 1e-290)
    if high - low < needed:
        low, high = low - needed / 2, high + needed / 2
    if not math.isfinite((high - low) * 2 * bins):
        raise InvalidInput(f"The values of a histogram lie too far apart: {low} to {high}.")
    return low, high


def _edges(low: float, high: float, bins: int) -> tuple[float, ...]:
    step = (high - low) / bins
    return (*(low + step * i for i in range(bins)), high)


def _numbers(values: object) -> tuple[float, ...]:
    array = as_array(values)
    items: Sequence[Any] = array.tolist() if array is not None else list(values)  # type: ignore[call-overload]  # checked below
    try:
        return tuple(map(float, items))
    except (TypeError, ValueError) as error:
        raise InvalidInput(f"Edges and counts of a histogram must be numbers: {error}.") from error
