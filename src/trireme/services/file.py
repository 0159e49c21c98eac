"""Files: their bytes in, their bytes out."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Sequence
from typing import Final

from trireme.domain.errors import NotFound
from trireme.domain.paths import check_path, path_id
from trireme.domain.permissions import Actor, Permission
from trireme.domain.project import ProjectRecord
from trireme.domain.records import FileRef
from trireme.domain.types import AttributeType
from trireme.services.auth import require
from trireme.services.run import RunService
from trireme.services.series import SeriesKey, SeriesService
from trireme.storage.blobs.store import BlobStore, check_sha256
from trireme.storage.catalog.catalog import Catalog
from trireme.storage.catalog.clock import now_ms
from trireme.storage.warehouse.engine import Warehouse

_BY_DIGEST: Final = "sha256/"
FREED_AFTER_MS: Final = 10 * 60 * 1000
"""Bytes whose last run was deleted go unless somebody claimed them within this time: their reference may be under way."""
ORPHANS_AFTER_MS: Final = 24 * 60 * 60 * 1000
"""Uploaded bytes to which no run ever referred go after this time."""


class FileService:
    """Blobs, and the attributes that refer to them."""

    def __init__(self, catalog: Catalog, warehouse: Warehouse, blobs: BlobStore, runs: RunService, series: SeriesService) -> None:
        self._catalog = catalog
        self._warehouse = warehouse
        self._blobs = blobs
        self._runs = runs
        self._series = series

    def stored(self, actor: Actor, sha256: str) -> bool:
        """Whether bytes of that digest are stored.

        Only whoever has the bytes knows their digest, so the answer tells nothing new; it saves sending them again.
        """
        return self._catalog.files.claim(check_sha256(sha256))

    async def put(self, actor: Actor, sha256: str, content: AsyncIterator[bytes]) -> int:
        """Store bytes under their digest; their size.

        Raises:
            CorruptData: they have another digest.
        """
        self._catalog.files.claim(check_sha256(sha256))  # older bytes of that content are not removed meanwhile
        size = await self._blobs.put(sha256, content)
        self._catalog.files.add(sha256, size)
        return size

    def find(self, actor: Actor, project: ProjectRecord, run_id: str, path: str, step: float | None) -> FileRef:
        """The file of an attribute, or of a file series at *step*.

        Raises:
            NotFound: there is no such file.
        """
        require(actor, project, Permission.READ)
        run = self._runs.find(actor, project, run_id)
        if step is not None:
            row = self._series.file_at(actor, project, SeriesKey(run.key, path), step)
            return FileRef(row["sha256"], row["size"], row["mime"], row["name"])
        table = self._warehouse.query(
            "SELECT string FROM run_attributes FINAL WHERE project = {project:UInt32} AND run = {run:UInt64}"
            " AND path_id = {path:UInt64} AND type = {type:UInt8}",
            {
                "project": int(project.id),
                "run": int(run.key),
                "path": path_id(check_path(path)),
                "type": int(AttributeType.FILE),
            },
        )
        if not table.num_rows:
            raise NotFound(
                f"The run '{run.short_id}' has no file '{path[:200]}'.", hint="A point of a file series needs its step."
            )
        return FileRef(*json.loads(table["string"][0].as_py()))

    def content(self, ref: FileRef, *, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        """The bytes of a file that `find` returned."""
        return self._blobs.get(self._resolve(ref.sha256), start=start, stop=stop)

    async def free(self, digests: Sequence[str], *, idle_ms: int = FREED_AFTER_MS) -> int:
        """Remove those bytes of *digests* that nothing uses any more and nobody claimed of late; how many bytes that freed.

        Parameters:
            digests: also locators of named files; names that nothing refers to any more are taken away.
        """
        older = now_ms() - idle_ms

        def condemn() -> dict[str, int]:
            return self._catalog.files.condemn([*digests, *self._catalog.files.unname(digests)], older)

        gone = await asyncio.to_thread(condemn)
        await self._remove(list(gone))
        return sum(gone.values())

    async def sweep(self) -> int:
        """Remove what uploads left behind that never became part of a run, and what earlier removals did not finish; bytes freed."""
        files = self._catalog.files
        await self._remove(await asyncio.to_thread(files.condemned))
        freed = 0
        older = now_ms() - ORPHANS_AFTER_MS
        while found := await asyncio.to_thread(files.unreferenced, older):
            gone = await asyncio.to_thread(files.condemn, found, older)
            await self._remove(list(gone))
            freed += sum(gone.values())
        await self._blobs.sweep(older)
        return freed

    async def _remove(self, condemned: Sequence[str]) -> None:
        for sha256 in condemned:
            await self._blobs.delete(sha256)
            self._catalog.files.remove(sha256)

    # Files that are known by a name within their project: those of foreign clients.

    def named(self, actor: Actor, project: ProjectRecord, path: str) -> FileRef:
        """The bytes under a name.

        Parameters:
            path: as the client made it; ``sha256/<digest>`` for files that came without a name.

        Raises:
            NotFound: they have not come.
        """
        require(actor, project, Permission.READ)
        if path.startswith(_BY_DIGEST):
            digest = check_sha256(path.removeprefix(_BY_DIGEST).partition("/")[0])
            size = self._catalog.files.size(digest)
            if size is not None and self._catalog.files.used_in(project.id, digest):
                return FileRef(digest, size, "", path)
        found = self._catalog.files.named(locator(project, path))
        if found is None:
            raise NotFound(f"No bytes have come for '{path[:200]}'.", hint="The client may still be uploading them.")
        return FileRef(found[0], found[1], "", path)

    async def put_named(self, actor: Actor, project: ProjectRecord, path: str, content: AsyncIterator[bytes]) -> str:
        """Store bytes under a name; their digest."""
        require(actor, project, Permission.WRITE)
        sha256, size = await self._blobs.put_unnamed(content)
        await asyncio.to_thread(self._name, project, path, sha256, size)
        return sha256

    def name_stored(self, actor: Actor, project: ProjectRecord, path: str, sha256: str, size: int) -> None:
        """Give bytes that are stored a name."""
        require(actor, project, Permission.WRITE)
        self._name(project, path, sha256, size)

    async def receive(self, actor: Actor, project: ProjectRecord, content: AsyncIterator[bytes]) -> tuple[str, int]:
        """Store bytes that come without a digest; their digest and size. Something must refer to them soon."""
        require(actor, project, Permission.WRITE)
        sha256, size = await self._blobs.put_unnamed(content)
        self._catalog.files.add(sha256, size)
        return sha256, size

    def named_below(self, actor: Actor, project: ProjectRecord, prefix: str) -> list[tuple[str, int]]:
        """Names that begin with *prefix*, and the sizes of their bytes."""
        require(actor, project, Permission.READ)
        return self._catalog.files.below(project.id, prefix)

    def forget_named(self, actor: Actor, project: ProjectRecord, paths: Sequence[str]) -> None:
        """Take names away; bytes without a name or another use may go."""
        require(actor, project, Permission.WRITE)
        self._catalog.files.forget([locator(project, path) for path in paths])

    async def receive_part(self, actor: Actor, project: ProjectRecord, upload: str, count: int) -> tuple[str, int]:
        """Make one of parts that came; its digest and size."""
        require(actor, project, Permission.WRITE)
        sha256, size = await self._blobs.join_parts(upload, count)
        self._catalog.files.add(sha256, size)
        return sha256, size

    async def put_part(
        self, actor: Actor, project: ProjectRecord, upload: str, number: int, content: AsyncIterator[bytes]
    ) -> int:
        """Keep a part of a file that comes in parts; its size."""
        require(actor, project, Permission.WRITE)
        return await self._blobs.put_part(upload, number, content)

    async def drop_parts(self, actor: Actor, project: ProjectRecord, upload: str) -> None:
        """Remove the parts of an upload that was given up."""
        require(actor, project, Permission.WRITE)
        await self._blobs.drop_parts(upload)

    async def join_parts(self, actor: Actor, project: ProjectRecord, path: str, upload: str, count: int) -> str:
        """Make a named file of its parts; its digest."""
        require(actor, project, Permission.WRITE)
        sha256, size = await self._blobs.join_parts(upload, count)
        await asyncio.to_thread(self._name, project, path, sha256, size)
        return sha256

    def _name(self, project: ProjectRecord, path: str, sha256: str, size: int) -> None:
        self._catalog.files.add(sha256, size)
        self._catalog.files.name(project.id, locator(project, path), path, sha256, size)

    def _resolve(self, sha256: str) -> str:
        found = self._catalog.files.named(sha256)
        return sha256 if found is None else found[0]


def locator(project: ProjectRecord, path: str) -> str:
    """What stands for a named file where attributes hold a digest: the reference may come before the bytes."""
    return hashlib.sha256(f"{int(project.id)}/{path}".encode()).hexdigest()


def path_of(project: ProjectRecord, ref: FileRef) -> str:
    """The name under which foreign clients find a file: its own, or one made from the digest."""
    return ref.name if ref.sha256 == locator(project, ref.name) else by_digest(ref)


def by_digest(ref: FileRef) -> str:
    """The name of a file that is made from its digest."""
    return f"{_BY_DIGEST}{ref.sha256}/{ref.name}"
