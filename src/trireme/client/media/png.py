"""PNG from raw rows, with the standard library only: an array can be logged where Pillow is not installed."""

from __future__ import annotations

import struct
import zlib
from typing import Final

SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_COLOR_TYPES: Final = {1: 0, 2: 4, 3: 2, 4: 6}
"""Channels to PNG colour type: grey, grey with alpha, RGB, RGBA; 8 bits each."""
_LEVEL: Final = 3
"""Deflate level: twice as fast as the default of 6 and a few per cent larger."""


def encode_png(width: int, height: int, channels: int, filtered: bytes) -> bytes:
    """A PNG file.

    Parameters:
        filtered: ``height`` rows of one filter byte and ``width * channels`` bytes, filtered as that byte says.
    """
    header = struct.pack(">IIBBBBB", width, height, 8, _COLOR_TYPES[channels], 0, 0, 0)
    return b"".join((SIGNATURE, _chunk(b"IHDR", header), _chunk(b"IDAT", zlib.compress(filtered, _LEVEL)), _chunk(b"IEND", b"")))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(data, zlib.crc32(kind)))
