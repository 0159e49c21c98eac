"""Runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from trireme.domain.ids import ProjectId, RunKey

STALE_AFTER_MS: Final = 5 * 60 * 1000
"""A run that says it runs but was not heard of for this long is shown as stale."""


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A run's identity and life. Times in ms since 1970.

    Parameters:
        number: position in its project, the 42 of ``MNIST-42``.
        owner: user name.
        heard_at: last heartbeat or write.
        parent_key, fork_step: the run that this one continues, and the last step it inherits, in millionths.
        depth: number of ancestors.
        family: common to all runs of a tree of forks.
        experiment: the experiment's name it was created under.
    """

    key: RunKey
    project_id: ProjectId
    number: int
    short_id: str
    custom_run_id: str
    owner: str
    created_at: int
    heard_at: int
    trashed: bool
    parent_key: RunKey | None = None
    fork_step: int | None = None
    depth: int = 0
    family: str | None = None
    experiment: str | None = None
