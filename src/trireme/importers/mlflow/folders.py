"""Walking folders that somebody else wrote: nothing outside of what was named is read, whatever links and names say."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from trireme.importers.mlflow.source import File

_MAX_TEXT_BYTES: Final = 16 << 20

Report = Callable[[str, str], None]
"""Called with a path and the reason why it is passed over."""


def is_inside(path: Path, roots: Sequence[Path]) -> bool:
    """Whether a path lies below one of *roots* once all links are followed."""
    real = Path(os.path.realpath(path))
    return any(real == root or root in real.parents for root in (Path(os.path.realpath(root)) for root in roots))


def walk(folder: Path, roots: Sequence[Path], report: Report) -> Iterator[tuple[str, Path, os.stat_result]]:
    """All plain files below *folder*, by name: path below it with slashes, path, and what is known of it.

    Links to files inside of *roots* are followed, other links, pipes and devices are reported.
    """
    stack = [(folder, "")]
    while stack:
        here, prefix = stack.pop()
        try:
            entries = sorted(os.scandir(here), key=lambda entry: entry.name)
        except FileNotFoundError:
            continue
        except OSError as error:
            report(str(here), error.strerror or "it cannot be read")
            continue
        folders = []
        for entry in entries:
            name = f"{prefix}{entry.name}"
            try:
                if entry.is_symlink():
                    if not entry.is_file() or not is_inside(Path(entry.path), roots):
                        report(entry.path, "a link that leads to a folder, to nothing, or out of what is imported")
                        continue
                elif entry.is_dir():
                    folders.append((Path(entry.path), f"{name}/"))
                    continue
                found = entry.stat()
            except OSError as error:
                report(entry.path, error.strerror or "it cannot be read")
                continue
            if not stat.S_ISREG(found.st_mode):
                report(entry.path, "it is no plain file")
                continue
            try:
                name.encode()
            except UnicodeEncodeError:
                report(entry.path.encode(errors="replace").decode(), "its name is not UTF-8")
                continue
            yield name, Path(entry.path), found
        stack += reversed(folders)


def files_below(folder: Path, roots: Sequence[Path], report: Report) -> Iterator[File]:
    """All plain files below *folder* as artifacts."""
    for name, path, found in walk(folder, roots, report):
        yield File(name, found.st_size, nullcontext(path), f"{found.st_size} {found.st_mtime_ns}")


def texts(folder: Path, roots: Sequence[Path], report: Report) -> dict[str, str]:
    """The contents of all files below *folder* by their name: tags or params."""
    found = {}
    for name, path, known in walk(folder, roots, report):
        if known.st_size > _MAX_TEXT_BYTES:
            report(str(path), f"{known.st_size:,} bytes are more than a text can have")
            continue
        try:
            content = path.read_bytes()
        except OSError as error:
            report(str(path), error.strerror or "it cannot be read")
            continue
        try:
            found[name] = content.decode()
        except UnicodeDecodeError:
            report(str(path), "it is not UTF-8")
    return found


def local_path(uri: str, base: Path) -> Path | None:
    """The folder that an artifact URI names on this machine; None if it is elsewhere.

    Parameters:
        base: what a relative path is below.
    """
    parts = urlsplit(uri)
    if parts.scheme == "file":
        return Path(unquote(parts.path))
    if len(parts.scheme) > 1:
        return None
    return base / uri
