"""Where a run's values go: the interface of the spool, and the two that keep nothing."""

from __future__ import annotations

import math
import time
from pathlib import Path
from typing import Final, Protocol

from trireme.domain.errors import TypeConflict
from trireme.domain.records import MICRO, Kind
from trireme.domain.types import AttributeType


class Series:
    """An attribute as a stream knows it: a number for its (path, type), and the step last used, in millionths."""

    __slots__ = ("head", "last", "number", "path", "type")

    def __init__(self, number: int, path: str, type: AttributeType, last: int = -MICRO) -> None:
        self.number = number
        self.path = path
        self.type = type
        self.last = last
        self.head = 0
        """The first eight bytes of the series' float points, as a number."""


class Sink(Protocol):
    """Takes what a run logs, from any thread. None of it raises for lack of space or for a server's fault."""

    def series(self, path: str, type: AttributeType) -> Series:
        """The series for *path*, which must have gone through `check_path`.

        Raises:
            TypeConflict: the path has another type in this process.
        """
        ...

    def append_point(self, series: Series, value: float, step: int | None = None, timestamp: float | None = None) -> None:
        """One float point.

        Parameters:
            step: in millionths; one after the last when absent.
            timestamp: seconds since 1970; now when absent.
        """

    def append_record(
        self, series: Series, kind: Kind, payload: bytes, step: int | None = None, timestamp: float | None = None
    ) -> None:
        """A record of any other kind. For kinds without a step, *step* stays absent.

        Raises:
            TooLarge: the payload is over the limit of the record format.
        """

    def store_file(self, content: bytes | Path) -> tuple[str, int]:
        """Keep a copy of a file's content until it is sent. Returns its SHA-256 and its size in bytes.

        Raises:
            OSError: it cannot be read, or there is no space for the copy.
        """
        ...

    def forget(self, path: str) -> None:
        """The attribute was deleted: its path may get another type, its steps begin anew."""

    def known(self) -> dict[str, Series]:
        """Every path this process has written, with its series."""
        ...

    def close(self) -> None:
        """Take nothing more."""


STEPLESS: Final = frozenset({Kind.ASSIGN, Kind.DELETE, Kind.EDIT_SET, Kind.NAME})


def check_type(series: Series, type: AttributeType) -> Series:
    """*series*, if it has *type*.

    Raises:
        TypeConflict: it has another.
    """
    if series.type is not type:
        raise TypeConflict(
            f"'{series.path}' is a {series.type.label} in this run; a {type.label} was not stored.",
            hint="Use another path, or delete the attribute first.",
        )
    return series


class NullSink:
    """Keeps nothing: modes ``disabled`` and ``read-only``, and a run whose spool could not be made."""

    def __init__(self) -> None:
        self._known: dict[str, Series] = {}

    def series(self, path: str, type: AttributeType) -> Series:
        """See `Sink`."""
        known = self._known.get(path)
        if known is None:
            known = self._known[path] = Series(len(self._known), path, type)
        return check_type(known, type)

    def append_point(self, series: Series, value: float, step: int | None = None, timestamp: float | None = None) -> None:
        """See `Sink`."""

    def append_record(
        self, series: Series, kind: Kind, payload: bytes, step: int | None = None, timestamp: float | None = None
    ) -> None:
        """See `Sink`."""

    def store_file(self, content: bytes | Path) -> tuple[str, int]:
        """See `Sink`."""
        return "0" * 64, len(content) if isinstance(content, bytes) else content.stat().st_size

    def forget(self, path: str) -> None:
        """See `Sink`."""
        self._known.pop(path, None)

    def known(self) -> dict[str, Series]:
        """See `Sink`."""
        return dict(self._known)

    def close(self) -> None:
        """See `Sink`."""


class PrintSink(NullSink):
    """Prints what is logged: mode ``debug``."""

    def append_point(self, series: Series, value: float, step: int | None = None, timestamp: float | None = None) -> None:
        """See `Sink`."""
        self._say(series, f"{value!r}" if math.isfinite(value) else str(value), step)

    def append_record(
        self, series: Series, kind: Kind, payload: bytes, step: int | None = None, timestamp: float | None = None
    ) -> None:
        """See `Sink`."""
        if kind in STEPLESS:
            print(f"[trireme] {kind.name.lower()} {series.path} ({series.type.label}, {len(payload):,} bytes)")
        else:
            self._say(series, f"{len(payload):,} bytes", step)

    def _say(self, series: Series, what: str, step: int | None) -> None:
        series.last = series.last + MICRO if step is None else step
        clock = time.strftime("%H:%M:%S")
        print(f"[trireme] {clock} {series.path} step {series.last / MICRO:g}: {what}")
