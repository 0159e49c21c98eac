"""Segment files: a stretch of a writer's stream on disk, laid out so that it can be sent as it is.

A stream's folder holds ``stream-<first unit, 12 hex digits>.seg`` files, one after the other, and ``names-<…>.seg``
files with a copy of its NAME records, so that what was delivered can be deleted while its names stay. Both have this
form (little-endian):

====== ===== ==========================================================================================
offset type  field
====== ===== ==========================================================================================
0      8s    ``TRISEG01``
8      u64   writer id
16     u64   index of the first unit in the stream
24     u64   end: offset of the first byte after the last whole record; written after the record
32     u64   capacity: length of the file in bytes
40     f64   creation time, seconds since 1970-01-01 UTC
48     u32   state: 0 open, 1 sealed (the stream goes on in the next file), 2 closed (the stream ends here)
52     u32   CRC-32 of bytes 0-23 and 32-47
56     8     zero
64     …     units, see `trireme.domain.records`
====== ===== ==========================================================================================

Space is reserved before it is mapped: writing to a hole of a mapped file on a full disk would kill the process
(SIGBUS).
"""

from __future__ import annotations

import mmap
import os
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from trireme.domain.errors import CorruptData
from trireme.domain.records import UNIT

MAGIC: Final = b"TRISEG01"
HEADER_BYTES: Final = 64
OPEN, SEALED, CLOSED = 0, 1, 2
STREAM, NAMES = "stream", "names"

_HEADER: Final = struct.Struct("<8sQQQQdII8x")
_END: Final = 3
"""Index of the end among the header's 64-bit words."""
_STATE: Final = 12
"""Index of the state among the header's 32-bit words."""


@dataclass(frozen=True)
class Header:
    """A segment's header as read."""

    writer: int
    first_unit: int
    end: int
    capacity: int
    created: float
    state: int

    @property
    def stop_unit(self) -> int:
        """Index of the first unit after the last whole record."""
        return self.first_unit + (self.end - HEADER_BYTES) // UNIT


class Segment:
    """A mapped segment of this process.

    ``map`` takes records; ``ends[END_WORD]`` is set afterwards to the offset behind the record, in one aligned store,
    so that a reader at any time, also after ``kill -9``, sees whole records only.
    """

    __slots__ = ("capacity", "ends", "first_unit", "map", "path", "states")

    END_WORD: Final = _END

    def __init__(self, path: Path, memory: mmap.mmap, first_unit: int) -> None:
        self.path = path
        self.map = memory
        self.capacity = len(memory)
        self.first_unit = first_unit
        view = memoryview(memory)
        self.ends = view.cast("Q")
        self.states = view.cast("I")

    @property
    def end(self) -> int:
        """Offset behind the last whole record."""
        return self.ends[_END]

    @property
    def stop_unit(self) -> int:
        """Index in the stream of the unit behind the last whole record."""
        return self.first_unit + (self.end - HEADER_BYTES) // UNIT

    def mark(self, state: int) -> None:
        """Set the state: `SEALED` or `CLOSED`."""
        self.states[_STATE] = state

    def unmap(self) -> None:
        """Let go of the memory; the file stays."""
        self.ends.release()
        self.states.release()
        self.map.close()


def file_name(kind: str, first_unit: int) -> str:
    """The file's name within its stream's folder."""
    return f"{kind}-{first_unit:012x}.seg"


def create(folder: Path, kind: str, writer: int, first_unit: int, capacity: int, created: float) -> Segment:
    """Make a segment with its space reserved.

    Raises:
        OSError: no space or no permission; nothing is left behind.
    """
    path = folder / file_name(kind, first_unit)
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o644)
    try:
        try:
            _reserve(fd, capacity)
            memory = mmap.mmap(fd, capacity)
        finally:
            os.close(fd)
    except BaseException:
        os.unlink(path)
        raise
    memory[:HEADER_BYTES] = _pack_header(writer, first_unit, HEADER_BYTES, capacity, created, OPEN)
    return Segment(path, memory, first_unit)


def reopen(path: Path, header: Header) -> Segment:
    """Map an existing segment whose writer is gone, to append to it."""
    with open(path, "r+b") as file:
        memory = mmap.mmap(file.fileno(), 0)
    return Segment(path, memory, header.first_unit)


def read_header(data: bytes) -> Header:
    """Decode the first `HEADER_BYTES` bytes.

    Raises:
        CorruptData: they are no header.
    """
    if len(data) < HEADER_BYTES:
        raise CorruptData(f"A segment of {len(data)} bytes has no header.")
    magic, writer, first_unit, end, capacity, created, state, crc = _HEADER.unpack_from(data)
    if magic != MAGIC or crc != _crc(data):
        raise CorruptData("A segment's header is damaged.")
    return Header(writer, first_unit, end, capacity, created, state)


def segments(folder: Path, kind: str) -> list[tuple[int, Path]]:
    """The segment files of a kind with the first unit their names say, in stream order."""
    found: list[tuple[int, Path]] = []
    for path in folder.glob(f"{kind}-*.seg"):
        try:
            found.append((int(path.stem.partition("-")[2], 16), path))
        except ValueError:
            continue
    return sorted(found)


def _pack_header(writer: int, first_unit: int, end: int, capacity: int, created: float, state: int) -> bytes:
    data = _HEADER.pack(MAGIC, writer, first_unit, end, capacity, created, state, 0)
    return _HEADER.pack(MAGIC, writer, first_unit, end, capacity, created, state, _crc(data))


def _crc(data: bytes) -> int:
    return zlib.crc32(data[32:48], zlib.crc32(data[:24]))


def _reserve(fd: int, size: int) -> None:
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(fd, 0, size)
        return
    zeros = bytes(min(size, 1 << 20))  # macOS and Windows: written blocks are reserved blocks
    written = 0
    while written < size:
        written += os.write(fd, zeros[: size - written])
