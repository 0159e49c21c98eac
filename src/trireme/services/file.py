"""Files: their bytes in, their bytes out."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

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
from trireme.storage.warehouse.engine import Warehouse


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
        return self._catalog.files.size(check_sha256(sha256)) is not None

    async def put(self, actor: Actor, sha256: str, content: AsyncIterator[bytes]) -> int:
        """Store bytes under their digest; their size.

        Raises:
            CorruptData: they have another digest.
        """
        size = await self._blobs.put(check_sha256(sha256), content)
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
        return self._blobs.get(ref.sha256, start=start, stop=stop)
