"""Many runs at once: how large they are, tags, into the trash and back, away for good.

A caller works through its selection in portions, so that progress can be shown and it can stop in between; what a portion
changed comes back, so that it can be undone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

from trireme.domain.errors import InvalidInput, TriremeError
from trireme.domain.ids import RunKey
from trireme.domain.permissions import Actor, Permission
from trireme.domain.project import ProjectRecord
from trireme.domain.run import RunRecord
from trireme.domain.types import AttributeType
from trireme.services.auth import require
from trireme.services.ingest import IngestService
from trireme.services.run import RunService, check_tags
from trireme.services.writes import EditSet, Identity, Writes
from trireme.storage.catalog.catalog import Catalog
from trireme.storage.warehouse.engine import Warehouse

MAX_RUNS_AT_ONCE: Final = 1000
"""Runs in one portion."""
MAX_RUNS_MEASURED: Final = 100_000
_AT_A_TIME = 32


@dataclass(frozen=True, slots=True)
class Refused:
    """A run that stayed as it was, and why."""

    run: RunRecord
    reason: str


@dataclass(frozen=True, slots=True)
class Changed:
    """What became of a portion. Runs that were as wanted already are in neither list.

    Parameters:
        released: what the deleted runs referred to: digests and locators, for `FileService.free`.
    """

    changed: list[RunKey]
    refused: list[Refused]
    released: list[str]


@dataclass(frozen=True, slots=True)
class Size:
    """What runs take.

    Parameters:
        freed_bytes: of their files, those that no other run uses.
    """

    runs: int
    points: int
    files: int
    file_bytes: int
    freed_bytes: int


class BulkService:
    """Changes many runs of a project. Every method authorises."""

    def __init__(self, catalog: Catalog, warehouse: Warehouse, runs: RunService, ingest: IngestService) -> None:
        self._catalog = catalog
        self._warehouse = warehouse
        self._runs = runs
        self._ingest = ingest

    def size(self, actor: Actor, project: ProjectRecord, keys: Sequence[RunKey]) -> Size:
        """What runs take in points and files.

        Raises:
            InvalidInput: too many runs.
        """
        require(actor, project, Permission.READ)
        runs = self._portion(project, keys, MAX_RUNS_MEASURED)
        mine = [run.key for run in runs]
        points = self._warehouse.query(
            "SELECT sum(count) AS n FROM float_summary WHERE project = {project:UInt32} AND run IN {runs:Array(UInt64)}",
            {"project": int(project.id), "runs": [int(key) for key in mine] or [0]},
        )
        used = self._catalog.files.referred_by(mine)
        everywhere = self._catalog.files.uses(list(used))
        sizes = self._catalog.files.sizes(list(used))
        return Size(
            runs=len(runs),
            points=int(points["n"][0].as_py() or 0),
            files=len(sizes),
            file_bytes=sum(sizes.values()),
            freed_bytes=sum(size for digest, size in sizes.items() if everywhere[digest] == used[digest]),
        )

    def tag(
        self,
        actor: Actor,
        project: ProjectRecord,
        keys: Sequence[RunKey],
        *,
        add: Sequence[str] = (),
        remove: Sequence[str] = (),
    ) -> Changed:
        """Add tags to runs, and remove tags from them.

        Raises:
            InvalidInput: a tag is over its limits, or there are too many runs.
        """
        require(actor, project, Permission.WRITE)
        added, removed = check_tags(add), check_tags(remove)
        runs = self._portion(project, keys)
        shown = self._runs.states(project, runs)
        tags = {run.key: frozenset(shown[run.key].get("sys/tags", ())) for run in runs}
        wanted = [run for run in runs if (tags[run.key] | added) - removed != tags[run.key]]

        def change(run: RunRecord) -> None:
            check_tags([*((tags[run.key] | added) - removed)])
            writes = Writes(["sys/tags"], values=[EditSet(0, add=added, remove=removed)])
            for rejection in self._ingest.write(actor, run, writes, identity=Identity.POINT):
                raise InvalidInput(rejection.message)

        return _each(wanted, change)

    def trash(self, actor: Actor, project: ProjectRecord, keys: Sequence[RunKey], *, trashed: bool) -> Changed:
        """Move runs to the trash, or out of it.

        Raises:
            InvalidInput: too many runs.
        """
        require(actor, project, Permission.WRITE)
        runs = self._portion(project, keys)
        moved = set(self._catalog.runs.trash(project.id, [run.key for run in runs], trashed=trashed))
        self._ingest.set_attributes_of([run for run in runs if run.key in moved], {"sys/trashed": (AttributeType.BOOL, trashed)})
        return Changed([run.key for run in runs if run.key in moved], [], [])

    def delete(self, actor: Actor, project: ProjectRecord, keys: Sequence[RunKey]) -> Changed:
        """Remove trashed runs for good. Their points go before their names: a kill in between leaves them in the trash.

        Raises:
            InvalidInput: too many runs.
        """
        require(actor, project, Permission.ADMIN)
        runs = self._portion(project, keys)
        mine = {run.key for run in runs}
        heirs = self._catalog.lineage.below(sorted(mine))
        refused: list[Refused] = []
        gone: list[RunRecord] = []
        for run in runs:
            staying = [heir for heir in heirs.get(run.key, ()) if heir.run not in mine]
            if not run.trashed:
                refused.append(Refused(run, f"The run '{run.short_id}' is not in the trash. Move it there first."))
            elif staying:
                refused.append(
                    Refused(
                        run,
                        f"The run '{run.short_id}' is continued by {len(staying):,} forks, which show its points."
                        " Delete the forks first.",
                    )
                )
            else:
                gone.append(run)
        keys_gone = [run.key for run in gone]
        released = list(self._catalog.files.referred_by(keys_gone))
        if keys_gone:
            self._ingest.delete_runs(project.id, keys_gone)
            self._catalog.runs.purge(project.id, keys_gone)
        return Changed(keys_gone, refused, released)

    def _portion(self, project: ProjectRecord, keys: Sequence[RunKey], limit: int = MAX_RUNS_AT_ONCE) -> list[RunRecord]:
        if len(keys) > limit:
            raise InvalidInput(f"{len(keys):,} runs were named; at most {limit:,} at once.", hint="Send them in portions.")
        if wrong := next((key for key in keys if not 0 <= key < 1 << 63), None):
            raise InvalidInput(f"{wrong} is no run's key.")
        unique = list(dict.fromkeys(keys))
        return [run for run in self._catalog.runs.by_keys(unique) if run.project_id == project.id]


def _each(runs: Sequence[RunRecord], change: Callable[[RunRecord], None]) -> Changed:
    """Side by side, so that the writer commits many of them at once."""
    changed: list[RunKey] = []
    refused: list[Refused] = []
    with ThreadPoolExecutor(_AT_A_TIME, thread_name_prefix="bulk") as pool:
        for run, done in [(run, pool.submit(change, run)) for run in runs]:
            try:
                done.result()
                changed.append(run.key)
            except TriremeError as error:
                refused.append(Refused(run, str(error)))
    return Changed(changed, refused, [])
