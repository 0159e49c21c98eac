"""Forks and experiments' heads in the catalog."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Engine, literal, select

from trireme.domain.ids import ProjectId, RunKey
from trireme.domain.lineage import Fork
from trireme.storage.catalog.tables import experiments, runs


class Lineage:
    """Chains of forks, upwards and downwards."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def chains(self, keys: Sequence[RunKey]) -> dict[RunKey, list[Fork]]:
        """For each of those runs that is a fork: the links from it up to the root."""
        found: dict[RunKey, list[Fork]] = {}
        with self._engine.connect() as connection:
            for start in range(0, len(keys), 900):
                first = select(runs.c.key.label("origin"), runs.c.key, runs.c.parent_key, runs.c.fork_step, literal(0).label("n"))
                chain = first.where(runs.c.key.in_(keys[start : start + 900]), runs.c.parent_key.is_not(None)).cte(recursive=True)
                above = select(chain.c.origin, runs.c.key, runs.c.parent_key, runs.c.fork_step, chain.c.n + 1)
                chain = chain.union_all(above.join(chain, runs.c.key == chain.c.parent_key).where(runs.c.parent_key.is_not(None)))
                for row in connection.execute(select(chain).order_by(chain.c.origin, chain.c.n)):
                    fork = Fork(RunKey(row.key), RunKey(row.parent_key), row.fork_step)
                    found.setdefault(RunKey(row.origin), []).append(fork)
        return found

    def below(self, keys: Sequence[RunKey]) -> dict[RunKey, list[Fork]]:
        """For each of those runs that was forked: all forks below it, parents before their children."""
        found: dict[RunKey, list[Fork]] = {}
        with self._engine.connect() as connection:
            for start in range(0, len(keys), 900):
                first = select(
                    runs.c.parent_key.label("origin"), runs.c.key, runs.c.parent_key, runs.c.fork_step, literal(0).label("n")
                )
                tree = first.where(runs.c.parent_key.in_(keys[start : start + 900])).cte(recursive=True)
                under = select(tree.c.origin, runs.c.key, runs.c.parent_key, runs.c.fork_step, tree.c.n + 1)
                tree = tree.union_all(under.join(tree, runs.c.parent_key == tree.c.key))
                for row in connection.execute(select(tree).order_by(tree.c.origin, tree.c.n)):
                    fork = Fork(RunKey(row.key), RunKey(row.parent_key), row.fork_step)
                    found.setdefault(RunKey(row.origin), []).append(fork)
        return found

    def children(self, run: RunKey, *, limit: int) -> list[Fork]:
        """The runs that continue *run* directly, newest first."""
        statement = select(runs.c.key, runs.c.fork_step).where(runs.c.parent_key == run).order_by(runs.c.key.desc()).limit(limit)
        with self._engine.connect() as connection:
            return [Fork(RunKey(row.key), run, row.fork_step) for row in connection.execute(statement)]

    def head(self, project: ProjectId, experiment: str) -> RunKey | None:
        """The newest run that was created under that experiment's name."""
        statement = select(experiments.c.head_key).where(experiments.c.project_id == project, experiments.c.name == experiment)
        with self._engine.connect() as connection:
            key = connection.execute(statement).scalar()
        return None if key is None else RunKey(key)
