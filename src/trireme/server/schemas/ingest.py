"""Answers to the writers."""

from __future__ import annotations

import msgspec


class Rejection(msgspec.Struct, frozen=True):
    """One record the server did not store; everything else of its frame was."""

    unit: int
    path: str
    code: str
    message: str
    count: int = 1
    """How many records of this path were refused for this reason."""


class IngestAnswer(msgspec.Struct, frozen=True):
    """All units below `committed` are on disk; readable at once."""

    committed: int
    rejections: list[Rejection]
    run: int
    run_id: str


class WriterState(msgspec.Struct, frozen=True):
    """How far the server has a writer's stream."""

    committed: int
