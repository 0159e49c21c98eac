"""Which points a run sees: its own, and those it inherits."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import takewhile
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

    def forks(self, runs: Sequence[RunKey], *, within_experiment: bool = False) -> dict[RunKey, list[Segment]]:
        """`segments` of those among *runs* that are forks.

        Parameters:
            within_experiment: without the ancestors from the nearest one on that belongs to another experiment, or to none.
        """
        found = {run: segments(run, chain) for run, chain in self._catalog.lineage.chains(runs).items()}
        if not within_experiment:
            return found
        keys = sorted({part.run for parts in found.values() for part in parts})
        experiments = {run.key: run.experiment for run in self._catalog.runs.by_keys(keys)}

        def own(run: RunKey, part: Segment) -> bool:
            return part.run == run or (
                experiments.get(part.run) is not None and experiments.get(part.run) == experiments.get(run)
            )

        return {run: list(takewhile(partial(own, run), parts)) for run, parts in found.items()}
