"""Bytes by their SHA-256: a folder, S3, Google Cloud Storage or Azure, through obstore.

A blob is written under a temporary key, verified, and only then gets its name: a name that exists holds the right bytes.
"""

from __future__ import annotations

import hashlib
import logging
import re
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, from_url

from trireme.domain.errors import CorruptData, InvalidInput, NotFound, Unavailable

log = logging.getLogger(__name__)

_SHA256 = re.compile(r"[0-9a-f]{64}")
CHUNK_BYTES: Final = 8 * 1024 * 1024


class BlobStore:
    """Content-addressed bytes.

    Parameters:
        url: a folder's path, or ``s3://bucket/prefix``, ``gs://…``, ``az://…``; credentials from the environment.
        options: passed to the store, e.g. an S3 endpoint for tests.
    """

    def __init__(self, url: str | Path, **options: Any) -> None:
        if isinstance(url, Path) or "://" not in url:
            Path(url).mkdir(parents=True, exist_ok=True)
            self._store: Any = LocalStore(Path(url))
        else:
            self._store = from_url(url, **options)

    async def put(self, sha256: str, content: AsyncIterator[bytes]) -> int:
        """Store *content*, which must have that digest; its size in bytes. Bytes that are stored already are only checked.

        Raises:
            CorruptData: the content has another digest; nothing is stored.
            Unavailable: the store cannot write.
        """
        key = _key(sha256)
        part = f"incoming/{uuid.uuid4().hex}"
        digest, size = hashlib.sha256(), 0
        try:
            writer = obstore.open_writer_async(self._store, part, buffer_size=CHUNK_BYTES)
            async with writer:
                async for chunk in content:
                    digest.update(chunk)
                    size += len(chunk)
                    await writer.write(chunk)
            if digest.hexdigest() != sha256:
                await obstore.delete_async(self._store, part)
                raise CorruptData(
                    f"The content has SHA-256 {digest.hexdigest()}, not {sha256}.",
                    hint="Send the file again; it was damaged or changed.",
                )
            await obstore.rename_async(self._store, part, key, overwrite=True)
        except (BaseError, OSError) as error:
            log.warning("blob store: %s", error)
            raise Unavailable("The file store cannot write now.", hint="Check its free space and the server's log.") from error
        return size

    async def get(self, sha256: str, *, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        """The bytes ``start`` to ``stop`` of a blob, in chunks.

        Raises:
            NotFound: the blob is not stored.
            Unavailable: the store cannot read.
        """
        try:
            if start or stop is not None:
                position = start
                end = stop if stop is not None else (await self.size(sha256))
                while position < end:
                    chunk = bytes(
                        await obstore.get_range_async(
                            self._store, _key(sha256), start=position, end=min(end, position + CHUNK_BYTES)
                        )
                    )
                    position += len(chunk)
                    yield chunk
                return
            result = await obstore.get_async(self._store, _key(sha256))
            async for chunk in result.stream(min_chunk_size=256 * 1024):
                yield bytes(chunk)
        except FileNotFoundError as error:
            raise NotFound("The file's bytes are not stored.", hint="The client may still be uploading them.") from error
        except BaseError as error:
            log.warning("blob store: %s", error)
            raise Unavailable("The file store cannot read now.", hint="See the server's log.") from error

    async def size(self, sha256: str) -> int:
        """A blob's size in bytes.

        Raises:
            NotFound: the blob is not stored.
        """
        try:
            found = await obstore.head_async(self._store, _key(sha256))
        except FileNotFoundError as error:
            raise NotFound("The file's bytes are not stored.", hint="The client may still be uploading them.") from error
        except BaseError as error:
            log.warning("blob store: %s", error)
            raise Unavailable("The file store cannot read now.", hint="See the server's log.") from error
        return int(found["size"])

    async def delete(self, sha256: str) -> None:
        """Remove a blob; nothing happens if it is not there."""
        try:
            await obstore.delete_async(self._store, _key(sha256))
        except FileNotFoundError:
            pass
        except BaseError as error:
            log.warning("blob store: %s", error)
            raise Unavailable("The file store cannot delete now.", hint="See the server's log.") from error


def check_sha256(text: str) -> str:
    """Return *text* if it is a SHA-256 in lower-case hex.

    Raises:
        InvalidInput: it is not.
    """
    if not _SHA256.fullmatch(text):
        raise InvalidInput(f"'{text[:70]}' is not a SHA-256 digest.", hint="Use 64 lower-case hex digits.")
    return text


def _key(sha256: str) -> str:
    digest = check_sha256(sha256)
    return f"{digest[:2]}/{digest[2:4]}/{digest}"
