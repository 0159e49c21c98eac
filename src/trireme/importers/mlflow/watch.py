"""Where to look for what is new in a source, and at what cost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from trireme.importers.mlflow.filestore import ENDED, FileStore
from trireme.importers.mlflow.source import Message, Source, Stub


class Watch(Protocol):
    """Knows what has been brought."""

    def experiments(self, *, whole: bool) -> object:
        """Something that is another when there may be other experiments."""
        ...

    def runs(self, experiment: Message, *, whole: bool) -> Iterator[Stub]:
        """Runs that have changed since `brought`."""
        ...

    def brought(self, stub: Stub, *, ended: bool) -> None:
        """A run is as far as that."""
        ...

    def models(self, *, whole: bool) -> object:
        """Something that is another when there may be other registered models."""
        ...


class SourceWatch:
    """Looks at everything each time: databases and servers tell quickly what has changed."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._stamps: dict[str, str] = {}
        self._looks = 0

    def experiments(self, *, whole: bool) -> object:
        """Another one at each look at everything."""
        self._looks += whole
        return self._looks

    def models(self, *, whole: bool) -> object:
        """Another one at each look at everything."""
        return self._looks

    def runs(self, experiment: Message, *, whole: bool) -> Iterator[Stub]:
        """Runs whose stamp has changed."""
        for stub in self._source.runs(experiment):
            if self._stamps.get(stub.id) != stub.stamp:
                yield stub

    def brought(self, stub: Stub, *, ended: bool) -> None:
        """Remember its stamp."""
        self._stamps[stub.id] = stub.stamp


@dataclass(slots=True)
class _Seen:
    stamp: str
    glance: tuple[int, ...]
    ended: bool


class FolderWatch:
    """Passes over runs that have ended and look as they did, but for the looks at everything."""

    def __init__(self, source: FileStore) -> None:
        self._source = source
        self._seen: dict[Path, _Seen] = {}
        self._models: object = ()

    def experiments(self, *, whole: bool) -> object:
        """What their files look like."""
        root = self._source.folder
        folders = sorted(folder for pattern in ("*", ".trash/*") for folder in root.glob(pattern) if folder.name != "models")
        return tuple(_glance(folder / "meta.yaml") for folder in folders)

    def models(self, *, whole: bool) -> object:
        """What their files look like, at each look at everything."""
        if whole:
            self._models = tuple(_glance(path) for path in sorted((self._source.folder / "models").rglob("*")))
        return self._models

    def runs(self, experiment: Message, *, whole: bool) -> Iterator[Stub]:
        """Folders that have changed."""
        for folder in self._source.run_folders(experiment):
            seen = self._seen.get(folder)
            if seen is not None and seen.ended and not whole and _run_glance(folder) == seen.glance:
                continue
            if not (folder / "meta.yaml").exists():
                continue  # it is just being made
            stub = self._source.stub(folder, experiment)
            if seen is None or stub.stamp != seen.stamp:
                yield stub

    def brought(self, stub: Stub, *, ended: bool) -> None:
        """Remember how it looks. What was written since the stamp was made shows in the next one."""
        folder, _ = stub.place
        self._seen[folder] = _Seen(stub.stamp, _run_glance(folder), ended)


def watch_of(source: Source) -> Watch:
    """The watch that suits a source."""
    return FolderWatch(source) if isinstance(source, FileStore) else SourceWatch(source)


def has_ended(source: Source, stub: Stub) -> bool:
    """Whether a run is over. Raises `SourceError` as its source does."""
    return str(source.run(stub)["info"]["status"]) in ENDED


def _glance(path: Path) -> tuple[str, int, int]:
    try:
        found = path.stat()
    except OSError:
        return str(path), 0, 0
    return str(path), found.st_size, found.st_mtime_ns


def _run_glance(folder: Path) -> tuple[int, ...]:
    """What changes of an ended run when it is renamed, tagged or given an artifact, at the cost of a few looks."""
    return tuple(_glance(folder / name)[2] for name in ("", "meta.yaml", "metrics", "params", "tags", "artifacts"))
