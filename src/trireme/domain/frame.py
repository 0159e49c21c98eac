"""The frame: one HTTP body that carries a stretch of a writer's stream (see `trireme.domain.records`) to the server.

========= ============================================================================================
bytes     field
========= ============================================================================================
0–3       ``TRI1``
4–7       u32 length of the JSON header
8–11      u32 length of the names section, a multiple of 32
…         JSON header: ``{"project": "workspace/name", "run": custom run id, "writer": 16 hex digits, "start": unit}``
…         names section: the NAME records of every name that the units use (their unit index is meaningless)
…         units ``start``, ``start + 1``, … of the stream, to the end of the body
========= ============================================================================================

The body as a whole may be compressed (``Content-Encoding: zstd``). The server remembers, per writer, how many units it has
taken: units below are skipped, a gap is refused, so a frame may be sent any number of times.
"""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from typing import Final

from trireme.domain.errors import CorruptData
from trireme.domain.records import UNIT

MAGIC: Final = b"TRI1"
MEDIA_TYPE: Final = "application/vnd.trireme.frame"
MAX_FRAME_BYTES: Final = 64 * 1024 * 1024
"""Largest frame, uncompressed."""
_PREFIX = struct.Struct("<4sII")


@dataclass(frozen=True, slots=True)
class Frame:
    """A decoded frame; ``names`` and ``units`` are views into the body."""

    project: str
    run: str
    writer: int
    start: int
    names: memoryview
    units: memoryview

    @property
    def salt(self) -> int:
        """What the records of this stream carry in their salt field."""
        return self.writer & 0xFFFF

    @property
    def stop(self) -> int:
        """Index of the first unit after this frame."""
        return self.start + len(self.units) // UNIT


def encode_frame(project: str, run: str, writer: int, start: int, names: bytes, units: bytes | memoryview) -> bytes:
    """The body for units ``start…`` of *writer*'s stream."""
    header = json.dumps({"project": project, "run": run, "writer": f"{writer:016x}", "start": start}).encode()
    return b"".join((_PREFIX.pack(MAGIC, len(header), len(names)), header, names, units))


def decode_frame(body: bytes | memoryview) -> Frame:
    """Take a body apart.

    Raises:
        CorruptData: it is not a frame; the sentence says which part is wrong.
    """
    view = memoryview(body)
    if len(view) < _PREFIX.size:
        raise CorruptData(f"A body of {len(view)} bytes is too short for a frame.")
    magic, header_size, names_size = _PREFIX.unpack_from(view)
    if magic != MAGIC:
        raise CorruptData("The body does not begin with 'TRI1'.", hint="Send it with the Trireme client of this version.")
    names_start = _PREFIX.size + header_size
    units_start = names_start + names_size
    if units_start > len(view) or names_size % UNIT or (len(view) - units_start) % UNIT:
        raise CorruptData("The frame is cut off or its sections do not hold whole units.")
    try:
        header = json.loads(bytes(view[_PREFIX.size : names_start]))
        project, run, writer, start = header["project"], header["run"], int(header["writer"], 16), header["start"]
        if not (
            isinstance(project, str)
            and isinstance(run, str)
            and type(start) is int
            and 0 <= start < 1 << 40
            and 0 <= writer < 1 << 64
        ):
            raise ValueError("a field has the wrong type")
    except (ValueError, KeyError, TypeError) as error:
        raise CorruptData(f"The frame's header is malformed: {error}.") from error
    return Frame(project, run, writer, start, view[names_start:units_start], view[units_start:])
