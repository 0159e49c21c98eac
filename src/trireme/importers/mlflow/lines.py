"""The lines of a metric's file: ``<timestamp ms> <value> [<step>]``."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from operator import methodcaller
from pathlib import Path
from typing import Final

from trireme.importers.mlflow.source import Points

CHUNK_BYTES: Final = 4 << 20
_BLANKS: Final = methodcaller("count", b" ")
_MAX_BROKEN: Final = 20


def read_points(path: Path, key: str, offset: int, *, ended: bool) -> Iterator[Points]:
    """The points of a metric's file from *offset* on, some megabytes at a time.

    Parameters:
        ended: the run is over, so a last line without an end is whole; else it is left for later.

    Raises:
        OSError: the file cannot be read.
    """
    with path.open("rb") as file:
        size = file.seek(0, 2)
        start = offset if offset <= size else 0  # it was written anew
        file.seek(start)
        number = 1 if not start else 0
        while data := file.read(CHUNK_BYTES):
            cut = data.rfind(b"\n") + 1
            if not cut and len(data) == CHUNK_BYTES:
                yield Points(key, broken=[f"a line of more than {CHUNK_BYTES:,} bytes"])
                return
            rest = data[cut:]
            is_last = len(data) < CHUNK_BYTES
            if is_last and ended and rest:
                data, cut, rest = data + b"\n", len(data) + 1, b""
            if cut:
                found = parse(key, data[:cut], number)
                start += cut
                found.offset = min(start, size)
                number = number + data[:cut].count(b"\n") if number else 0
                yield found
            if is_last:
                return
            file.seek(start)


def parse(key: str, data: bytes, first_line: int = 0) -> Points:
    """Points of whole lines.

    Parameters:
        first_line: the number of the first line, for what is said of broken ones; 0 if it is not known.
    """
    lines = data.split(b"\n")[:-1]
    tokens = data.split()
    if len(tokens) == 3 * len(lines) and set(map(_BLANKS, lines)) == {2}:
        try:
            return Points(
                key, array("q", map(int, tokens[0::3])), array("q", map(int, tokens[2::3])), array("d", map(float, tokens[1::3]))
            )
        except (ValueError, OverflowError):
            pass
    return _one_by_one(key, lines, first_line)


def _one_by_one(key: str, lines: list[bytes], first_line: int) -> Points:
    found = Points(key)
    broken = 0
    for number, line in enumerate(lines):
        tokens = line.split()
        try:
            if len(tokens) not in (2, 3):
                raise ValueError
            timestamp, value = int(tokens[0]), float(tokens[1])
            step = int(tokens[2]) if len(tokens) == 3 else 0  # before 1.0
            if not (-(1 << 63) <= timestamp < 1 << 63 and -(1 << 63) <= step < 1 << 63):
                raise ValueError
        except ValueError:
            broken += 1
            if broken <= _MAX_BROKEN:
                where = f"line {first_line + number}" if first_line else "a line"
                found.broken.append(f"{where} is no point: {line[:60].decode(errors='replace')!r}")
            continue
        found.timestamps.append(timestamp)
        found.values.append(value)
        found.steps.append(step)
    if broken > _MAX_BROKEN:
        found.broken.append(f"{broken - _MAX_BROKEN:,} more lines are no points")
    return found
