"""How far an import is: a line that renews itself on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import sys
import time
from typing import IO, Final

from trireme.importers.account import Account

_RENEW_SECONDS: Final = 0.2
_LINE_SECONDS: Final = 10.0
_BAR: Final = 24


class Progress:
    """Shows the counts of an account.

    Parameters:
        quiet: show nothing.
        endless: there is no end to come nearer to; elsewhere than on a terminal, only what is new is shown.
    """

    def __init__(self, account: Account, *, quiet: bool = False, endless: bool = False, out: IO[str] | None = None) -> None:
        self._account = account
        self._out = out or sys.stderr
        self._terminal = self._out.isatty()
        self._quiet = quiet
        self._endless = endless
        self._text = ""
        self._began = time.monotonic()
        self._shown_at = self._began
        self._drawn = False
        self.total = 0
        """Runs there are, as far as that is known."""
        self.done = 0
        """Runs that are dealt with."""

    def step(self, runs: int = 0) -> None:
        """Some more is done; shown if it is time to."""
        self.done += runs
        if self._quiet:
            return
        now = time.monotonic()
        if now - self._shown_at < (_RENEW_SECONDS if self._terminal else _LINE_SECONDS):
            return
        self._shown_at = now
        self._draw()

    def say(self, text: str) -> None:
        """A line that stays."""
        if not self._quiet:
            self._clear()
            print(text, file=self._out, flush=True)

    def end(self) -> None:
        """Leave the line as it is at the end."""
        if not self._quiet and self._terminal:
            self._draw()
            print(file=self._out, flush=True)
            self._drawn = False

    def _draw(self) -> None:
        seconds = max(0.001, time.monotonic() - self._began)
        points = self._account.came.get("points", 0) + self._account.there.get("points", 0)
        files = self._account.came.get("files", 0) + self._account.there.get("files", 0)
        text = f"files {files:,} ({size(self._account.bytes_read)})"
        if self._endless:
            text = f"runs {self._account.came.get('runs', 0):,}  points {points:,}  {text}"
        else:
            runs = f"{self.done:,}/{self.total:,}" if self.total else f"{self.done:,}"
            text = f"runs {runs}  points {points:,} ({points / seconds:,.0f}/s)  {text}"
        if self._endless and not self._terminal and text == self._text:
            return
        self._text = text
        if not self._terminal:
            print(text, file=self._out, flush=True)
            return
        if self.total:
            full = min(_BAR, _BAR * self.done // max(1, self.total))
            text = f"[{'#' * full}{'.' * (_BAR - full)}] {text}"
        self._clear()
        self._out.write(text[:200])
        self._out.flush()
        self._drawn = True

    def _clear(self) -> None:
        if self._drawn:
            self._out.write("\r\x1b[K")
            self._drawn = False


def size(count: float) -> str:
    """Bytes for people."""
    for unit in ("B", "kB", "MB", "GB"):
        if count < 1000:
            return f"{count:,.0f} {unit}" if unit == "B" else f"{count:,.1f} {unit}"
        count /= 1000
    return f"{count:,.1f} TB"
