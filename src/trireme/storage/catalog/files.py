"""Which blobs there are, and which runs refer to them.

Bytes go when no run refers to them and no name stands for them. Between the moment a client hears that bytes are stored and the
moment its run refers to them, only their `created_at`, which every claim renews, protects them. A blob whose bytes are being
removed has the time -1 and counts as not stored.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Engine, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from trireme.domain.errors import Unavailable
from trireme.domain.ids import ProjectId, RunKey
from trireme.storage.catalog.clock import now_ms
from trireme.storage.catalog.tables import blob_references, blobs, named_files


class Files:
    """Sizes and reference counts of blobs."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._dialect = postgresql if engine.dialect.name == "postgresql" else sqlite

    def size(self, sha256: str) -> int | None:
        """The size of a stored blob in bytes; None if it is not stored."""
        statement = select(blobs.c.size).where(blobs.c.sha256 == sha256, blobs.c.created_at >= 0)
        with self._engine.connect() as connection:
            found: int | None = connection.execute(statement).scalar()
        return found

    def claim(self, sha256: str) -> bool:
        """Whether a blob is stored; if so, it stays for a while although no run refers to it."""
        which = (blobs.c.sha256 == sha256, blobs.c.created_at >= 0)
        with self._engine.begin() as connection:
            return bool(connection.execute(update(blobs).where(*which).values(created_at=now_ms())).rowcount)

    def add(self, sha256: str, size: int) -> None:
        """Record that a blob is stored.

        Raises:
            Unavailable: its bytes are just being removed.
        """
        values = {"sha256": sha256, "size": size, "created_at": now_ms()}
        statement = self._dialect.insert(blobs).values(values)
        renewed = statement.on_conflict_do_update(
            index_elements=[blobs.c.sha256], set_={"created_at": values["created_at"]}, where=blobs.c.created_at >= 0
        )
        with self._engine.begin() as connection:
            connection.execute(renewed)
            kept = connection.execute(select(blobs.c.created_at).where(blobs.c.sha256 == sha256)).scalar()
        if kept is None or kept < 0:
            raise Unavailable("Old bytes of that content are just being removed.", hint="Send them again in a moment.")

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

    def name(self, project: ProjectId, locator: str, path: str, sha256: str, size: int) -> None:
        """Record which bytes are found under a name; a later upload takes the name."""
        values = {
            "locator": locator,
            "project_id": project,
            "path": path,
            "sha256": sha256,
            "size": size,
            "created_at": now_ms(),
        }
        statement = self._dialect.insert(named_files).values(values)
        changed = {key: values[key] for key in ("sha256", "size", "created_at")}
        with self._engine.begin() as connection:
            connection.execute(statement.on_conflict_do_update(index_elements=[named_files.c.locator], set_=changed))

    def named(self, locator: str) -> tuple[str, int] | None:
        """Digest and size of the bytes under a name; None if they have not come."""
        statement = select(named_files.c.sha256, named_files.c.size).where(named_files.c.locator == locator)
        with self._engine.connect() as connection:
            row = connection.execute(statement).first()
        return None if row is None else (row.sha256, row.size)

    def below(self, project: ProjectId, prefix: str) -> list[tuple[str, int]]:
        """Names that begin with *prefix*, with the sizes of their bytes, by name."""
        mine = (named_files.c.project_id == project, named_files.c.path.startswith(prefix, autoescape=True))
        with self._engine.connect() as connection:
            rows = connection.execute(select(named_files.c.path, named_files.c.size).where(*mine).order_by(named_files.c.path))
            return [(row.path, row.size) for row in rows]

    def forget(self, locators: Sequence[str]) -> None:
        """Take names away."""
        with self._engine.begin() as connection:
            for start in range(0, len(locators), 900):
                connection.execute(delete(named_files).where(named_files.c.locator.in_(list(locators[start : start + 900]))))

    def used_in(self, project: ProjectId, sha256: str) -> bool:
        """Whether a run of that project uses that blob."""
        statement = select(func.count()).where(blob_references.c.sha256 == sha256, blob_references.c.project_id == project)
        with self._engine.connect() as connection:
            return bool(connection.execute(statement).scalar())

    def referred_by(self, runs: Sequence[RunKey]) -> dict[str, int]:
        """What those runs refer to: digests (or names' locators), and how many of the runs do."""
        found: dict[str, int] = {}
        with self._engine.connect() as connection:
            for start in range(0, len(runs), 900):
                mine = blob_references.c.run_key.in_(list(runs[start : start + 900]))
                statement = select(blob_references.c.sha256, func.count().label("n")).where(mine)
                for row in connection.execute(statement.group_by(blob_references.c.sha256)):
                    found[row.sha256] = found.get(row.sha256, 0) + row.n
        return found

    def uses(self, digests: Sequence[str]) -> dict[str, int]:
        """How many runs refer to each of those."""
        found: dict[str, int] = {}
        with self._engine.connect() as connection:
            for start in range(0, len(digests), 900):
                mine = blob_references.c.sha256.in_(list(digests[start : start + 900]))
                statement = select(blob_references.c.sha256, func.count().label("n")).where(mine)
                found |= {row.sha256: row.n for row in connection.execute(statement.group_by(blob_references.c.sha256))}
        return found

    def sizes(self, digests: Sequence[str]) -> dict[str, int]:
        """Sizes in bytes of those that are stored, by digest or locator."""
        found: dict[str, int] = {}
        with self._engine.connect() as connection:
            for start in range(0, len(digests), 900):
                part = list(digests[start : start + 900])
                for column, statement in (
                    ("sha256", select(blobs.c.sha256, blobs.c.size).where(blobs.c.sha256.in_(part), blobs.c.created_at >= 0)),
                    ("locator", select(named_files.c.locator, named_files.c.size).where(named_files.c.locator.in_(part))),
                ):
                    found |= {getattr(row, column): row.size for row in connection.execute(statement)}
        return found

    def unname(self, locators: Sequence[str]) -> list[str]:
        """Take those names away to which no run refers any more; the digests that they stood for."""
        gone: list[str] = []
        with self._engine.begin() as connection:
            for start in range(0, len(locators), 900):
                unused = ~select(blob_references.c.sha256).where(blob_references.c.sha256 == named_files.c.locator).exists()
                which = (named_files.c.locator.in_(list(locators[start : start + 900])), unused)
                gone += connection.execute(select(named_files.c.sha256).where(*which)).scalars()
                connection.execute(delete(named_files).where(*which))
        return gone

    def unreferenced(self, older_than_ms: int, limit: int = 1000) -> list[str]:
        """Blobs claimed last before that time that no run uses and no name stands for."""
        statement = select(blobs.c.sha256).where(*_unused(older_than_ms)).limit(limit)
        with self._engine.connect() as connection:
            return list(connection.execute(statement).scalars())

    def condemn(self, digests: Sequence[str], older_than_ms: int) -> dict[str, int]:
        """Those of the blobs that are still unused, from now on not stored, with their sizes. Remove their bytes, then `remove`."""
        gone: dict[str, int] = {}
        with self._engine.begin() as connection:
            for start in range(0, len(digests), 900):
                which = (blobs.c.sha256.in_(list(digests[start : start + 900])), *_unused(older_than_ms))
                found = connection.execute(
                    update(blobs).where(*which).values(created_at=-1).returning(blobs.c.sha256, blobs.c.size)
                )
                gone |= {row.sha256: row.size for row in found}
        return gone

    def condemned(self) -> list[str]:
        """Blobs whose removal was begun and not ended."""
        with self._engine.connect() as connection:
            return list(connection.execute(select(blobs.c.sha256).where(blobs.c.created_at < 0)).scalars())

    def remove(self, sha256: str) -> None:
        """Forget a condemned blob whose bytes are gone."""
        with self._engine.begin() as connection:
            connection.execute(delete(blobs).where(blobs.c.sha256 == sha256, blobs.c.created_at < 0))


def _unused(older_than_ms: int) -> tuple[ColumnElement[bool], ...]:
    used = select(blob_references.c.sha256).where(blob_references.c.sha256 == blobs.c.sha256).exists()
    named = select(named_files.c.sha256).where(named_files.c.sha256 == blobs.c.sha256).exists()
    return ~used, ~named, blobs.c.created_at < older_than_ms, blobs.c.created_at >= 0
