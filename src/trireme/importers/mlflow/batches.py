"""Points gathered from many runs into large requests, and the marks of runs that are complete once those are answered."""

from __future__ import annotations

from typing import Final

from trireme.importers.account import Account
from trireme.importers.mlflow.door import Door, Series
from trireme.importers.mlflow.marks import Mark
from trireme.importers.mlflow.source import Points

POINTS: Final = 250_000
"""In a request."""
_SERIES: Final = 20_000
_MARKS: Final = 1000


class Batches:
    """Holds at most a request's worth of points."""

    def __init__(self, door: Door, account: Account) -> None:
        self._door = door
        self._account = account
        self._runs: dict[str, list[Series]] = {}
        self._marks: dict[str, Mark] = {}
        self._points = 0
        self._series = 0
        self._refused: set[str] = set()
        """Runs with points that the server did not take: they never count as brought whole."""

    def add(self, run: str, found: Points) -> bool:
        """Take points; whether everything that was taken is stored now."""
        self._runs.setdefault(run, []).append((found.key, found.timestamps, found.steps, found.values))
        self._points += len(found.values)
        self._series += 1
        if self._points >= POINTS or self._series >= _SERIES:
            self.flush()
            return True
        return False

    def mark(self, run: str, mark: Mark) -> None:
        """Remember a run as brought as far as *mark* says, once all points that were taken before are stored."""
        self._marks[run] = mark
        if len(self._marks) >= _MARKS:
            self.flush()

    def flush(self) -> None:
        """Store everything that was taken."""
        if self._runs:
            answer = self._door.points(self._runs)
            for name, there in (("stored", False), ("there", True)):
                if answer[name]:
                    self._account.add("points", answer[name], there=there)
            for one in answer.get("refused", ()):
                item = f"metric '{one['path']}' of run {one['item']}" if one.get("path") else f"run {one['item']}"
                self._account.fail("points", item, one["reason"], one["count"])
                self._refused.add(one["item"])
            self._runs, self._points, self._series = {}, 0, 0
        if self._marks:
            for run in self._refused & self._marks.keys():
                self._marks[run].stamp = ""
            self._door.call("marks", marks={run: mark.text() for run, mark in self._marks.items()})
            self._marks = {}
