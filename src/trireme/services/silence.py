"""Runs whose process died say nothing, also not that they ended: somebody has to notice that they became stale."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from typing import Final

from trireme.domain.ids import ProjectId, RunKey
from trireme.domain.run import STALE_AFTER_MS
from trireme.services.events import Events
from trireme.storage.catalog.catalog import Catalog
from trireme.storage.catalog.clock import now_ms

LOOK_EVERY_SECONDS: Final = 15.0

log = logging.getLogger(__name__)


class SilenceWatch:
    """Tells open pages of runs that have just become stale."""

    def __init__(self, catalog: Catalog, events: Events) -> None:
        self._catalog = catalog
        self._events = events
        self._looked = now_ms()

    async def run(self) -> None:
        """Look again and again, until cancelled."""
        while True:
            await asyncio.sleep(LOOK_EVERY_SECONDS)
            try:
                await asyncio.to_thread(self.look, now_ms())
            except Exception:  # a database that is away now is asked again
                log.warning("could not look for stale runs", exc_info=True)

    def look(self, now: int) -> None:
        """Publish the runs that became stale since the last look.

        Parameters:
            now: ms since 1970.
        """
        since, self._looked = self._looked, now
        fallen: dict[ProjectId, list[RunKey]] = defaultdict(list)
        for project, run in self._catalog.runs.last_heard(since - STALE_AFTER_MS, now - STALE_AFTER_MS):
            fallen[project].append(run)
        for project, runs in fallen.items():
            if self._events.listened(project):
                self._events.publish(project, runs)
