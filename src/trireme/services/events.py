"""Telling open pages what changed: which runs, and which views and dashboards, at most once a second."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from trireme.domain.ids import ProjectId, RunKey

MIN_INTERVAL_SECONDS: Final = 1.0
_MAX_KEYS: Final = 1000

SavedKind = Literal["views", "dashboards"]


@dataclass(slots=True)
class News:
    """What changed in a project."""

    runs: set[RunKey] = field(default_factory=set)
    saved: set[SavedKind] = field(default_factory=set)


@dataclass(slots=True, eq=False)  # listeners are told apart by identity
class _Listener:
    projects: Collection[ProjectId] | None
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    news: dict[ProjectId, News] = field(default_factory=dict)

    def wants(self, project: ProjectId) -> bool:
        return self.projects is None or project in self.projects


class Events:
    """Publish from any thread, listen in the event loop."""

    def __init__(self) -> None:
        self._listeners: set[_Listener] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closed = False

    def close(self) -> None:
        """End what listens: a server that stops would wait for it. May be called from a signal's handler."""
        self._closed = True
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._wake_all)

    def _wake_all(self) -> None:
        for listener in self._listeners:
            listener.wake.set()

    def publish(self, project: ProjectId, runs: Sequence[RunKey]) -> None:
        """Say that *runs* changed. Never blocks; may be called from any thread."""
        if self._listeners and self._loop is not None:
            self._loop.call_soon_threadsafe(self._deliver, project, tuple(runs), None)

    def publish_saved(self, project: ProjectId, kind: SavedKind) -> None:
        """Say that the project's views or dashboards changed."""
        if self._listeners and self._loop is not None:
            self._loop.call_soon_threadsafe(self._deliver, project, (), kind)

    async def listen(
        self, projects: Collection[ProjectId] | None, *, idle_seconds: float = 15.0
    ) -> AsyncIterator[dict[ProjectId, News]]:
        """What changed, gathered; an empty answer after *idle_seconds* without news. Ends when the events are closed.

        Parameters:
            projects: which are of interest; all when None.
        """
        self._loop = asyncio.get_running_loop()
        listener = _Listener(projects)
        self._listeners.add(listener)
        try:
            while not self._closed:
                try:
                    await asyncio.wait_for(listener.wake.wait(), idle_seconds)
                except TimeoutError:
                    yield {}
                    continue
                if self._closed:
                    return
                listener.wake.clear()
                news, listener.news = listener.news, {}
                yield news
                await asyncio.sleep(MIN_INTERVAL_SECONDS)
        finally:
            self._listeners.discard(listener)

    def listened(self, project: ProjectId) -> bool:
        """Whether a page is open that shows the project."""
        return any(listener.wants(project) for listener in self._listeners)

    def _deliver(self, project: ProjectId, runs: tuple[RunKey, ...], saved: SavedKind | None) -> None:
        for listener in self._listeners:
            if not listener.wants(project):
                continue
            news = listener.news.setdefault(project, News())
            if len(news.runs) < _MAX_KEYS:
                news.runs.update(runs)
            if saved is not None:
                news.saved.add(saved)
            listener.wake.set()
