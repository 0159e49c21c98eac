"""The packages that a run recorded, read from its requirements file."""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from typing import Final

from trireme.domain.errors import NotFound
from trireme.storage.blobs.store import BlobStore

PACKAGES_PATH: Final = "source/packages"
MAX_PACKAGES_BYTES: Final = 4 * 1024 * 1024
_CACHED: Final = 512
_SEPARATORS: Final = re.compile(r"[-_.]+")
_LINE: Final = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:===?\s*(\S+)|@\s*(\S+))")


def parse_requirements(text: str) -> dict[str, str]:
    """Versions by normalised name; a package from a repository or an address has that in place of a version."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        match = _LINE.match(line.strip())
        if match:
            found.setdefault(_SEPARATORS.sub("-", match[1]).lower(), match[2] or f"@ {match[3]}")
    return found


class PackageReader:
    """Reads requirements files; runs of one environment share theirs, so each is read once."""

    def __init__(self, blobs: BlobStore) -> None:
        self._blobs = blobs
        self._known: OrderedDict[str, dict[str, str]] = OrderedDict()
        self._lock = threading.Lock()

    def read(self, sha256: str, size: int) -> dict[str, str] | None:
        """Versions by name; None where there is no such list: its bytes have not come, or are too many for one."""
        with self._lock:
            if sha256 in self._known:
                self._known.move_to_end(sha256)
                return self._known[sha256]
        if size > MAX_PACKAGES_BYTES:
            return None
        try:
            content = self._blobs.read(sha256)
        except NotFound:
            return None
        found = parse_requirements(content.decode(errors="replace"))
        with self._lock:
            self._known[sha256] = found
            while len(self._known) > _CACHED:
                self._known.popitem(last=False)
        return found
