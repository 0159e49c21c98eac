"""Float points straight from the bytes of a batch, without an object for each.

A client logs the same metrics step after step, so most snapshots of a body are the same bytes but for the numbers in them. The first of
a kind is read field by field into a `Layout`: which bytes say what. All others of its length are compared with it at once; where every
byte that is not part of a number agrees, the numbers stand in the same places and are taken out as columns. What fits no layout is left
to protobuf, so this reads nothing that protobuf would read otherwise (tests/protocols/neptune/test_columns.py compares the two).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_FEW: Final = 4
"""Snapshots of one length that are not worth a layout."""
_MAX_MISSES: Final = 4
"""After so many layouts of one length that hardly anything fitted, the rest of that length is left to protobuf."""
_BLOCK_BYTES: Final = 2 * 1024 * 1024
_STEP, _TIMESTAMP, _APPEND = 0x0A, 0x12, 0x42
"""Tags of ``UpdateRunSnapshot``: fields 1, 2 and 8 with a length."""
_PROJECT, _RUN_ID, _CREATE_MISSING_PROJECT, _UPDATE_BATCH = 0x0A, 0x12, 0x18, 0x42
"""Tags of ``RunOperation``: fields 1, 2, 3 and 8."""
_SNAPSHOT: Final = 0x0A
"""The one tag of ``UpdateRunSnapshots``."""
_FLOAT64, _INT64 = 0x09, 0x18
"""Tags of ``Value``: field 1 as eight bytes, field 3 as a varint."""


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """Points of snapshots of one layout: a row a snapshot, a column a metric.

    Parameters:
        snapshot: which snapshots of the batch these are, rising.
        whole, micro: their steps.
        seconds, nanos: when; None if the snapshots do not say.
        paths: the metrics, no two alike.
        values: ``len(snapshot)`` by ``len(paths)``.
    """

    snapshot: NDArray[np.int64]
    whole: NDArray[np.int64]
    micro: NDArray[np.int64]
    seconds: NDArray[np.int64] | None
    nanos: NDArray[np.int64] | None
    paths: list[str]
    values: NDArray[np.float64]


@dataclass(slots=True, eq=False)
class Layout:
    """Where the numbers of a snapshot stand: (offset, length) of varints, length 0 for an absent one, and offsets of doubles."""

    fixed: NDArray[np.uint8]
    """Which bits of each byte must agree: all, of a varint those that say where it ends, of a double none."""
    paths: list[str]
    doubles: list[int]
    """The offset of each metric that is a double; -1 for an integer."""
    integers: list[tuple[int, int, int]]
    """Of the other metrics: index, offset, length."""
    step: tuple[tuple[int, int], tuple[int, int]]
    timestamp: tuple[tuple[int, int], tuple[int, int]] | None


def read_columns(body: bytes, starts: list[int], stops: list[int]) -> tuple[list[Columns], list[int]]:
    """Take apart those snapshots of a batch that hold nothing but a step, a time and numbers.

    Parameters:
        starts, stops: where the snapshots are in *body*.

    Returns:
        Their points, and the indices of the snapshots that must be read otherwise, rising.
    """
    first = np.array(starts, np.int64)
    sizes = np.array(stops, np.int64) - first
    padded = np.zeros(len(body) + 8, np.uint8)
    padded[: len(body)] = np.frombuffer(body, np.uint8)
    order = np.argsort(sizes, kind="stable")
    cuts = np.flatnonzero(np.diff(sizes[order])) + 1
    found: list[Columns] = []
    left: list[NDArray[np.int64]] = []
    for which in np.split(order, cuts):
        misses = 0
        while len(which) >= _FEW and misses < _MAX_MISSES:
            size = int(sizes[which[0]])
            layout = layout_of(body, int(first[which[0]]), size)
            if layout is None:
                fits = np.zeros(len(which), np.bool_)
                fits[0] = True
                left.append(which[:1])
            else:
                columns, fits = _take(padded, first, which, size, layout)
                found.append(columns)
            misses += int(fits.sum()) < _FEW
            which = which[~fits]
        left.append(which)
    rest = np.sort(np.concatenate(left)).tolist() if left else []
    return found, rest


def _take(
    padded: NDArray[np.uint8], first: NDArray[np.int64], which: NDArray[np.int64], size: int, layout: Layout
) -> tuple[Columns, NDArray[np.bool_]]:
    """The columns of those of *which* that fit the first one's layout, and which fit."""
    width = -(-size // 8) * 8  # compared eight bytes at a time
    windows = np.lib.stride_tricks.sliding_window_view(padded, width)
    pattern = windows[first[which[0]]].copy().view(np.uint64)
    mask = np.zeros(width, np.uint8)
    mask[:size] = layout.fixed
    bits = mask.view(np.uint64)
    at_once = max(1, _BLOCK_BYTES // width)
    fits: list[NDArray[np.bool_]] = []
    parts: list[tuple[NDArray[np.int64] | None, ...]] = []
    values: list[NDArray[np.float64]] = []
    doubles = np.array(layout.doubles, np.int64)
    for start in range(0, len(which), at_once):
        rows = windows[first[which[start : start + at_once]]]
        fit: NDArray[np.bool_] = np.logical_not(((rows.view(np.uint64) ^ pattern) & bits).any(axis=1))
        fits.append(fit)
        rows = rows[fit]
        values.append(_values(rows, doubles, layout.integers))
        times = (None, None) if layout.timestamp is None else tuple(_varints(rows, *part) for part in layout.timestamp)
        parts.append((*(_varints(rows, *part) for part in layout.step), *times))
    whole, micro, seconds, nanos = (_joined(column) for column in zip(*parts, strict=True))
    assert whole is not None and micro is not None
    if nanos is not None:
        nanos = nanos.astype(np.int32).astype(np.int64)  # what protobuf makes of a longer varint
    fitting = np.concatenate(fits)
    return Columns(which[fitting], whole, micro, seconds, nanos, layout.paths, np.concatenate(values)), fitting


def _joined(column: Iterable[NDArray[np.int64] | None]) -> NDArray[np.int64] | None:
    parts = [part for part in column if part is not None]
    return np.concatenate(parts) if parts else None


def _values(rows: NDArray[np.uint8], doubles: NDArray[np.int64], integers: list[tuple[int, int, int]]) -> NDArray[np.float64]:
    where = doubles[:, None] + np.arange(8)
    where[doubles < 0] = 0
    values = np.ascontiguousarray(rows[:, where]).view("<f8")[:, :, 0]
    for index, offset, length in integers:
        values[:, index] = _varints(rows, offset, length)
    return values


def _varints(rows: NDArray[np.uint8], offset: int, length: int) -> NDArray[np.int64]:
    """One varint of each row; 0 where the field is absent."""
    total = np.zeros(len(rows), np.uint64)
    for place in range(length):
        total |= (rows[:, offset + place] & np.uint8(0x7F)).astype(np.uint64) << np.uint64(7 * place)
    return total.view(np.int64)


def layout_of(body: bytes, start: int, size: int) -> Layout | None:
    """The layout of a snapshot; None for one with anything else than a step, a time and numbers, each field once."""
    try:
        return _layout_of(body[start : start + size])
    except (IndexError, UnicodeDecodeError):
        return None


def _layout_of(row: bytes) -> Layout | None:
    size = len(row)
    fixed = np.full(size, 0xFF, np.uint8)
    paths: list[str] = []
    doubles: list[int] = []
    integers: list[tuple[int, int, int]] = []
    pairs: dict[int, tuple[tuple[int, int], tuple[int, int]]] = {}
    at = 0
    while at < size:
        tag = row[at]
        length, begin = _any_length(row, at + 1)
        end = begin + length
        if end > size:
            return None
        if tag == _APPEND:
            if row[begin] != 0x0A:
                return None
            key_length, key = _any_length(row, begin + 1)
            value = key + key_length
            if row[value] != 0x12:
                return None
            value_length, number = _any_length(row, value + 1)
            if number + value_length != end:
                return None
            if row[number] == _FLOAT64 and value_length == 9:
                doubles.append(number + 1)
                fixed[number + 1 : end] = 0
            elif row[number] == _INT64:
                if not _is_varint(row, number + 1, end, 10):
                    return None
                integers.append((len(paths), number + 1, value_length - 1))
                doubles.append(-1)
                _loosen(fixed, number + 1, value_length - 1)
            else:
                return None
            paths.append(row[key:value].decode())
        elif tag in (_STEP, _TIMESTAMP) and tag not in pairs:
            parts = _pair(row, begin, end, fixed, 9 if tag == _STEP else 5)
            if parts is None:
                return None
            pairs[tag] = parts
        else:
            return None
        at = end
    if _STEP not in pairs or not paths or len(set(paths)) != len(paths):
        return None
    return Layout(fixed, paths, doubles, integers, pairs[_STEP], pairs.get(_TIMESTAMP))


def _pair(
    row: bytes, begin: int, end: int, fixed: NDArray[np.uint8], most: int
) -> tuple[tuple[int, int], tuple[int, int]] | None:
    """A message of two varints, fields 1 and 2, each perhaps absent. The second has at most *most* bytes."""
    parts = [(0, 0), (0, 0)]
    while begin < end:
        field = {0x08: 0, 0x10: 1}.get(row[begin])
        stop = begin + 1
        while stop < end and row[stop] >= 0x80:
            stop += 1
        stop += 1
        if field is None or parts[field][1] or stop > end or not _is_varint(row, begin + 1, stop, most if field else 9):
            return None
        parts[field] = (begin + 1, stop - begin - 1)
        _loosen(fixed, begin + 1, stop - begin - 1)
        begin = stop
    return parts[0], parts[1]


def _loosen(fixed: NDArray[np.uint8], offset: int, length: int) -> None:
    """Only where a varint ends must agree; the tenth byte of one, which holds a single bit, must agree whole."""
    fixed[offset : offset + min(length, 9)] = 0x80


def _is_varint(row: bytes, start: int, stop: int, most: int) -> bool:
    """Whether exactly one varint of at most *most* bytes fills these bytes."""
    length = stop - start
    if not 1 <= length <= most or row[stop - 1] >= 0x80 or any(byte < 0x80 for byte in row[start : stop - 1]):
        return False
    return length < 10 or row[stop - 1] == 1


@dataclass(frozen=True, slots=True)
class BatchSpans:
    """A ``RunOperation`` that holds a batch: everything but its snapshots, and where those are in the body."""

    header: bytes
    tags: list[int]
    """Where the snapshots' own tags stand."""
    starts: list[int]
    stops: list[int]


def spans_of(body: bytes, *, allowed: int) -> BatchSpans | None:
    """Find the snapshots of a batch by their lengths, before anything is decoded (the protobuf encoding, "Message Structure").

    Parameters:
        allowed: how many snapshots a body may hold.

    Returns:
        None for a body that holds another operation or anything unusual; decode it whole.

    Raises:
        OverflowError: it holds more snapshots.
    """
    header: list[bytes] = []
    tags: list[int] = []
    starts: list[int] = []
    stops: list[int] = []
    at, size = 0, len(body)
    try:
        while at < size:
            before, tag = at, body[at]
            length, at = _any_length(body, at + 1)
            if tag in (_PROJECT, _RUN_ID):
                at += length
                header.append(body[before:at])
            elif tag == _UPDATE_BATCH:
                end = at + length
                while at < end:
                    if body[at] != _SNAPSHOT:
                        return None
                    tags.append(at)
                    length, at = _any_length(body, at + 1)
                    starts.append(at)
                    at += length
                    stops.append(at)
                    if len(starts) > allowed:
                        raise OverflowError
                if at > end:
                    return None
            elif tag != _CREATE_MISSING_PROJECT:
                return None
    except IndexError:
        return None
    return BatchSpans(b"".join(header), tags, starts, stops) if starts and at == size else None


def _any_length(body: bytes, at: int) -> tuple[int, int]:
    """A varint, and where it ends.

    Raises:
        IndexError: it does not end.
    """
    byte = body[at]
    if byte < 0x80:
        return byte, at + 1
    value, shift = byte & 0x7F, 7
    while shift < 35:
        at += 1
        byte = body[at]
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at + 1
        shift += 7
    raise IndexError
