"""From what a program writes to a terminal to lines of a log. No I/O."""

from __future__ import annotations

import re
from typing import Final

from trireme.domain.records import MAX_STRING_BYTES

_CUT_MARK: Final = " … (cut)".encode()
_KEPT: Final = MAX_STRING_BYTES - len(_CUT_MARK)
_SPLIT: Final = re.compile(rb"\r?\n|\r|\x1b\[\d*[AF]")
"""What moves the cursor to another line or to the start of this one."""
_ESCAPES: Final = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*([@-~])|\][^\x07\x1b]*(?:\x07|\x1b\\)|[()][A-Za-z0-9]|[ -/]*[0-~])")
_UNFINISHED: Final = re.compile(rb"(?:\r|\x1b(?:\[[0-?]*[ -/]*|\][^\x07\x1b]{0,4096})?)\Z")


class LineAssembler:
    """Bytes in, finished lines out.

    A line that a progress bar draws again after each carriage return comes out once, in its last state. Where nested bars
    move the cursor up into lines that are out already, what they draw there is left out. Colours stay; other terminal
    codes go. A line of more than 1 MB is cut.
    """

    def __init__(self) -> None:
        self._rest = b""
        """The beginning of a code whose end has not come yet."""
        self._line = bytearray()
        self._is_cut = False
        self._redraws = False
        """A carriage return was seen: the next text begins the line anew."""
        self._codes = b""
        """Codes since that carriage return; they stay only if text follows them."""
        self._rows_up = 0
        """How many lines above the newest the cursor stands."""

    def feed(self, data: bytes) -> list[str]:
        """Take what was written, in pieces of any size. Returns the lines it finished."""
        data = self._rest + data
        unfinished = _UNFINISHED.search(data)
        cut = unfinished.start() if unfinished else len(data)
        self._rest = data[cut:]
        lines: list[str] = []
        start = 0
        for match in _SPLIT.finditer(data, 0, cut):
            self._write(data[start : match.start()])
            self._move(match.group(), lines)
            start = match.end()
        self._write(data[start:cut])
        return lines

    def finish(self) -> list[str]:
        """The last line, if it was begun and not ended."""
        self._rest = b""
        return [self._take()] if self._line else []

    def _move(self, code: bytes, lines: list[str]) -> None:
        self._codes = b""
        if code.endswith(b"\n"):
            if self._rows_up:
                self._rows_up -= 1
            else:
                lines.append(self._take())
        elif code == b"\r":
            self._redraws = not self._rows_up
        else:
            self._rows_up += int(code[2:-1] or b"1")

    def _write(self, text: bytes) -> None:
        if not text or self._rows_up:
            return
        if self._redraws:
            text = self._codes + text
            if not _ESCAPES.sub(b"", text):
                self._codes = text[: _KEPT + 1]  # "erase the line" and the like; the next text draws it anew
                return
            self._line.clear()
            self._redraws = self._is_cut = False
            self._codes = b""
        room = _KEPT - len(self._line)
        self._line += text[:room]
        self._is_cut |= len(text) > room

    def _take(self) -> str:
        line = _ESCAPES.sub(_colour, bytes(self._line))
        text = (line + _CUT_MARK if self._is_cut else line).decode(errors="replace")
        if len(text) > MAX_STRING_BYTES // 3:  # bytes that are no text become three each
            text = text.encode()[:MAX_STRING_BYTES].decode(errors="ignore")
        self._line.clear()
        self._is_cut = self._redraws = False
        return text


def _colour(match: re.Match[bytes]) -> bytes:
    return match.group() if match.group(1) == b"m" else b""
