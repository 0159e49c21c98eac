"""Folders of files: what belongs to a run, by attribute, and what belongs to a project, by name."""

from __future__ import annotations

import asyncio
import mimetypes
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final

from trireme.domain.errors import InvalidInput, NotFound
from trireme.domain.permissions import Actor
from trireme.domain.project import ProjectRecord
from trireme.domain.records import FileRef
from trireme.domain.run import RunRecord
from trireme.domain.types import AttributeType
from trireme.services.attributes import AttributeService, NameFilter
from trireme.services.file import FileService
from trireme.services.ingest import IngestService
from trireme.services.writes import Assign, Delete, Identity, Writes

_TEXT_NAMES: Final = frozenset({"mlmodel", "mlproject"})
_TEXT_ENDINGS: Final = frozenset({"yaml", "yml", "cfg", "conf", "ini", "log", "toml"})
ROOT: Final = "artifacts/"
"""Below this, a run's attributes are files that were logged as artifacts."""


@dataclass(frozen=True, slots=True)
class Folder:
    """Where files are: all of a run's when *run* is given, else those of the project whose names begin with *prefix*."""

    project: ProjectRecord
    run: RunRecord | None = None
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A file, or a folder when *size* is None."""

    name: str
    size: int | None


class ArtifactService:
    """Reads and writes folders; what it builds on authorises."""

    def __init__(self, files: FileService, attributes: AttributeService, ingest: IngestService) -> None:
        self._files = files
        self._attributes = attributes
        self._ingest = ingest

    def find(self, actor: Actor, folder: Folder, path: str) -> FileRef:
        """One file.

        Raises:
            NotFound: there is none.
            InvalidInput: it is a folder.
        """
        if folder.run is None:
            try:
                ref = self._files.named(actor, folder.project, folder.prefix + path)
                return FileRef(ref.sha256, ref.size, _mime(path), path)
            except NotFound:
                found = bool(self._files.named_below(actor, folder.project, f"{folder.prefix}{path}/"))
        else:
            known = self._of_run(actor, folder)
            if path in known:
                return known[path]
            found = any(name.startswith(f"{path}/") for name in known)
        if found:
            raise InvalidInput(f"'{path[:200]}' is a folder.", hint="List it, and get its files one by one.")
        raise NotFound(f"There is no file '{path[:200]}'.")

    def files(self, actor: Actor, folder: Folder, path: str) -> dict[str, FileRef]:
        """Every file below a folder, by its path from there; digests are known of a run's files only."""
        start = f"{path}/" if path else ""
        if folder.run is None:
            whole = len(folder.prefix) + len(start)
            named = self._files.named_below(actor, folder.project, folder.prefix + start)
            return {name[whole:]: FileRef("", size, _mime(name), name.rpartition("/")[2]) for name, size in named}
        known = self._of_run(actor, folder)
        return {name[len(start) :]: ref for name, ref in sorted(known.items()) if name.startswith(start)}

    def entries(self, actor: Actor, folder: Folder, path: str) -> list[Entry]:
        """What lies directly in a folder, by name; nothing for a file and for what is not there."""
        start = f"{path}/" if path else ""
        if folder.run is None:
            names = self._files.named_below(actor, folder.project, folder.prefix + start)
            sizes = {name[len(folder.prefix) + len(start) :]: size for name, size in names}
        else:
            sizes = {name[len(start) :]: ref.size for name, ref in self._of_run(actor, folder).items() if name.startswith(start)}
        found: dict[str, int | None] = {}
        for name, size in sizes.items():
            head, slash, _ = name.partition("/")
            if slash or head not in found:  # a folder is shown even where a file has its name
                found[head] = None if slash else size
        return [Entry(name, found[name]) for name in sorted(found)]

    async def put(self, actor: Actor, folder: Folder, path: str, content: AsyncIterator[bytes]) -> None:
        """Store a file; one of that name is replaced."""
        if folder.run is None:
            await self._files.put_named(actor, folder.project, folder.prefix + path, content)
        else:
            sha256, size = await self._files.receive(actor, folder.project, content)
            await asyncio.to_thread(self._refer, actor, folder.run, path, sha256, size)  # it waits for a commit

    def name(self, actor: Actor, folder: Folder, path: str, sha256: str, size: int) -> None:
        """Give bytes that are stored a name in a project's folder."""
        self._files.name_stored(actor, folder.project, folder.prefix + path, sha256, size)

    async def join(self, actor: Actor, folder: Folder, path: str, upload: str, count: int) -> None:
        """Make a file of the parts of an upload."""
        if folder.run is None:
            await self._files.join_parts(actor, folder.project, folder.prefix + path, upload, count)
        else:
            sha256, size = await self._files.receive_part(actor, folder.project, upload, count)
            await asyncio.to_thread(self._refer, actor, folder.run, path, sha256, size)

    def delete(self, actor: Actor, folder: Folder, path: str) -> None:
        """Delete a file, or a folder with everything in it; nothing happens if there is none."""
        if folder.run is None:
            names = [name for name, _ in self._files.named_below(actor, folder.project, folder.prefix + path)]
            whole = folder.prefix + path
            self._files.forget_named(actor, folder.project, [n for n in names if n == whole or n.startswith(f"{whole}/")])
            return
        known = [name for name in self._of_run(actor, folder) if name == path or name.startswith(f"{path}/")]
        attributes = self._of_run_attributes(actor, folder)
        gone = [attribute for attribute in attributes if attribute.removeprefix(ROOT) in set(known)]
        writes = Writes(gone, values=[Delete(number) for number in range(len(gone))])
        if gone:
            self._ingest.write(actor, folder.run, writes, identity=Identity.POINT)

    def _refer(self, actor: Actor, run: RunRecord, path: str, sha256: str, size: int) -> None:
        ref = file_ref(path, sha256, size)
        writes = Writes([ROOT + path], values=[Assign(0, AttributeType.FILE, ref)])
        for rejection in self._ingest.write(actor, run, writes, identity=Identity.POINT):
            raise InvalidInput(rejection.message)

    def _of_run(self, actor: Actor, folder: Folder) -> dict[str, FileRef]:
        """A run's files by their artifact path; what was logged as an artifact hides what else has its name."""
        found = self._of_run_attributes(actor, folder)
        plain = {path: ref for path, ref in found.items() if not path.startswith(ROOT)}
        return plain | {path.removeprefix(ROOT): ref for path, ref in found.items() if path.startswith(ROOT)}

    def _of_run_attributes(self, actor: Actor, folder: Folder) -> dict[str, FileRef]:
        assert folder.run is not None
        names = NameFilter(types=[AttributeType.FILE])
        page = self._attributes.values(actor, folder.project, [folder.run.key], names)
        return {value.path: value.value for value in page.values[folder.run.key]}


def file_ref(path: str, sha256: str, size: int) -> FileRef:
    """What an attribute holds of a file that lies at *path*."""
    return FileRef(sha256, size, _mime(path), path.rpartition("/")[2])


def _mime(path: str) -> str:
    name = path.rpartition("/")[2].lower()
    if name in _TEXT_NAMES or name.rpartition(".")[2] in _TEXT_ENDINGS:
        return "text/plain"
    return mimetypes.guess_type(path)[0] or "application/octet-stream"
