"""Files: their digests first, then the bytes that the server does not have."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

from trireme.domain.errors import CorruptData
from trireme.importers.account import Account
from trireme.importers.mlflow.door import Door
from trireme.importers.mlflow.source import File, SourceError
from trireme.importers.progress import Progress

_FILES: Final = 200
_BYTES: Final = 512 << 20
_CHUNK: Final = 1 << 20


class Uploads:
    """Sends the files of runs and models."""

    def __init__(self, door: Door, account: Account, progress: Progress) -> None:
        self._door = door
        self._account = account
        self._progress = progress

    def send(self, owner: Mapping[str, str], files: Iterable[File], item: str, *, is_new: bool) -> set[str]:
        """Bring files; the paths of those that came.

        Parameters:
            owner: ``run_id`` or ``model_id``.
            item: whose files, for what is said of them.
            is_new: the owner came over now.
        """
        brought: set[str] = set()
        for part in _parts(files):
            with ExitStack() as stack:
                found: dict[str, tuple[str, int, Path]] = {}
                for file in part:
                    try:
                        path = stack.enter_context(file.local)
                        sha256, size = self._digest(path)
                    except (OSError, SourceError) as error:
                        reason = getattr(error, "strerror", None) or str(error)
                        self._account.fail("files", f"{file.path} of {item}", reason)
                        continue
                    found[file.path] = (sha256, size, path)
                brought |= self._send(owner, found, item, is_new=is_new)
        return brought

    def _send(self, owner: Mapping[str, str], found: dict[str, tuple[str, int, Path]], item: str, *, is_new: bool) -> set[str]:
        missing = self._refer(owner, found, item)
        sent: set[str] = set()
        for sha256 in missing:
            name, path = next((name, path) for name, (digest, _, path) in found.items() if digest == sha256)
            try:
                self._door.upload(sha256, path)
            except (CorruptData, OSError):
                self._account.fail("files", f"{name} of {item}", "it changed while it was read; import again")
                found = {key: one for key, one in found.items() if one[0] != sha256}
                continue
            sent.add(sha256)
            self._progress.step()
        later = {name: one for name, one in found.items() if one[0] in sent}
        if later and (lost := self._refer(owner, later, item)):
            self._account.fail("files", item, f"the server did not keep {len(lost):,} of them", len(lost))
            found = {name: one for name, one in found.items() if one[0] not in lost}
        for sha256, size, _ in found.values():
            self._account.add("files", there=not is_new and sha256 not in sent)
            self._account.bytes += size if sha256 in sent else 0
        return set(found)

    def _refer(self, owner: Mapping[str, str], found: Mapping[str, tuple[str, int, Path]], item: str) -> list[str]:
        if not found:
            return []
        files = [{"path": name, "sha256": sha256, "size": size} for name, (sha256, size, _) in found.items()]
        answer: dict[str, Any] = self._door.call("files", **owner, files=files)
        for one in answer.get("refused", ()):
            self._account.fail("files", f"{one.get('path') or one['item']} of {item}", one["reason"])
        missing: list[str] = answer.get("missing", [])
        return missing

    def _digest(self, path: Path) -> tuple[str, int]:
        digest, size = hashlib.sha256(), 0
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
                size += len(chunk)
                self._account.bytes_read += len(chunk)
                self._progress.step()
        return digest.hexdigest(), size


def _parts(files: Iterable[File]) -> Iterator[list[File]]:
    part: list[File] = []
    size = 0
    for file in files:
        if part and (len(part) >= _FILES or size + (file.size or 0) > _BYTES):
            yield part
            part, size = [], 0
        part.append(file)
        size += file.size or 0
    if part:
        yield part
