"""Reading a stream's folder: what the sender, ``trireme sync`` and the tests see of a spool.

Reads go through ``pread``, never through a mapping, so that a file that is cut while it is read is an error and no
signal. Whatever is wrong with a file costs that file's damaged units only; they are sent as zeros, which the server
steps over.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from trireme.client import locks
from trireme.client.segment import (
    CLOSED,
    HEADER_BYTES,
    NAMES,
    OPEN,
    SEALED,
    STREAM,
    Header,
    read_header,
    segments,
)
from trireme.domain.errors import CorruptData
from trireme.domain.records import MICRO, UNIT, Kind, iter_records, pack, scan

META_FILE: Final = "meta.json"
WRITER_LOCK: Final = "writer.lock"
SENDER_LOCK: Final = "sender.lock"
PROGRESS_FILE: Final = "progress"
ERRORS_FILE: Final = "errors.jsonl"
RESUME_FILE: Final = "resume.json"
WAKE_FILE: Final = "wake"
FILES_FOLDER: Final = "files"

PIECE_BYTES: Final = 8 * 1024 * 1024
"""Usual size of a frame when there is much to send; the server's work for a frame grows with its names, too."""
MAX_GAP_UNITS: Final = PIECE_BYTES // UNIT
MAX_NAMES_BYTES: Final = 1024 * 1024
"""Up to this size a frame carries all names, which the server knows from the frame before; else those it uses."""


@dataclass(frozen=True)
class Meta:
    """``meta.json``: whose stream this is. Written first and never changed.

    Parameters:
        owner: the stream of the process that started the run; if it ends without saying how, the run is aborted.
        url: the server that was asked for; None means the local one.
        experiment: a name that points at the newest run created with it.
        fork_parent, fork_step: custom id of the run that this one continues, and the last step it inherits, in millionths.
        fork_writer, fork_units: the parent's stream and its length at the fork: what the server must have before the fork is made.
    """

    writer: int
    project: str
    custom_run_id: str
    created_at: float
    pid: int
    hostname: str
    owner: bool = True
    name: str | None = None
    tags: tuple[str, ...] = ()
    url: str | None = None
    resume: str = "allow"
    hardware: bool = False
    experiment: str | None = None
    fork_parent: str | None = None
    fork_step: int = 0
    fork_writer: int = 0
    fork_units: int = 0

    @property
    def step_before_first(self) -> int:
        """The step, in millionths, that automatic steps go on from: the first one is 0, or the next whole one after the fork."""
        return -MICRO if self.fork_parent is None else self.fork_step // MICRO * MICRO

    def to_json(self) -> bytes:
        """The file's content."""
        fields = {**self.__dict__, "format": 1, "writer": f"{self.writer:016x}", "tags": list(self.tags)}
        return json.dumps(fields, indent=1, ensure_ascii=False).encode()

    @classmethod
    def from_json(cls, data: bytes) -> Meta:
        """The inverse of `to_json`.

        Raises:
            CorruptData: it is not such a file.
        """
        try:
            fields: dict[str, Any] = json.loads(data)
            if fields.pop("format") != 1:
                raise ValueError("it was written by another version of Trireme")
            fields["writer"] = int(fields["writer"], 16)
            fields["tags"] = tuple(fields.get("tags", ()))
            return cls(**{name: value for name, value in fields.items() if name in cls.__dataclass_fields__})
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise CorruptData(f"A spool's meta.json cannot be read: {error}.") from error


@dataclass(frozen=True)
class Piece:
    """Units ``start…`` of a stream, cut at records, with the names they need."""

    start: int
    units: bytes
    names: bytes

    @property
    def stop(self) -> int:
        """Index of the first unit behind the piece."""
        return self.start + len(self.units) // UNIT


class Stream:
    """One stream's folder, read from any position on.

    Raises:
        CorruptData: it has no readable ``meta.json``, without which nobody can say whose run it is.
        OSError: the folder cannot be read.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.meta = Meta.from_json((folder / META_FILE).read_bytes())
        self.salt = self.meta.writer & 0xFFFF
        self._names: dict[int, bytes] = {}
        self._all_names = b""
        self._names_seen: dict[Path, int] = {}

    def writer_is_alive(self) -> bool:
        """Whether the process that writes the stream still runs."""
        return locks.is_held(self.folder / WRITER_LOCK)

    def is_closed(self) -> bool:
        """Whether the writer ended the stream."""
        found = segments(self.folder, STREAM)
        return bool(found) and self._header(*found[-1]).state == CLOSED

    def stop_unit(self) -> int:
        """Index of the unit behind the last whole record on disk."""
        found = segments(self.folder, STREAM)
        return self._header(*found[-1]).stop_unit if found else 0

    def piece(self, start: int) -> Piece | None:
        """The next units from *start* on: as many whole segments as fit `PIECE_BYTES`, at least one. None if there are none.

        Units that are lost (a missing or cut file) come as zeros.
        """
        parts: list[bytes] = []
        size = 0
        for first, path in segments(self.folder, STREAM):
            at = start + size // UNIT
            if at < first:
                if not parts:
                    return Piece(start, bytes(min(first - start, MAX_GAP_UNITS) * UNIT), b"")
                break
            header = self._header(first, path)
            wanted = (header.stop_unit - at) * UNIT
            if wanted > 0:
                if parts and size + wanted > PIECE_BYTES:
                    break
                parts.append(self._pread(path, header, at, header.stop_unit))
                size += wanted
        return self._with_names(start, b"".join(parts)) if parts else None

    def delete_before(self, unit: int) -> None:
        """Delete the segment files that lie wholly below *unit*, but never the one being written."""
        for first, path in segments(self.folder, STREAM)[:-1]:
            header = self._header(first, path)
            if header.state == OPEN or header.stop_unit > unit:
                return
            path.unlink(missing_ok=True)

    def names(self) -> dict[int, bytes]:
        """All NAME records by number."""
        self._load_names()
        return self._names

    def _with_names(self, start: int, units: bytes) -> Piece:
        self._load_names(units)
        names = self._all_names
        if len(names) > MAX_NAMES_BYTES:
            # Payload bytes are looked at as well; they can only add names that are not needed.
            used = set(memoryview(units).cast("I")[1::8].tolist())
            names = b"".join(record for number, record in self._names.items() if number in used)
        return Piece(start, units, names)

    def _pread(self, path: Path, header: Header, start: int, stop: int) -> bytes:
        size = (stop - start) * UNIT
        fd = os.open(path, os.O_RDONLY)
        try:
            os.lseek(fd, HEADER_BYTES + (start - header.first_unit) * UNIT, os.SEEK_SET)
            parts: list[bytes] = []
            missing = size
            while missing and (part := os.read(fd, missing)):
                parts.append(part)
                missing -= len(part)
        finally:
            os.close(fd)
        return b"".join((*parts, bytes(missing)))

    def _header(self, first_unit: int, path: Path) -> Header:
        """The header, or for a damaged one what the file's name and length say."""
        try:
            with open(path, "rb", buffering=0) as file:
                data = file.read(HEADER_BYTES)
                size = os.fstat(file.fileno()).st_size
        except FileNotFoundError:
            return Header(self.meta.writer, first_unit, HEADER_BYTES, 0, 0.0, OPEN)
        try:
            header = read_header(data)
            fits = header.end <= max(size, header.capacity) and header.end >= HEADER_BYTES and header.end % UNIT == 0
            if fits and header.writer == self.meta.writer and header.first_unit == first_unit:
                return header
        except CorruptData:
            pass
        end = max(HEADER_BYTES, size // UNIT * UNIT)
        kind = path.name.partition("-")[0]
        following = [first for first, _ in segments(self.folder, kind) if first > first_unit]
        if following:
            end = min(end, HEADER_BYTES + (following[0] - first_unit) * UNIT)
            state = SEALED
        else:
            state = OPEN if self.writer_is_alive() else CLOSED
        return Header(self.meta.writer, first_unit, end, size, 0.0, state)

    def _load_names(self, units: bytes = b"") -> None:
        """Take up what was added to the names files, and names that *units* define and those files lack."""
        added = False
        for first, path in segments(self.folder, NAMES):
            header = self._header(first, path)
            seen = self._names_seen.get(path, first)
            if header.stop_unit > seen:
                for record in scan(self._pread(path, header, seen, header.stop_unit), self.salt)[0]:
                    if record.kind is Kind.NAME:
                        self._names[record.name] = pack(Kind.NAME, self.salt, record.name, record.payload)
                        added = True
                self._names_seen[path] = header.stop_unit
        kinds = units[::UNIT]
        at = kinds.find(Kind.NAME)
        while at >= 0:
            number = int.from_bytes(units[at * UNIT + 4 : at * UNIT + 8], "little")
            if number not in self._names:
                try:
                    record = next(iter_records(memoryview(units)[at * UNIT :], self.salt))
                except CorruptData:
                    pass  # a byte of some payload
                else:
                    self._names[number] = pack(Kind.NAME, self.salt, number, record.payload)
                    added = True
            at = kinds.find(Kind.NAME, at + 1)
        if added:
            self._all_names = b"".join(self._names.values())


def streams(spool_root: Path) -> list[Path]:
    """The folders of all streams below *spool_root*, oldest first."""
    found: list[tuple[float, Path]] = []
    if spool_root.is_dir():
        for path in spool_root.iterdir():
            try:
                found.append(((path / META_FILE).stat().st_mtime, path))
            except OSError:
                continue  # being made, or being deleted
    return [path for _, path in sorted(found)]
