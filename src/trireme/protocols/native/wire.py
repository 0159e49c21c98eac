"""Decode frames (`trireme.domain.frame`) into columns, float points without a Python loop."""

from __future__ import annotations

import threading
import zlib
from collections import OrderedDict
from typing import Final

import numpy as np

from trireme.domain.errors import CorruptData, InvalidPath
from trireme.domain.frame import Frame
from trireme.domain.paths import check_path, path_id
from trireme.domain.records import FLAG_PREVIEW, HEAD, MAX_STEP, MICRO, UNIT, Kind, Record, iter_records, units_of
from trireme.domain.types import AttributeType
from trireme.services.stretch import FloatPoints, Names, Stretch

_UNIT = np.dtype(
    [("kind", "u1"), ("flags", "u1"), ("salt", "<u2"), ("name", "<u4"), ("step", "<i8"), ("timestamp", "<f8"), ("value", "<f8")]
)
MAX_NAMES: Final = 4_000_000
"""Highest name number of one stream; a larger one is damage or an attack on memory."""
_MAX_TIMESTAMP = 4e9
_TYPES: Final = {int(type_): int(type_) for type_ in AttributeType}


def decode(frame: Frame, names: Names, *, now: float) -> Stretch:
    """Take the units of *frame* apart. Damaged units are stepped over and counted, everything else is kept.

    Parameters:
        names: from `NamesCache.get`, for this frame's names section.
        now: seconds since 1970; stands in for timestamps that cannot be right.
    """
    units = np.frombuffer(frame.units, dtype=_UNIT)
    is_point = (units["kind"] == Kind.FLOAT_POINT) & (units["salt"] == frame.salt)
    others = np.flatnonzero(~is_point)
    is_name = (units["kind"][others] == Kind.NAME) & (units["salt"][others] == frame.salt)
    records: list[Record] = []
    damaged = 0
    end = 0  # first unit after the record read last
    for index, named in zip(others.tolist(), is_name.tolist(), strict=True):
        if index < end:
            continue
        if named and (size := _name_size(frame, index)) is not None:  # it stands in the section of names as well
            end = index + units_of(size)
            is_point[index:end] = False
            continue
        found = _record_at(frame, index)
        if found is None:
            end = index + 1
            damaged += any(frame.units[index * UNIT : end * UNIT])
            continue
        end = index + units_of(len(found.payload))
        is_point[index:end] = False
        if found.kind is not Kind.NAME:
            records.append(found)
    points = units[is_point]
    step = points["step"]
    return Stretch(
        project=frame.project,
        run=frame.run,
        writer=frame.writer,
        start=frame.start,
        stop=frame.stop,
        names=names,
        points=FloatPoints(
            unit=np.flatnonzero(is_point) + frame.start,
            name=points["name"],
            step=np.clip(step, -MAX_STEP * MICRO, MAX_STEP * MICRO),
            timestamp=milliseconds(points["timestamp"], now),
            value=points["value"],
            preview=(points["flags"] & FLAG_PREVIEW).astype(np.uint32),
        ),
        records=records,
        damaged_units=damaged,
    )


def milliseconds(seconds: np.ndarray, now: float) -> np.ndarray:
    """Timestamps in whole milliseconds; those before 1970, after 2096 or not finite become *now*."""
    sane = (seconds >= 0) & (seconds < _MAX_TIMESTAMP)
    return np.floor(np.where(sane, seconds, now) * 1000 + 1e-4).astype(np.int64)


def _name_size(frame: Frame, index: int) -> int | None:
    """Bytes of a name's payload; None if it is damaged."""
    *_, size, crc = HEAD.unpack_from(frame.units, index * UNIT)
    start = (index + 1) * UNIT
    payload = frame.units[start : start + size]
    return size if len(payload) == size and zlib.crc32(payload) == crc else None


def _record_at(frame: Frame, index: int) -> Record | None:
    try:
        return next(iter_records(frame.units[index * UNIT :], frame.salt, first_unit=frame.start + index))
    except CorruptData:
        return None


class NamesCache:
    """Parsed names sections. A client sends the same section with every frame, so most frames cost one look-up."""

    def __init__(self, entries: int = 256) -> None:
        self._entries = entries
        self._known: OrderedDict[tuple[int, bytes], Names] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, frame: Frame) -> Names:
        """The names of *frame*.

        Raises:
            CorruptData: the section is damaged, or numbers a name beyond `MAX_NAMES`.
        """
        key = (frame.salt, bytes(frame.names))
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
                return self._known[key]
        names = parse_names(frame)
        with self._lock:
            self._known[key] = names
            if len(self._known) > self._entries:
                self._known.popitem(last=False)
        return names


def parse_names(frame: Frame) -> Names:
    """Read a names section. A name that cannot be used stands in ``problems`` and costs only its own records."""
    found = [(r.name, r.payload) for r in iter_records(frame.names, frame.salt) if r.kind is Kind.NAME]
    size = max((number for number, _ in found), default=-1) + 1
    if size > MAX_NAMES:
        raise CorruptData(f"A stream numbers a name {size - 1:,}; the limit is {MAX_NAMES:,}.")
    names = Names([""] * size, np.zeros(size, np.uint8), np.zeros(size, np.uint64))
    for number, payload in found:
        try:
            kind = _TYPES[payload[0]]
            text = payload[1:].decode()
            names.paths[number] = text
            path = check_path(text)
        except (ValueError, LookupError):
            names.problems[number] = "The attribute's name or type is not one this server knows."
        except InvalidPath as error:
            names.problems[number] = str(error)
        else:
            names.paths[number] = path
            names.types[number] = kind
            names.path_ids[number] = path_id(path)
    return names
