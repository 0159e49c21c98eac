"""Telling open pages what changed: per project, which runs, at most once a second."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

from trireme.domain.ids import ProjectId, RunKey

MIN_INTERVAL_SECONDS = 1.0
_MAX_KEYS = 1000


@dataclass(slots=True, eq=False)  # listeners are told apart by identity
class _Listener:
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    runs: set[RunKey] = field(default_factory=set)


class Events:
    """Publish from any thread, listen in the event loop."""

    def __init__(self) -> None:
        self._listeners: dict[ProjectId, set[_Listener]] = {}
        self._loop: asyncio.AbstractEventLoop | None = None

    def publish(self, project: ProjectId, runs: Sequence[RunKey]) -> None:
        """Say that *runs* changed. Never blocks; may be called from any thread."""
        if self._loop is not None and project in self._listeners:
            self._loop.call_soon_threadsafe(self._deliver, project, tuple(runs))

    async def listen(self, project: ProjectId, *, idle_seconds: float = 15.0) -> AsyncIterator[list[RunKey]]:
        """Changed runs, gathered; an empty list after *idle_seconds* without news."""
        self._loop = asyncio.get_running_loop()
        listener = _Listener()
        self._listeners.setdefault(project, set()).add(listener)
        try:
            while True:
                try:
                    await asyncio.wait_for(listener.wake.wait(), idle_seconds)
                except TimeoutError:
                    yield []
                    continue
                listener.wake.clear()
                runs, listener.runs = sorted(listener.runs), set()
                yield runs
                await asyncio.sleep(MIN_INTERVAL_SECONDS)
        finally:
            self._listeners[project].discard(listener)
            if not self._listeners[project]:
                del self._listeners[project]

    def _deliver(self, project: ProjectId, runs: tuple[RunKey, ...]) -> None:
        for listener in self._listeners.get(project, ()):
            if len(listener.runs) < _MAX_KEYS:
                listener.runs.update(runs)
            listener.wake.set()
