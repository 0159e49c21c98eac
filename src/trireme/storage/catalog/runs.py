"""Runs' identities in the catalog."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Engine, Select, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from trireme.domain.ids import ProjectId, RunKey
from trireme.domain.run import RunRecord
from trireme.storage.catalog.clock import now_ms
from trireme.storage.catalog.tables import blob_references, experiments, projects, runs, writers

_Key = TypeVar("_Key")


class Created(NamedTuple):
    """A run, whether it was made now, and which run was the head of its experiment until then."""

    run: RunRecord
    made: bool
    former_head: RunKey | None


class Runs:
    """Find, make, trash and delete runs."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._dialect = postgresql if engine.dialect.name == "postgresql" else sqlite

    def create(
        self,
        project: ProjectId,
        custom_run_id: str,
        *,
        owner: str = "local",
        created_at: int | None = None,
        parent: RunRecord | None = None,
        fork_step: int | None = None,
        family: str | None = None,
        experiment: str | None = None,
    ) -> Created:
        """Make a run, or find the one with that custom id. One made under an experiment's name becomes its head.

        Parameters:
            created_at: ms since 1970; now when None.
            parent, fork_step: the run that this one continues, and the last step it inherits, in millionths.
        """
        found = self.by_custom_id(project, custom_run_id)
        if found is not None:
            return Created(found, False, None)
        former: int | None = None
        now = now_ms()
        try:
            with self._engine.begin() as connection:
                # The update comes first: it takes the project's lock, so numbers have no gaps and no doubles.
                connection.execute(
                    update(projects)
                    .where(projects.c.id == project)
                    .values(next_number=projects.c.next_number + 1, run_count=projects.c.run_count + 1, last_activity_at=now)
                )
                number = connection.execute(select(projects.c.next_number).where(projects.c.id == project)).scalar_one() - 1
                values = {
                    "project_id": project,
                    "number": number,
                    "custom_run_id": custom_run_id,
                    "owner": owner,
                    "created_at": now if created_at is None else created_at,
                    "heard_at": now,
                    "parent_key": parent.key if parent else None,
                    "fork_step": fork_step if parent else None,
                    "depth": parent.depth + 1 if parent else 0,
                    "family": family,
                    "experiment": experiment,
                }
                key = connection.execute(insert(runs).values(values).returning(runs.c.key)).scalar_one()
                if experiment is not None:
                    mine = (experiments.c.project_id == project, experiments.c.name == experiment)
                    former = connection.execute(select(experiments.c.head_key).where(*mine)).scalar()
                    head = self._dialect.insert(experiments).values(project_id=project, name=experiment, head_key=key)
                    connection.execute(
                        head.on_conflict_do_update(
                            index_elements=[experiments.c.project_id, experiments.c.name], set_={"head_key": key}
                        )
                    )
        except IntegrityError:
            found = self.by_custom_id(project, custom_run_id)
            if found is None:
                raise
            return Created(found, False, None)
        made = self.by_key(RunKey(key))
        assert made is not None
        return Created(made, True, None if former is None else RunKey(former))

    def create_many(self, project: ProjectId, custom_run_ids: Sequence[str], *, owner: str = "local", created_at: int) -> range:
        """Make runs whose custom ids are new, in one transaction: for imports. Their keys, in order."""
        count = len(custom_run_ids)
        with self._engine.begin() as connection:
            connection.execute(
                update(projects)
                .where(projects.c.id == project)
                .values(
                    next_number=projects.c.next_number + count,
                    run_count=projects.c.run_count + count,
                    last_activity_at=now_ms(),
                )
            )
            first = connection.execute(select(projects.c.next_number).where(projects.c.id == project)).scalar_one() - count
            last_key = connection.execute(select(runs.c.key).order_by(runs.c.key.desc()).limit(1)).scalar() or 0
            for start in range(0, count, 10_000):
                rows = [
                    {
                        "key": last_key + 1 + index,
                        "project_id": project,
                        "number": first + index,
                        "custom_run_id": custom_run_ids[index],
                        "owner": owner,
                        "created_at": created_at + index,
                        "heard_at": created_at + index,
                    }
                    for index in range(start, min(count, start + 10_000))
                ]
                connection.execute(insert(runs), rows)
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql("SELECT setval(pg_get_serial_sequence('runs', 'key'), (SELECT max(key) FROM runs))")
        return range(last_key + 1, last_key + 1 + count)

    def by_key(self, key: RunKey) -> RunRecord | None:
        """The run of that key."""
        return self._one(_select().where(runs.c.key == key))

    def by_keys(self, keys: Sequence[RunKey]) -> list[RunRecord]:
        """The runs of those keys that exist, in the order given."""
        found: dict[int, RunRecord] = {}
        with self._engine.connect() as connection:
            for part in _parts(keys, 900):
                found |= {row.key: _record(row) for row in connection.execute(_select().where(runs.c.key.in_(part)))}
        return [found[key] for key in keys if key in found]

    def by_custom_id(self, project: ProjectId, custom_run_id: str) -> RunRecord | None:
        """The run of that custom id."""
        return self._one(_select().where(runs.c.project_id == project, runs.c.custom_run_id == custom_run_id))

    def by_custom_id_anywhere(self, custom_run_id: str) -> list[RunRecord]:
        """The runs of that custom id in all projects, oldest first: a later one cannot take an id over."""
        with self._engine.connect() as connection:
            statement = _select().where(runs.c.custom_run_id == custom_run_id).order_by(runs.c.key)
            return [_record(row) for row in connection.execute(statement)]

    def by_short_id(self, project: ProjectId, short_id: str) -> RunRecord | None:
        """The run of a short id such as ``MNIST-42``."""
        key, dash, number = short_id.rpartition("-")
        if not dash or not number.isdecimal() or len(number) > 18:
            return None
        return self._one(_select().where(runs.c.project_id == project, runs.c.number == int(number), projects.c.key == key))

    def by_names(
        self, project: ProjectId, *, short_ids: Sequence[str] = (), custom_ids: Sequence[str] = ()
    ) -> dict[str, RunRecord]:
        """Those of the named runs that exist, by the name they were asked for."""
        found: dict[str, RunRecord] = {}
        asked = set(short_ids)
        last = (text.rpartition("-")[2] for text in asked)
        numbers = {int(number) for number in last if number.isdecimal() and len(number) <= 18}
        with self._engine.connect() as connection:
            for part in _parts(list(numbers), 900):
                for row in connection.execute(_select().where(runs.c.project_id == project, runs.c.number.in_(part))):
                    record = _record(row)
                    if record.short_id in asked:
                        found[record.short_id] = record
            for part in _parts(custom_ids, 900):
                for row in connection.execute(_select().where(runs.c.project_id == project, runs.c.custom_run_id.in_(part))):
                    found[row.custom_run_id] = _record(row)
        return found

    def count(self, project: ProjectId, *, trashed: bool = False) -> int:
        """How many runs there are; kept, not counted."""
        column = projects.c.trash_count if trashed else projects.c.run_count
        with self._engine.connect() as connection:
            return int(connection.execute(select(column).where(projects.c.id == project)).scalar_one())

    def page(
        self,
        project: ProjectId,
        *,
        trashed: bool = False,
        limit: int,
        before: RunKey | None = None,
        offset: int = 0,
        without: Sequence[RunKey] = (),
    ) -> list[RunRecord]:
        """Runs, newest first.

        Parameters:
            before: only runs older than that key.
            without: some hundred runs to leave out.
        """
        here = (runs.c.project_id == project, runs.c.trashed == trashed, *([runs.c.key.not_in(without)] if without else []))
        statement = _select().where(*here)
        if before is not None:
            statement = statement.where(runs.c.key < before)
        if offset:
            # Skip over the index alone; the rows that are shown come after.
            keys = select(runs.c.key).where(*here).order_by(runs.c.key.desc()).offset(offset).limit(1)
            if before is not None:
                keys = keys.where(runs.c.key < before)
            statement = statement.where(runs.c.key <= keys.scalar_subquery())
        with self._engine.connect() as connection:
            return [_record(row) for row in connection.execute(statement.order_by(runs.c.key.desc()).limit(limit))]

    def keys(self, project: ProjectId, *, trashed: bool) -> list[int]:
        """The keys of all runs, newest first."""
        statement = select(runs.c.key).where(runs.c.project_id == project, runs.c.trashed == trashed)
        with self._engine.connect() as connection:
            return list(connection.execute(statement.order_by(runs.c.key.desc())).scalars())

    def hear(self, key: RunKey) -> None:
        """A run gave a sign of life."""
        with self._engine.begin() as connection:
            connection.execute(update(runs).where(runs.c.key == key).values(heard_at=now_ms()))

    def last_heard(self, after: int, until: int) -> list[tuple[ProjectId, RunKey]]:
        """Runs that were heard of last between two times (ms since 1970; the first one excluded)."""
        silent = (runs.c.heard_at > after, runs.c.heard_at <= until, runs.c.trashed.is_(False))
        with self._engine.connect() as connection:
            rows = connection.execute(select(runs.c.project_id, runs.c.key).where(*silent)).all()
        return [(ProjectId(row.project_id), RunKey(row.key)) for row in rows]

    def heard_since(self, project: ProjectId, after: int) -> list[RunKey]:
        """Runs of a project, in the trash and outside, that were heard of after a time (ms since 1970), in order."""
        # Few runs of all projects live at a time. A condition on the project, or an order, would make SQLite walk through all runs.
        statement = select(runs.c.project_id, runs.c.key).where(runs.c.heard_at > after)
        with self._engine.connect() as connection:
            return sorted(RunKey(row.key) for row in connection.execute(statement) if row.project_id == project)

    def trash(self, project: ProjectId, keys: Sequence[RunKey], *, trashed: bool) -> list[RunKey]:
        """Move runs into the trash or back; those that moved."""
        moved: list[RunKey] = []
        change = 1 if trashed else -1
        with self._engine.begin() as connection:
            for part in _parts(keys, 900):
                which = (runs.c.project_id == project, runs.c.key.in_(part), runs.c.trashed != trashed)
                found = connection.execute(select(runs.c.key).where(*which)).scalars().all()
                connection.execute(update(runs).where(*which).values(trashed=trashed))
                moved += [RunKey(key) for key in found]
            connection.execute(
                update(projects)
                .where(projects.c.id == project)
                .values(
                    run_count=projects.c.run_count - change * len(moved), trash_count=projects.c.trash_count + change * len(moved)
                )
            )
        return moved

    def purge(self, project: ProjectId, keys: Sequence[RunKey]) -> None:
        """Forget trashed runs for good, with their writers and their references to files."""
        with self._engine.begin() as connection:
            gone = 0
            for part in _parts(keys, 900):
                connection.execute(delete(writers).where(writers.c.run_key.in_(part)))
                connection.execute(delete(blob_references).where(blob_references.c.run_key.in_(part)))
                which = (runs.c.project_id == project, runs.c.key.in_(part), runs.c.trashed)
                connection.execute(
                    delete(experiments).where(experiments.c.project_id == project, experiments.c.head_key.in_(part))
                )
                gone += connection.execute(delete(runs).where(*which)).rowcount
            connection.execute(update(projects).where(projects.c.id == project).values(trash_count=projects.c.trash_count - gone))

    def _one(self, statement: Select[Any]) -> RunRecord | None:
        with self._engine.connect() as connection:
            row = connection.execute(statement).first()
        return None if row is None else _record(row)


def _select() -> Select[Any]:
    return select(runs, projects.c.key.label("project_key")).join(projects, projects.c.id == runs.c.project_id)


def _record(row: Any) -> RunRecord:
    return RunRecord(
        key=RunKey(row.key),
        project_id=ProjectId(row.project_id),
        number=row.number,
        short_id=f"{row.project_key}-{row.number}",
        custom_run_id=row.custom_run_id,
        owner=row.owner,
        created_at=row.created_at,
        heard_at=row.heard_at,
        trashed=row.trashed,
        parent_key=None if row.parent_key is None else RunKey(row.parent_key),
        fork_step=row.fork_step,
        depth=row.depth,
        family=row.family,
        experiment=row.experiment,
    )


def _parts(keys: Sequence[_Key], size: int) -> Iterator[Sequence[_Key]]:
    for start in range(0, len(keys), size):
        yield keys[start : start + size]
