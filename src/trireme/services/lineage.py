"""Which points a run sees: its own, and those it inherits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from trireme.domain.ids import RunKey
from trireme.domain.lineage import Segment, segments

if TYPE_CHECKING:
    from trireme.storage.catalog.catalog import Catalog


class Lineages:
    """Reads chains of forks."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def segments(self, runs: Sequence[RunKey]) -> dict[RunKey, list[Segment]]:
        """What each run sees: the segment of its own points first, then its ancestors', nearest first."""
        chains = self._catalog.lineage.chains(runs)
        return {run: segments(run, chains.get(run, [])) for run in runs}

    def forks(self, runs: Sequence[RunKey]) -> dict[RunKey, list[Segment]]:
        """`segments` of those among *runs* that are forks."""
        return {run: segments(run, chain) for run, chain in self._catalog.lineage.chains(runs).items()}
