"""Attribute paths: slash-separated names such as ``train/loss``."""

from __future__ import annotations

import hashlib
import unicodedata

from trireme.domain.errors import InvalidPath

MAX_PATH_BYTES = 1024


def check_path(path: str) -> str:
    """Return *path* in its stored form: NFC, no empty parts at either end.

    Raises:
        InvalidPath: the path is empty, longer than 1,024 bytes of UTF-8, has a control
            character or a lone surrogate, or an empty part (``a//b``).
    """
    if not path.isascii():
        path = unicodedata.normalize("NFC", path)
    path = path.strip("/")
    if not path:
        raise InvalidPath("An attribute path is empty.", hint="Give it a name such as 'train/loss'.")
    try:
        size = len(path.encode())
    except UnicodeEncodeError as error:
        raise InvalidPath(f"The attribute path {path!r} is not valid Unicode.") from error
    if size > MAX_PATH_BYTES:
        raise InvalidPath(
            f"The attribute path '{path[:60]}…' has {size:,} bytes; the limit is {MAX_PATH_BYTES:,}.",
            hint="Shorten the name, or put the long part into a value.",
        )
    if "//" in path:
        raise InvalidPath(f"The attribute path '{path}' has an empty part.", hint="Use one slash between names.")
    if not path.isprintable() and any(unicodedata.category(c) == "Cc" for c in path):
        raise InvalidPath(f"The attribute path {path!r} has a control character.")
    return path


def path_id(path: str) -> int:
    """The 64-bit number that stands for *path* in the warehouse: the first 8 bytes of its BLAKE2b, little-endian."""
    return int.from_bytes(hashlib.blake2b(path.encode(), digest_size=8).digest(), "little")
