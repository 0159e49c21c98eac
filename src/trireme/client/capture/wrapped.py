"""Console without file descriptors: where ``sys.stdout`` is an object of its own, as in notebooks, its ``write`` is watched."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import Any

from trireme.client.capture.lines import LineAssembler


class WatchedStream:
    """A text stream whose finished lines are also given to *on_line*. Output of child processes and C code is not seen.

    Raises:
        AttributeError: the stream does not let its ``write`` be replaced.
    """

    def __init__(self, stream: Any, on_line: Callable[[str], None]) -> None:
        self._stream = stream
        self._on_line = on_line
        self._lines = LineAssembler()
        self._lock = threading.Lock()
        self._inside = threading.local()
        self._pid = os.getpid()
        self._write = stream.write
        stream.write = self._watched_write

    def stop(self) -> None:
        """Give the stream its own ``write`` back, and out a last line that has no end."""
        if self._stream.__dict__.get("write") == self._watched_write:
            del self._stream.write
        self._pid = -1
        self._emit(self._lines.finish())

    def _watched_write(self, text: str) -> Any:
        result = self._write(text)
        # What is written while a line is given out (a warning about it) would wait for itself.
        if os.getpid() == self._pid and not getattr(self._inside, "on", False):
            self._inside.on = True
            try:
                with self._lock:
                    lines = self._lines.feed(str(text).encode(errors="replace"))
                self._emit(lines)
            except Exception:  # print() must go on working whatever becomes of the copy
                pass
            finally:
                self._inside.on = False
        return result

    def _emit(self, lines: list[str]) -> None:
        for line in lines:
            self._on_line(line)
