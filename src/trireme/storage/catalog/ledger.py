"""The ledger of ingest batches (`trireme.storage.warehouse.writer` says what for)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, Engine, bindparam, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from trireme.domain.ids import ProjectId, RunKey
from trireme.domain.ledger import BatchEntry, WriterRow
from trireme.storage.catalog.tables import ingest_batches, runs, writers

_SIGN = 1 << 63
_RANGE = 1 << 64


class CatalogLedger:
    """Rows about batches in flight and writers' positions."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def begin(self, batch_id: int, entries: Sequence[BatchEntry]) -> None:
        """Record that *entries* are about to be written."""
        rows = [
            {
                "batch_id": batch_id,
                "writer": _signed(entry.writer),
                "project_id": entry.project_id,
                "run_key": entry.run_key,
                "stop_unit": entry.stop_unit,
            }
            for entry in _last_of_each(entries)
        ]
        with self._engine.begin() as connection:
            connection.execute(insert(ingest_batches), rows)

    def finish(self, batch_id: int, committed: Mapping[int, int]) -> None:
        """Record that a batch is on disk: writers move on to the given positions."""
        with self._engine.begin() as connection:
            batch = connection.execute(select(ingest_batches).where(ingest_batches.c.batch_id == batch_id)).all()
            connection.execute(delete(ingest_batches).where(ingest_batches.c.batch_id == batch_id))
            rows = [
                {"writer": row.writer, "run_key": row.run_key, "committed": committed[_unsigned(row.writer)], "suspect_until": 0}
                for row in batch
            ]
            _upsert(connection, rows, "committed")
            heard = [{"run": row.run_key, "at": batch_id // 1_000_000} for row in batch]
            if heard:
                connection.execute(update(runs).where(runs.c.key == bindparam("run")).values(heard_at=bindparam("at")), heard)

    def unfinished(self) -> list[tuple[int, Sequence[BatchEntry]]]:
        """Batches that began and did not finish, oldest first."""
        found: dict[int, list[BatchEntry]] = {}
        with self._engine.connect() as connection:
            for row in connection.execute(select(ingest_batches).order_by(ingest_batches.c.batch_id)):
                entry = BatchEntry(ProjectId(row.project_id), RunKey(row.run_key), _unsigned(row.writer), row.stop_unit)
                found.setdefault(row.batch_id, []).append(entry)
        return list(found.items())

    def mark_suspect(self, batch_id: int) -> None:
        """Close an unfinished batch: its stretches may be stored, wholly or in part, and will be sent again."""
        with self._engine.begin() as connection:
            batch = connection.execute(select(ingest_batches).where(ingest_batches.c.batch_id == batch_id)).all()
            connection.execute(delete(ingest_batches).where(ingest_batches.c.batch_id == batch_id))
            rows = [
                {"writer": row.writer, "run_key": row.run_key, "committed": 0, "suspect_until": row.stop_unit} for row in batch
            ]
            _upsert(connection, rows, "suspect_until")

    def committed(self, writer: int) -> WriterRow | None:
        """A writer's position; None for one never seen."""
        with self._engine.connect() as connection:
            row = connection.execute(select(writers).where(writers.c.writer == _signed(writer))).first()
        if row is None:
            return None
        return WriterRow(writer, RunKey(row.run_key), row.committed, row.suspect_until)


def _upsert(connection: Connection, rows: list[dict[str, int]], column: str) -> None:
    """Insert writers, or raise *column* of those that exist: positions never fall."""
    if not rows:
        return
    module = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = module.insert(writers)
    new, old = statement.excluded[column], writers.c[column]
    connection.execute(
        statement.on_conflict_do_update(index_elements=[writers.c.writer], set_={column: new}, where=new > old), rows
    )


def _last_of_each(entries: Sequence[BatchEntry]) -> list[BatchEntry]:
    """One entry a writer: two stretches of one writer in a batch end where the later one ends."""
    found: dict[int, BatchEntry] = {}
    for entry in entries:
        has = found.get(entry.writer)
        if has is None or has.stop_unit < entry.stop_unit:
            found[entry.writer] = entry
    return list(found.values())


def _signed(writer: int) -> int:
    return writer - _RANGE if writer >= _SIGN else writer


def _unsigned(writer: int) -> int:
    return writer + _RANGE if writer < 0 else writer
