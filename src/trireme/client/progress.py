"""The page through which a sender tells its trainer how far it is.

One file of 4,096 bytes, made with its space reserved by the writer of a stream, so that it can be updated on a full
disk: committed units (u64), state (u32), refused records (u32), time of the last answer (f64), sender's process id
(u32), length of the JSON that follows (u32), its CRC-32 (u32), JSON ``{"message", "key", "id", "existed"}``.
"""

from __future__ import annotations

import json
import os
import struct
import zlib
from dataclasses import dataclass, replace
from enum import IntEnum
from pathlib import Path
from typing import Any, Final

SIZE: Final = 4096
_LAYOUT: Final = struct.Struct("<QIIdIII4x")


class State(IntEnum):
    """What the sender is doing."""

    STARTING = 0
    SENDING = 1
    NO_SERVER = 2
    """No server is configured and none runs on the folder."""
    RETRYING = 3
    """The server does not answer, or asked to come back later."""
    UNAUTHENTICATED = 4
    """The token was refused; nothing is sent until someone acts."""
    REFUSED = 5
    """The server will not take this run; see the message."""
    DONE = 6


STUCK: Final = frozenset({State.UNAUTHENTICATED, State.REFUSED})
"""States that only a person ends."""


@dataclass(frozen=True)
class Progress:
    """A snapshot of the page."""

    committed: int = 0
    state: State = State.STARTING
    rejected: int = 0
    contact: float = 0.0
    pid: int = 0
    message: str = ""
    key: int | None = None
    id: str | None = None
    existed: bool = False
    """The run was on the server before this stream."""


class ProgressPage:
    """The page, open for reading (trainer) or for writing, too (sender). It outlives the deletion of its file."""

    def __init__(self, path: Path, *, create: bool = False, write: bool = False) -> None:
        flags = (os.O_RDWR if create or write else os.O_RDONLY) | (os.O_CREAT if create else 0) | getattr(os, "O_BINARY", 0)
        self._fd = os.open(path, flags, 0o644)
        if create:
            os.write(self._fd, bytes(SIZE))
        self._last = Progress()
        self.read()

    def read(self) -> Progress:
        """The present snapshot; the one before if the page is being written just now, the last one after `close`."""
        if self._fd < 0:
            return self._last
        data = os.pread(self._fd, SIZE, 0) if hasattr(os, "pread") else _read_at_start(self._fd)
        try:
            committed, state, rejected, contact, pid, size, crc = _LAYOUT.unpack_from(data)
            text = data[_LAYOUT.size : _LAYOUT.size + size]
            now = replace(self._last, committed=committed, state=State(state), rejected=rejected, contact=contact, pid=pid)
            if size and zlib.crc32(text) == crc:
                now = replace(now, **json.loads(text))
            self._last = now
        except (struct.error, ValueError, TypeError):
            pass  # caught while it was being written; the next look sees it whole
        return self._last

    def update(self, **changes: Any) -> Progress:
        """Write a snapshot that differs in *changes* (sender only)."""
        now = replace(self._last, **changes)
        text = json.dumps({"message": now.message[:1000], "key": now.key, "id": now.id, "existed": now.existed}).encode()
        page = _LAYOUT.pack(now.committed, now.state, now.rejected, now.contact, now.pid, len(text), zlib.crc32(text))
        if hasattr(os, "pwrite"):
            os.pwrite(self._fd, page + text, 0)
        else:
            os.lseek(self._fd, 0, os.SEEK_SET)
            os.write(self._fd, page + text)
        self._last = now
        return now

    def close(self) -> None:
        """Close the file. The last snapshot can still be read."""
        if self._fd >= 0:
            self.read()
            os.close(self._fd)
            self._fd = -1


def _read_at_start(fd: int) -> bytes:
    os.lseek(fd, 0, os.SEEK_SET)
    return os.read(fd, SIZE)
