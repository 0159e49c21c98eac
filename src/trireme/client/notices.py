"""What the client tells a person: each thing once, by the logger ``trireme``, never by an exception."""

from __future__ import annotations

import sys
import threading


class Notices:
    """Warnings of one run. The key says what counts as the same thing, usually a path and a reason."""

    def __init__(self, *, limit: int = 200) -> None:
        self._seen: set[str] = set()
        self._limit = limit
        self._lock = threading.RLock()

    def warn(self, key: str, message: str) -> bool:
        """Say *message* unless something with this key was said before. Returns whether it was said."""
        with self._lock:
            if key in self._seen or len(self._seen) > self._limit:
                return False
            self._seen.add(key)
            if len(self._seen) > self._limit:
                message = f"{message} Further warnings of this run are not shown."
        warn(message)
        return True


def warn(message: str) -> None:
    """A warning for a person, on standard error unless the program configured logging."""
    import logging  # 6 ms that a run without warnings does not pay

    logging.getLogger("trireme").warning("trireme: %s", message)


def inform(message: str) -> None:
    """One line on standard error, for what is no problem: where a run can be seen."""
    try:
        print(f"trireme: {message}", file=sys.stderr, flush=True)
    except (OSError, ValueError, AttributeError):
        pass  # standard error is closed or absent; nobody to tell
