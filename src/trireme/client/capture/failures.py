"""Uncaught exceptions: their traceback is kept, and the run ends as failed."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from types import TracebackType

from trireme.domain.records import MAX_STRING_BYTES

Hook = Callable[[type[BaseException], BaseException, TracebackType | None], object]


class ExceptionHooks:
    """``sys.excepthook`` and ``threading.excepthook``, with those of before called afterwards.

    Parameters:
        on_traceback: takes the text of a traceback.
    """

    def __init__(self, on_traceback: Callable[[str], None]) -> None:
        self.failure: BaseException | None = None
        """What ended the main thread."""
        self._on_traceback = on_traceback
        self._pid = os.getpid()
        self._before, self._thread_before = sys.excepthook, threading.excepthook
        # Bound methods are made anew at each look; these are compared by identity when they are taken off.
        self._hook, self._thread_hook = self._main_thread_failed, self._thread_failed
        sys.excepthook, threading.excepthook = self._hook, self._thread_hook

    def remove(self) -> None:
        """Put the hooks of before back, unless someone else's stand above ours."""
        self._pid = -1
        if sys.excepthook is self._hook:
            sys.excepthook = self._before
        if threading.excepthook is self._thread_hook:
            threading.excepthook = self._thread_before

    def record(self, error: BaseException) -> None:
        """Keep the traceback of *error*, once."""
        if error is not self.failure:
            self.failure = error
            self._on_traceback(traceback_text(error))

    def _main_thread_failed(self, kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
        if os.getpid() == self._pid:
            self._quietly(lambda: self.record(error))
        self._before(kind, error, traceback)

    def _thread_failed(self, arguments: threading.ExceptHookArgs) -> None:
        if os.getpid() == self._pid and arguments.exc_value is not None and arguments.exc_type is not SystemExit:
            error = arguments.exc_value
            self._quietly(lambda: self._on_traceback(traceback_text(error)))
        self._thread_before(arguments)

    def _quietly(self, action: Callable[[], None]) -> None:
        try:
            action()
        except Exception:  # whatever goes wrong here must not hide the user's own exception
            pass


def traceback_text(error: BaseException) -> str:
    """The traceback as Python prints it; of a very long one the end, which says what happened."""
    from traceback import format_exception

    text = "".join(format_exception(type(error), error, error.__traceback__))
    return text if len(text) < MAX_STRING_BYTES // 4 else "…\n" + text[-MAX_STRING_BYTES // 4 :]
