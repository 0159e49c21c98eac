"""Which blobs there are, and which runs refer to them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Engine, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from trireme.domain.ids import ProjectId, RunKey
from trireme.storage.catalog.clock import now_ms
from trireme.storage.catalog.tables import blob_references, blobs


class Files:
    """Sizes and reference counts of blobs."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._dialect = postgresql if engine.dialect.name == "postgresql" else sqlite

    def size(self, sha256: str) -> int | None:
        """The size of a stored blob in bytes; None if it is not stored."""
        with self._engine.connect() as connection:
            found: int | None = connection.execute(select(blobs.c.size).where(blobs.c.sha256 == sha256)).scalar()
        return found

    def add(self, sha256: str, size: int) -> None:
        """Record that a blob is stored."""
        values = {"sha256": sha256, "size": size, "created_at": now_ms()}
        with self._engine.begin() as connection:
            connection.execute(self._dialect.insert(blobs).values(values).on_conflict_do_nothing())

    def refer(self, project: ProjectId, run: RunKey, digests: Sequence[str]) -> None:
        """Record that *run* uses those blobs."""
        if digests:
            rows = [{"run_key": run, "sha256": digest, "project_id": project} for digest in digests]
            with self._engine.begin() as connection:
                connection.execute(self._dialect.insert(blob_references).on_conflict_do_nothing(), rows)

    def refers(self, run: RunKey, sha256: str) -> bool:
        """Whether *run* uses that blob."""
        statement = select(func.count()).where(blob_references.c.run_key == run, blob_references.c.sha256 == sha256)
        with self._engine.connect() as connection:
            return bool(connection.execute(statement).scalar())

    def unreferenced(self, older_than_ms: int, limit: int = 1000) -> list[str]:
        """Blobs stored before that time that no run uses."""
        used = select(blob_references.c.sha256).where(blob_references.c.sha256 == blobs.c.sha256).exists()
        statement = select(blobs.c.sha256).where(~used, blobs.c.created_at < older_than_ms).limit(limit)
        with self._engine.connect() as connection:
            return list(connection.execute(statement).scalars())

    def remove(self, sha256: str) -> None:
        """Forget a blob whose bytes are gone."""
        with self._engine.begin() as connection:
            connection.execute(delete(blobs).where(blobs.c.sha256 == sha256))
