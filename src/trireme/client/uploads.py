"""Copying files into the spool: small ones at once, large ones in a thread, in the order of the calls."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Final

COPIED_AT_ONCE_BYTES: Final = 64 * 1024 * 1024


class Uploads:
    """The copies of a run that are under way. The thread starts with a large file and ends when none is left."""

    def __init__(self) -> None:
        self._queue: deque[Callable[[], None]] = deque()
        self._changed = threading.Condition()
        self._running = False

    def submit(self, content: bytes | Path, copy: Callable[[], None], *, wait: bool) -> None:
        """Run *copy*, now or in the background, as the size of *content* says."""
        if wait or isinstance(content, bytes) or _size(content) <= COPIED_AT_ONCE_BYTES:
            copy()
            return
        with self._changed:
            self._queue.append(copy)
            if not self._running:
                self._running = True
                threading.Thread(target=self._work, name="trireme-uploads", daemon=True).start()

    def wait(self, timeout_seconds: float | None) -> bool:
        """Wait until all copies are made. Returns whether they are."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._running, timeout_seconds)

    def _work(self) -> None:
        while True:
            with self._changed:
                if not self._queue:
                    self._running = False
                    self._changed.notify_all()
                    return
                copy = self._queue.popleft()
            copy()


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0  # the copy will say what is wrong
