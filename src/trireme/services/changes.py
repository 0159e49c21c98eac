"""What changed lately: how answers that are kept in memory know whether they still hold."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from trireme.domain.ids import ProjectId, RunKey

_MAX_RUNS: Final = 200_000
"""Runs of a project whose last change is remembered one by one."""
_MAX_PATHS: Final = 100_000


class _Last:
    """When each of many last changed; of those forgotten, when the last of them did."""

    __slots__ = ("_floor", "_limit", "_versions")

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._versions: OrderedDict[int, int] = OrderedDict()
        self._floor = 0

    def note(self, items: Iterable[int], version: int) -> None:
        for item in items:
            self._versions[item] = version
            self._versions.move_to_end(item)
        while len(self._versions) > self._limit:
            self._floor = self._versions.popitem(last=False)[1]

    def note_all(self, version: int) -> None:
        self._versions.clear()
        self._floor = version

    def of(self, item: int) -> int:
        return self._versions.get(item, self._floor)


@dataclass(slots=True)
class _Project:
    version: int = 0
    points: int = 0
    runs: _Last = field(default_factory=lambda: _Last(_MAX_RUNS))
    paths: _Last = field(default_factory=lambda: _Last(_MAX_PATHS))


class Changes:
    """A number for each project that rises with every change. May be used from any thread.

    An answer holds as long as what it is made of did not change after the number that was read *before* the answer was worked out.

    Parameters:
        on_change: called after each change with the project and its runs; must not block.
    """

    def __init__(self, on_change: Callable[[ProjectId, Sequence[RunKey]], None] = lambda *_: None) -> None:
        self._on_change = on_change
        self._projects: dict[ProjectId, _Project] = {}
        self._lock = threading.Lock()

    def note(
        self, project: ProjectId, runs: Sequence[RunKey], *, paths: Iterable[int] | None = None, points: bool = True
    ) -> None:
        """*runs* changed, and whoever reads sees it already.

        Parameters:
            runs: all of the project when empty.
            paths: the ``path_id`` of each single value and of each series that is new in a run; None for all.
            points: whether series got or lost points.
        """
        with self._lock:
            known = self._projects.setdefault(project, _Project())
            known.version += 1
            if points or paths is None:
                known.points = known.version
            if paths is None:
                known.paths.note_all(known.version)
            else:
                known.paths.note(paths, known.version)
            if runs:
                known.runs.note(runs, known.version)
            else:
                known.runs.note_all(known.version)
        self._on_change(project, runs)

    def version(self, project: ProjectId) -> int:
        """The project's number; 0 when nothing changed since the server started."""
        found = self._projects.get(project)
        return found.version if found else 0

    def last_of_runs(self, project: ProjectId, runs: Sequence[RunKey]) -> list[int]:
        """For each run, the project's number at its last change, or a later one where that is no longer known."""
        with self._lock:
            found = self._projects.get(project)
            return [0] * len(runs) if found is None else [found.runs.of(run) for run in runs]

    def last_of_paths(self, project: ProjectId, paths: Iterable[int], *, points: bool) -> int:
        """The project's number when one of *paths* last changed in any run, or a later one; with *points*, of any series."""
        with self._lock:
            found = self._projects.get(project)
            if found is None:
                return 0
            return max([found.paths.of(path) for path in paths] + [found.points if points else 0])
