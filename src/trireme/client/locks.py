"""Locks on files that the kernel releases when their process ends, however it ends.

POSIX record locks, because they belong to one process: a forked child does not hold its parent's (``flock`` locks would
be kept alive by every data-loading worker). Their weakness, that closing *any* descriptor of the file drops the lock,
is met by never opening a file twice that this process holds.
"""

from __future__ import annotations

import os
from pathlib import Path

_held: dict[str, int] = {}


def acquire(path: Path) -> bool:
    """Lock *path* for this process, without waiting. False if another process, or this one already, holds it.

    Raises:
        OSError: the file cannot be made.
    """
    key = _key(path)
    if key in _held:
        return False
    fd = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    if not _try(fd):
        os.close(fd)
        return False
    _held[key] = fd
    return True


def release(path: Path) -> None:
    """Give up a lock from `acquire`; nothing happens if it is not held."""
    fd = _held.pop(_key(path), None)
    if fd is not None:
        os.close(fd)


def is_held(path: Path) -> bool:
    """Whether some process, this one included, holds *path*. A missing file is held by nobody."""
    if _key(path) in _held:
        return True
    try:
        fd = os.open(path, os.O_RDWR)
    except OSError:
        return False
    try:
        return not _try(fd)
    finally:
        os.close(fd)


def _key(path: Path) -> str:
    return f"{os.getpid()}:{os.path.abspath(path)}"


if os.name == "posix":
    import fcntl

    def _try(fd: int) -> bool:
        try:
            fcntl.lockf(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True

else:
    import msvcrt

    def _try(fd: int) -> bool:
        try:
            msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
