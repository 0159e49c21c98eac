"""Scorers: what judges the traces of a project, kept as its client wrote it."""

from __future__ import annotations

from dataclasses import dataclass

from trireme.domain.ids import ProjectId


@dataclass(frozen=True, slots=True)
class ScorerVersion:
    """One version of a scorer. Time in ms since 1970.

    Parameters:
        scorer_id: the same for all versions of a name.
        version: from 1 on.
        content: the scorer, in its client's words; nothing here reads it.
    """

    project_id: ProjectId
    name: str
    version: int
    scorer_id: str
    content: str
    created_at: int
