"""Projects."""

from __future__ import annotations

from dataclasses import dataclass

from trireme.domain.ids import ProjectId


@dataclass(frozen=True, slots=True)
class ProjectRecord:
    """A project as the catalog knows it. Times in ms since 1970.

    Parameters:
        key: upper-case prefix of its runs' short ids.
        run_count: runs that are not in the trash.
        last_activity_at: when a run was made or heard of last.
        changed_at: when it was renamed, trashed or restored last.
        artifact_root: where clients that store files themselves put them; empty: the server's own store.
        experiment_id: the number that MLflow gave it, where that is larger than any id of ours can be.
    """

    id: ProjectId
    workspace: str
    name: str
    key: str
    description: str
    created_at: int
    run_count: int
    last_activity_at: int | None
    trashed: bool = False
    changed_at: int | None = None
    artifact_root: str = ""
    experiment_id: int | None = None

    @property
    def full_name(self) -> str:
        """``workspace/name``."""
        return f"{self.workspace}/{self.name}"
