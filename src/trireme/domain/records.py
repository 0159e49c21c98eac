"""The record format: what the SDK writes into its spool and, unchanged, sends to the server.

A *stream* belongs to one writer (one process logging into one run) and is a sequence of 32-byte units, little-endian.
Every record begins on a unit with the same 24 bytes, so that a reader with numpy can view a whole stream as one array:

====== ===== ==========================================================================================
offset type  field
====== ===== ==========================================================================================
0      u8    kind (`Kind`); 0 means nothing was written here
1      u8    flags (`FLAG_PREVIEW`)
2      u16   salt: the low 16 bits of the writer id, so that stray bytes are not taken for records
4      u32   name: the number a NAME record of this stream gave to a (path, type) pair
8      i64   step in millionths (0 for records without a step)
16     f64   timestamp, seconds since 1970-01-01 UTC
24     f64   FLOAT_POINT only: the value
24     u32   every other kind: payload length in bytes
28     u32   every other kind: CRC-32 of the payload
32     …     every other kind: the payload, zero-padded to a whole number of units
====== ===== ==========================================================================================

A point's identity in the store is (series, step, timestamp, writer, unit index), so a stream that is sent twice changes
nothing and two equal points that were logged twice are two points.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise
from typing import Any, Final

from trireme.domain.errors import CorruptData, InvalidInput, TooLarge
from trireme.domain.types import AttributeType

UNIT: Final = 32
MICRO: Final = 1_000_000
MAX_STEP: Final = 9_000_000_000_000
"""Steps lie in ±MAX_STEP whole steps, in millionths an int64."""
MAX_PAYLOAD_BYTES: Final = 16 * 1024 * 1024
MAX_STRING_BYTES: Final = 1024 * 1024
MAX_HISTOGRAM_EDGES: Final = 4097
FLAG_PREVIEW: Final = 1

POINT: Final = struct.Struct("<BBHIqdd")
HEAD: Final = struct.Struct("<BBHIqdII")


class Kind(IntEnum):
    """What a record says."""

    FLOAT_POINT = 1
    NAME = 2
    """Payload: type (u8), then the path in UTF-8. Defines ``name`` for the rest of the stream."""
    ASSIGN = 3
    """Payload: a single value, encoded by the type of its name (`encode_value`)."""
    STRING_POINT = 4
    """Payload: UTF-8."""
    HISTOGRAM_POINT = 5
    """Payload: see `encode_histogram`."""
    FILE_POINT = 6
    """Payload: a file reference, see `encode_file`."""
    DELETE = 7
    """No payload: the attribute and all its points go."""
    EDIT_SET = 8
    """Payload: JSON ``{"add": [...], "remove": [...]}`` for a string set."""


@dataclass(frozen=True, slots=True)
class Record:
    """One decoded record. ``value`` is set for float points, ``payload`` for all others."""

    unit: int
    kind: Kind
    flags: int
    name: int
    step: int
    timestamp: float
    value: float
    payload: bytes


@dataclass(frozen=True, slots=True)
class FileRef:
    """A reference to bytes in the blob store.

    Parameters:
        sha256: hex digest of the content, 64 characters.
        size: length in bytes.
        mime: media type, e.g. ``image/png``.
        name: the file name to offer on download; never used as a path.
    """

    sha256: str
    size: int
    mime: str
    name: str


@dataclass(frozen=True, slots=True)
class Histogram:
    """Bin edges (n+1, increasing) and values (n); ``density`` tells densities from counts."""

    edges: tuple[float, ...]
    values: tuple[float, ...]
    density: bool = False


def units_of(payload_bytes: int) -> int:
    """Number of units a record with a payload of that length takes."""
    return 1 + (payload_bytes + UNIT - 1) // UNIT


def pack(kind: Kind, salt: int, name: int, payload: bytes, *, step: int = 0, timestamp: float = 0.0, flags: int = 0) -> bytes:
    """A whole record of any kind but FLOAT_POINT, padded.

    Raises:
        TooLarge: the payload is over `MAX_PAYLOAD_BYTES`.
    """
    size = len(payload)
    if size > MAX_PAYLOAD_BYTES:
        raise TooLarge(f"A value has {size:,} bytes; the limit is {MAX_PAYLOAD_BYTES:,}.", hint="Upload it as a file.")
    head = HEAD.pack(kind, flags, salt, name, step, timestamp, size, zlib.crc32(payload))
    return head + payload + bytes(-size % UNIT)


def iter_records(data: bytes | memoryview, salt: int, *, first_unit: int = 0) -> Iterator[Record]:
    """Decode a stream one record at a time: the reference reader, and the SDK's.

    Parameters:
        data: whole units.
        salt: the writer's salt.
        first_unit: index of the first unit of *data* in its stream.

    Raises:
        CorruptData: a unit is not a record; ``scan`` steps over such places instead.
    """
    view = memoryview(data)
    offset = 0
    while offset < len(view):
        record, size = _read(view, offset, salt, first_unit + offset // UNIT)
        yield record
        offset += size


def scan(data: bytes | memoryview, salt: int, *, first_unit: int = 0) -> tuple[list[Record], int]:
    """Decode what can be decoded, stepping over holes and damage unit by unit.

    Returns:
        The records and the number of units that were damaged (not zero, yet no record).
    """
    view = memoryview(data)
    records: list[Record] = []
    damaged = offset = 0
    while offset + UNIT <= len(view):
        try:
            record, size = _read(view, offset, salt, first_unit + offset // UNIT)
        except CorruptData:
            damaged += any(view[offset : offset + UNIT])
            offset += UNIT
        else:
            records.append(record)
            offset += size
    return records, damaged


def _read(view: memoryview, offset: int, salt: int, unit: int) -> tuple[Record, int]:
    if len(view) - offset < UNIT:
        raise CorruptData(f"The stream ends inside unit {unit}.")
    kind, flags, found_salt, name, step, timestamp, size, crc = HEAD.unpack_from(view, offset)
    if found_salt != salt or kind not in _KINDS:
        raise CorruptData(f"Unit {unit} is not a record.")
    if kind == Kind.FLOAT_POINT:
        value = POINT.unpack_from(view, offset)[6]
        return Record(unit, Kind.FLOAT_POINT, flags, name, step, timestamp, value, b""), UNIT
    if size > MAX_PAYLOAD_BYTES or offset + UNIT + size > len(view):
        raise CorruptData(f"The record at unit {unit} is cut off.")
    payload = bytes(view[offset + UNIT : offset + UNIT + size])
    if zlib.crc32(payload) != crc:
        raise CorruptData(f"The record at unit {unit} fails its checksum.")
    return Record(unit, _KINDS[kind], flags, name, step, timestamp, 0.0, payload), units_of(size) * UNIT


_KINDS = {int(kind): kind for kind in Kind}


def step_to_micros(step: float) -> int:
    """A step, whole or fractional, in millionths.

    Raises:
        InvalidInput: not a finite number within ±`MAX_STEP`.
    """
    if type(step) is not int:
        step = float(step)
        if not abs(step) <= MAX_STEP:
            raise InvalidInput(f"The step {step!r} is outside ±{MAX_STEP:,}.")
        return round(step * MICRO)
    if not -MAX_STEP <= step <= MAX_STEP:
        raise InvalidInput(f"The step {step!r} is outside ±{MAX_STEP:,}.")
    return step * MICRO


Value = float | int | str | bool | frozenset[str] | FileRef
"""A single value: DATETIME travels as int, milliseconds since 1970-01-01 UTC."""

_F64 = struct.Struct("<d")
_I64 = struct.Struct("<q")


def encode_value(type: AttributeType, value: Any) -> bytes:
    """The payload of an ASSIGN record.

    Parameters:
        type: any single-value type.
        value: float, int (also for DATETIME, in milliseconds), str (also RUN_STATE), bool, a set of str, or `FileRef`.

    Raises:
        TooLarge: a string is over `MAX_STRING_BYTES`.
        InvalidInput: the value does not fit the type, e.g. an integer beyond 64 bits.
    """
    try:
        match type:
            case AttributeType.FLOAT:
                return _F64.pack(value)
            case AttributeType.INT | AttributeType.DATETIME:
                return _I64.pack(value)
            case AttributeType.BOOL:
                return b"\x01" if value else b"\x00"
            case AttributeType.STRING_SET:
                return _limited(json.dumps(sorted(value), ensure_ascii=False).encode())
            case AttributeType.FILE:
                return encode_file(value)
            case _:
                return _limited(value.encode())
    except (struct.error, TypeError, AttributeError, UnicodeEncodeError) as error:
        raise InvalidInput(f"{value!r:.80} is not a {type.label} that can be stored: {error}.") from error


def decode_value(type: AttributeType, payload: bytes) -> Value:
    """The inverse of `encode_value`.

    Raises:
        CorruptData: the payload does not fit the type.
    """
    try:
        match type:
            case AttributeType.FLOAT:
                return float(_F64.unpack(payload)[0])
            case AttributeType.INT | AttributeType.DATETIME:
                return int(_I64.unpack(payload)[0])
            case AttributeType.BOOL:
                return payload == b"\x01"
            case AttributeType.STRING_SET:
                return frozenset(_strings(json.loads(payload)))
            case AttributeType.FILE:
                return decode_file(payload)
            case _:
                return payload.decode()
    except (struct.error, ValueError, TypeError) as error:
        raise CorruptData(f"A payload of {len(payload)} bytes is no {type.label}.") from error


def encode_file(ref: FileRef) -> bytes:
    """The payload of a FILE_POINT record and of an ASSIGN to a file."""
    return json.dumps([ref.sha256, ref.size, ref.mime, ref.name], ensure_ascii=False).encode()


def decode_file(payload: bytes) -> FileRef:
    """The inverse of `encode_file`.

    Raises:
        CorruptData: not a file reference.
    """
    try:
        sha256, size, mime, name = json.loads(payload)
        if not (len(sha256) == 64 and int(sha256, 16) >= 0 and sha256 == sha256.lower()):
            raise ValueError(sha256)
        return FileRef(sha256, int(size), str(mime), str(name))
    except (ValueError, TypeError) as error:
        raise CorruptData("A file reference is malformed.") from error


def encode_histogram(histogram: Histogram) -> bytes:
    """The payload of a HISTOGRAM_POINT: density (u8), 3 zero bytes, number of bins n (u32), n+1 edges, n values (f64).

    Raises:
        InvalidInput: fewer than one bin, more than `MAX_HISTOGRAM_EDGES` edges, edges not increasing or NaN, or lengths that do not fit.
    """
    edges, values = histogram.edges, histogram.values
    if not 2 <= len(edges) <= MAX_HISTOGRAM_EDGES:
        raise InvalidInput(f"A histogram has {len(edges):,} edges; it needs 2 to {MAX_HISTOGRAM_EDGES:,}.")
    if len(values) != len(edges) - 1:
        raise InvalidInput(f"A histogram with {len(edges)} edges needs {len(edges) - 1} values, not {len(values)}.")
    if not all(a < b for a, b in pairwise(edges)):
        raise InvalidInput("The edges of a histogram must increase and may not be NaN.")
    return struct.pack(f"<BxxxI{len(edges)}d{len(values)}d", histogram.density, len(values), *edges, *values)


def decode_histogram(payload: bytes) -> Histogram:
    """The inverse of `encode_histogram`.

    Raises:
        CorruptData: not a histogram.
    """
    try:
        density, bins = struct.unpack_from("<BxxxI", payload)
        if not 1 <= bins < MAX_HISTOGRAM_EDGES:
            raise ValueError(bins)
        numbers = struct.unpack(f"<{2 * bins + 1}d", payload[8:])
    except (struct.error, ValueError) as error:
        raise CorruptData("A histogram is malformed.") from error
    return Histogram(numbers[: bins + 1], numbers[bins + 1 :], bool(density))


def _limited(data: bytes) -> bytes:
    if len(data) > MAX_STRING_BYTES:
        raise TooLarge(f"A string has {len(data):,} bytes; the limit is {MAX_STRING_BYTES:,}.", hint="Upload it as a file.")
    return data


def _strings(value: object) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValueError("not a list of strings")
    return value
