"""What the ledger of batches knows: which stretches of which writers are being written, and how far each writer has come."""

from __future__ import annotations

from dataclasses import dataclass

from trireme.domain.ids import ProjectId, RunKey


@dataclass(frozen=True, slots=True)
class BatchEntry:
    """One writer's part of a batch: its units below ``stop_unit`` are on disk once the batch is finished."""

    project_id: ProjectId
    run_key: RunKey
    writer: int
    stop_unit: int


@dataclass(frozen=True, slots=True)
class WriterRow:
    """A writer's position. Units below ``suspect_until`` may be stored already although they were never answered."""

    writer: int
    run_key: RunKey
    committed: int
    suspect_until: int
