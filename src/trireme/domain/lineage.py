"""Forks: a run that continues another from a step, and sees the points of its ancestors up to there. Nothing is copied."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from trireme.domain.ids import RunKey


@dataclass(frozen=True, slots=True)
class ForkPoint:
    """Where a new run branches off.

    Parameters:
        parent: custom run id or short id of the run that is continued.
        step: the last inherited step, in millionths; the parent's last step at that moment when None.
        project: ``workspace/project`` of the parent; the new run's own when None.
    """

    parent: str
    step: int | None = None
    project: str | None = None


@dataclass(frozen=True, slots=True)
class Segment:
    """The points of *run* with ``after < step <= until`` (millionths); None is no bound."""

    run: RunKey
    after: int | None
    until: int | None


@dataclass(frozen=True, slots=True)
class Fork:
    """One link of a chain of forks: *run* continues *parent* from *step* (millionths) on."""

    run: RunKey
    parent: RunKey
    step: int


def segments(run: RunKey, chain: Sequence[Fork]) -> list[Segment]:
    """What a run sees: its own points first, then its ancestors', nearest first.

    Parameters:
        chain: the forks from *run* up to the root.
    """
    found = [Segment(run, chain[0].step if chain else None, None)]
    until: int | None = None
    for position, link in enumerate(chain):
        until = link.step if until is None else min(until, link.step)
        after = chain[position + 1].step if position + 1 < len(chain) else None
        if after is None or after < until:
            found.append(Segment(link.parent, after, until))
    return found


def heirs(run: RunKey, forks: Iterable[Fork]) -> dict[RunKey, int]:
    """Which runs see the points of *run*, and up to which step.

    Parameters:
        forks: all forks below *run*, parents before their children.
    """
    found: dict[RunKey, int] = {}
    for fork in forks:
        if fork.parent == run:
            found[fork.run] = fork.step
        elif fork.parent in found:
            found[fork.run] = min(found[fork.parent], fork.step)
    return found
