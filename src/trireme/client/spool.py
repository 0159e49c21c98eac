"""The durable queue: what a process logs, written into mapped segment files (`trireme.client.segment`) of a folder of
its own.

``<spool root>/<writer, 16 hex digits>/`` holds

- ``meta.json``: whose stream it is (`trireme.client.stream.Meta`), complete before anything else exists;
- ``stream-*.seg``: the stream itself, and ``names-*.seg``: a copy of its NAME records;
- ``files/<sha256>``: content that records refer to, present before the record is;
- ``progress``: how far the sender is (`trireme.client.progress`); ``errors.jsonl``: what the server refused;
- ``writer.lock``, ``sender.lock``: held while the process lives; ``wake``: a pipe that rouses the sender, made by it.

A call writes memory that the kernel keeps when the process is killed; there is no system call and no other thread in
its way. One stream belongs to one process: a forked child that logs begins a stream of its own in the same run.
"""

from __future__ import annotations

import errno
import hashlib
import os
import struct
import threading
import time
import weakref
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from time import time as now
from typing import Any, Final

from trireme.client import locks
from trireme.client.progress import ProgressPage
from trireme.client.segment import (
    CLOSED,
    HEADER_BYTES,
    NAMES,
    SEALED,
    STREAM,
    Segment,
    create,
    read_header,
    reopen,
    segments,
)
from trireme.client.sink import STEPLESS, Series, check_type
from trireme.client.stream import (
    ERRORS_FILE,
    FILES_FOLDER,
    META_FILE,
    PROGRESS_FILE,
    WAKE_FILE,
    WRITER_LOCK,
    Meta,
    Stream,
)
from trireme.domain.records import MICRO, UNIT, Kind, pack, units_of
from trireme.domain.types import AttributeType

FIRST_SEGMENT_BYTES: Final = 256 * 1024
MAX_SEGMENT_BYTES: Final = 4 * 1024 * 1024
"""Segments double from the first size to this one, which is also the usual size of a frame under load."""
NAMES_SEGMENT_BYTES: Final = 64 * 1024
_SMALLEST_SEGMENT_BYTES: Final = 16 * 1024
_RETRY_SECONDS: Final = 1.0
_CHECK_SECONDS: Final = 5.0
_COPY_BYTES: Final = 1 << 20

_END = Segment.END_WORD
_pack_point = struct.Struct("@Qqdd").pack_into
"""A float point with its first eight bytes as one number: native order, three times as fast as field by field."""

_live: weakref.WeakSet[Spool] = weakref.WeakSet()


class Spool:
    """The writing end of a stream; see `trireme.client.sink.Sink` for the calls that log.

    Parameters:
        root: the folder that holds all streams.
        meta: whose stream it is.
        on_check: called every few seconds from within a logging call, and when the stream moves to another folder.
        on_full: called once with a sentence when values begin to be dropped because nothing can be written.

    Raises:
        OSError: the folder cannot be made. A full disk raises nothing; values are dropped and counted until there is
        space.
    """

    def __init__(
        self,
        root: Path,
        meta: Meta,
        *,
        on_check: Callable[[], None] | None = None,
        on_full: Callable[[str], None] | None = None,
    ) -> None:
        self._begin(root, meta, on_check, on_full)
        self._open_folder()
        _live.add(self)

    def _begin(self, root: Path, meta: Meta, on_check: Callable[[], None] | None, on_full: Callable[[str], None] | None) -> None:
        self.root = root
        self.meta = meta
        self._on_check = on_check
        self._on_full = on_full
        self._series: dict[str, Series] = {}
        self._numbers = 0
        self._reset()

    def _reset(self) -> None:
        """Stand before a stream that does not exist yet."""
        self._lock = threading.RLock()  # re-entrant: a signal handler may log while the main thread does
        self.folder = self.root / f"{self.meta.writer:016x}"
        self.salt = self.meta.writer & 0xFFFF
        self.dropped = 0
        """Values that could not be kept."""
        self._segment: Segment | None = None
        self._names: Segment | None = None
        self._map: Any = None
        self._ends: Any = None
        self._offset = self._limit = 0
        self._next_unit = 0
        self._next_capacity = FIRST_SEGMENT_BYTES
        self._retry_at = 0.0
        self._check_at = 0.0
        self._moving = False
        self._open = False
        self._closed = False
        self.page: ProgressPage | None = None

    # Logging

    def append_point(self, series: Series, value: float, step: int | None = None, timestamp: float | None = None) -> None:
        """See `Sink`."""
        if timestamp is None:
            timestamp = now()
            if timestamp > self._check_at:
                self._check(timestamp)
        with self._lock:
            if step is None:
                step = series.last + MICRO
            series.last = step
            offset = self._offset
            if offset >= self._limit:
                if not self._make_room(UNIT):
                    return
                offset = self._offset
            # Claimed before it is written: a signal handler that logs in between then writes behind it, and whoever
            # comes back last publishes both.
            self._offset = offset + UNIT
            _pack_point(self._map, offset, series.head, step, timestamp, value)
            self._ends[_END] = self._offset

    def append_record(
        self, series: Series, kind: Kind, payload: bytes, step: int | None = None, timestamp: float | None = None
    ) -> None:
        """See `Sink`."""
        if timestamp is None:
            timestamp = now()
            if timestamp > self._check_at:
                self._check(timestamp)
        with self._lock:
            if kind in STEPLESS:
                step = 0
            else:
                if step is None:
                    step = series.last + MICRO
                series.last = step
            if not self._open and not self._make_room(UNIT):  # a forked child begins its stream here, with another salt
                return
            self._append(pack(kind, self.salt, series.number, payload, step=step, timestamp=timestamp))

    def series(self, path: str, type: AttributeType) -> Series:
        """See `Sink`."""
        known = self._series.get(path)
        if known is None:
            with self._lock:
                known = self._series.get(path)
                if known is None:
                    known = Series(self._numbers, path, type, self.meta.step_before_first)
                    self._numbers += 1
                    self._series[path] = known
                    if self._open:
                        self._define(known)
        return check_type(known, type)

    def forget(self, path: str) -> None:
        """See `Sink`."""
        with self._lock:
            self._series.pop(path, None)

    def known(self) -> dict[str, Series]:
        """See `Sink`."""
        return dict(self._series)

    def store_file(self, content: bytes | Path) -> tuple[str, int]:
        """See `Sink`."""
        if not self._open:
            with self._lock:
                self._make_room(UNIT)
        folder = self.folder / FILES_FOLDER
        folder.mkdir(exist_ok=True)
        digest = hashlib.sha256()
        size = 0
        draft = folder / f".{os.getpid()}-{threading.get_ident()}-{os.urandom(4).hex()}"
        try:
            with open(draft, "wb") as target:
                if isinstance(content, bytes):
                    digest.update(content)
                    size = target.write(content)
                else:
                    with open(content, "rb") as source:
                        while chunk := source.read(_COPY_BYTES):
                            digest.update(chunk)
                            size += target.write(chunk)
            draft.replace(folder / digest.hexdigest())
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
        return digest.hexdigest(), size

    # State

    @property
    def position(self) -> int:
        """Units written: the index of the next record."""
        with self._lock:
            return self._segment.stop_unit if self._segment else self._next_unit

    @property
    def is_open(self) -> bool:
        """Whether the stream exists on disk; not yet in a forked child that has logged nothing."""
        return self._open

    def close(self) -> None:
        """End the stream. What is logged afterwards is dropped and counted."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            self._limit = 0
            if self._segment is not None:
                self._next_unit = self._segment.stop_unit
                end, path = self._segment.end, self._segment.path
                self._segment.mark(CLOSED)
                self._unmap()
                try:
                    os.truncate(path, end)  # gives the reserved space back
                except OSError:
                    pass  # Windows, while the sender reads; the space goes with the file
            if self._open:
                locks.release(self.folder / WRITER_LOCK)
        _live.discard(self)

    def wake(self) -> None:
        """Rouse the sender, if one waits."""
        if not self._open or not hasattr(os, "mkfifo"):
            return
        try:
            fd = os.open(self.folder / WAKE_FILE, os.O_WRONLY | os.O_NONBLOCK)
        except OSError:
            return  # no sender listens
        try:
            os.write(fd, b"!")
        except OSError:
            pass  # it has been roused plenty
        finally:
            os.close(fd)

    def reset_after_fork(self) -> None:
        """In a forked child: let go of the parent's stream; the first value logged begins one of the child's own."""
        self.meta = replace(self.meta, writer=new_writer_id(), pid=os.getpid(), owner=False, hardware=False, resume="allow")
        closed = self._closed
        self._reset()
        self._closed = closed

    # Space

    def _append(self, record: bytes) -> bool:
        size = len(record)
        offset = self._offset
        if offset + size > self._limit + UNIT - 1:
            if not self._make_room(size):
                return False
            offset = self._offset
        self._offset = offset + size
        self._map[offset : offset + size] = record
        self._ends[_END] = self._offset
        return True

    def _make_room(self, size: int) -> bool:
        """Go on in a segment with room for *size* bytes. False, the value counted as dropped, if that cannot be."""
        if self._closed or self._moving or time.monotonic() < self._retry_at:
            self.dropped += 1
            return False
        self._moving = True
        limit, self._limit = self._limit, 0  # what a signal handler logs meanwhile must not go into the old segment
        try:
            if not self._open:
                self._open_folder()
                if self._on_check is not None:
                    self._on_check()  # the new stream needs a sender
            if self._open and (self._offset + size < self._limit + UNIT or self._next_segment(size)):
                limit = self._limit
                return True
        except (OSError, ValueError) as error:  # ValueError: the file is shorter than what was reserved
            self._full(error)
        finally:
            self._limit = limit
            self._moving = False
        self.dropped += 1
        return False

    def _next_segment(self, size: int) -> bool:
        before = self._segment
        if before is not None:
            before.ends[_END] = self._offset  # an append that this one interrupted has written, but not yet published
        first_unit = before.stop_unit if before is not None else self._next_unit
        if before is not None and before.end == HEADER_BYTES:
            before.path.unlink(missing_ok=True)  # too small for its first record
        wanted = max(self._next_capacity, _round_up(HEADER_BYTES + size))
        problem: OSError | ValueError | None = None
        for capacity in dict.fromkeys((wanted, max(_SMALLEST_SEGMENT_BYTES, _round_up(HEADER_BYTES + size)))):
            try:
                segment = create(self.folder, STREAM, self.meta.writer, first_unit, capacity, now())
                break
            except (OSError, ValueError) as error:
                problem = error
        else:
            assert problem is not None
            self._full(problem)
            return False
        if before is not None:
            before.mark(SEALED)
            before.unmap()
        self._segment = segment
        self._map = segment.map
        self._ends = segment.ends
        self._offset = HEADER_BYTES
        self._limit = segment.capacity - UNIT + 1
        self._next_capacity = min(MAX_SEGMENT_BYTES, 2 * self._next_capacity)
        return True

    def _full(self, error: OSError | ValueError) -> None:
        self._retry_at = time.monotonic() + _RETRY_SECONDS
        if self._on_full is not None:
            what = "there is no space left" if getattr(error, "errno", None) in _NO_SPACE else str(error)
            self._on_full(f"Values are being dropped: {what} in {self.folder}. Logging goes on by itself once there is.")

    def _open_folder(self) -> None:
        """Make the stream's folder and first segment, and define in it what is known."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            draft = self.folder / (META_FILE + ".draft")
            if not (self.folder / META_FILE).exists():
                locks.acquire(self.folder / WRITER_LOCK)
                self.page = ProgressPage(self.folder / PROGRESS_FILE, create=True)
                (self.folder / ERRORS_FILE).touch()
                draft.write_bytes(self.meta.to_json())
                draft.replace(self.folder / META_FILE)
        except OSError as error:
            if error.errno not in _NO_SPACE:
                raise
            self._full(error)
            return
        self._open = True
        names = sum(UNIT * units_of(1 + len(series.path.encode())) for series in self._series.values())
        if self._next_segment(UNIT + names):
            for series in self._series.values():
                self._define(series)

    def _define(self, series: Series) -> None:
        """Write the NAME record of *series*, first into the names that stay, then into the stream."""
        payload = bytes((series.type,)) + series.path.encode()
        record = pack(Kind.NAME, self.salt, series.number, payload)
        series.head = Kind.FLOAT_POINT | self.salt << 16 | series.number << 32
        try:
            names = self._names
            if names is None or names.end + len(record) > names.capacity:
                names = self._next_names()
            end = names.end
            names.map[end : end + len(record)] = record
            names.ends[_END] = end + len(record)
        except OSError as error:
            self._full(error)  # the stream has the name too, or is out of space itself
        self._append(record)

    def _next_names(self) -> Segment:
        before = self._names
        first_unit = before.stop_unit if before else 0
        capacity = min(MAX_SEGMENT_BYTES, 2 * before.capacity) if before else NAMES_SEGMENT_BYTES
        self._names = create(self.folder, NAMES, self.meta.writer, first_unit, capacity, now())
        if before:
            before.mark(SEALED)
            before.unmap()
        return self._names

    def _check(self, timestamp: float) -> None:
        self._check_at = timestamp + _CHECK_SECONDS
        if self._on_check is not None:
            self._on_check()

    def _unmap(self) -> None:
        self._map = self._ends = None
        for segment in (self._segment, self._names):
            if segment is not None:
                segment.unmap()
        self._segment = self._names = None


def adopt(stream: Stream) -> Spool | None:
    """Take over a stream whose writer is gone, to append to it. None if the writer lives after all.

    Raises:
        OSError, CorruptData: the last segment cannot be continued.
    """
    folder = stream.folder
    if not locks.acquire(folder / WRITER_LOCK):
        return None
    spool = Spool.__new__(Spool)
    spool._begin(folder.parent, stream.meta, None, None)
    spool._numbers = max(stream.names(), default=-1) + 1
    spool._open = True
    for kind in (STREAM, NAMES):
        for _, path in segments(folder, kind)[-1:]:
            with open(path, "rb") as file:
                header = read_header(file.read(HEADER_BYTES))
            segment = reopen(path, header)
            if kind == NAMES:
                spool._names = segment
            else:
                spool._segment, spool._map, spool._ends = segment, segment.map, segment.ends
                spool._offset, spool._limit = header.end, segment.capacity - UNIT + 1
    return spool


def new_writer_id() -> int:
    """A random 64-bit number, never 0."""
    return int.from_bytes(os.urandom(8), "little") or 1


def _round_up(size: int) -> int:
    return -(-size // 4096) * 4096


_NO_SPACE: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.ENOMEM, errno.EMFILE, errno.ENFILE})


def _after_fork() -> None:
    for spool in list(_live):
        spool.reset_after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
