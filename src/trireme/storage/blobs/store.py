"""Bytes by their SHA-256: a folder, S3, Google Cloud Storage or Azure, through obstore.

A name that exists holds the right bytes: a small blob is verified in memory and put in one step, which no store does by halves;
a larger one is written under a temporary key, verified, and only then gets its name. Whatever is unfinished lies below ``incoming/``,
where `BlobStore.sweep` finds what a killed process left.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
import re
import uuid
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, from_url

from trireme.domain.errors import CorruptData, InvalidInput, NotFound, Unavailable

log = logging.getLogger(__name__)

_T = TypeVar("_T")
_SHA256 = re.compile(r"[0-9a-f]{64}")
CHUNK_BYTES: Final = 8 * 1024 * 1024
BLOCK_BYTES: Final = 1024 * 1024
"""Bytes are hashed, written and read in blocks of about this size: each crosses to another thread, which costs as much as 64 KiB do."""
_INCOMING: Final = "incoming"
_DELETED_AT_ONCE: Final = 1000
_THREADS: Final = ThreadPoolExecutor(8, thread_name_prefix="blobs")
"""Of their own: in the event loop's, bytes would wait for those who wait for a commit."""


class BlobStore:
    """Content-addressed bytes.

    Parameters:
        url: a folder's path, or ``s3://bucket/prefix``, ``gs://…``, ``az://…``; credentials from the environment.
        options: passed to the store, e.g. an S3 endpoint for tests.
    """

    def __init__(self, url: str | Path, **options: Any) -> None:
        self._folder: Path | None = None
        if isinstance(url, Path) or "://" not in url:
            self._folder = Path(url)
            (self._folder / _INCOMING).mkdir(parents=True, exist_ok=True)
            self._store: Any = LocalStore(self._folder)
        else:
            self._store = from_url(url, **options)

    async def put(self, sha256: str, content: AsyncIterator[bytes]) -> int:
        """Store *content*, which must have that digest; its size in bytes. Bytes that are stored already are only checked.

        Raises:
            CorruptData: the content has another digest; nothing is stored.
            Unavailable: the store cannot write.
        """
        size, _ = await self._store_as(content, check_sha256(sha256))
        return size

    async def put_unnamed(self, content: AsyncIterator[bytes]) -> tuple[str, int]:
        """Store *content*, whose digest is not known yet; its SHA-256 and its size in bytes.

        Raises:
            Unavailable: the store cannot write.
        """
        size, sha256 = await self._store_as(content, None)
        return sha256, size

    async def _store_as(self, content: AsyncIterator[bytes], sha256: str | None) -> tuple[int, str]:
        digest, size = hashlib.sha256(), 0
        try:
            blocks = _in_blocks(content)
            first = await anext(blocks, b"")
            if len(first) < BLOCK_BYTES:  # that is all of it
                await _hash(digest, first)
                await self._put_whole(_key(_verified(digest.hexdigest(), sha256)), first)
                return len(first), digest.hexdigest()
            part = f"{_INCOMING}/{uuid.uuid4().hex}"
            async with obstore.open_writer_async(self._store, part, buffer_size=CHUNK_BYTES) as writer:
                block = first
                while block:
                    size += len(block)
                    await asyncio.gather(writer.write(block), _hash(digest, block))
                    block = await anext(blocks, b"")
            try:
                found = _verified(digest.hexdigest(), sha256)
            except CorruptData:
                await obstore.delete_async(self._store, part)
                raise
            await obstore.rename_async(self._store, part, _key(found), overwrite=True)
        except (BaseError, OSError) as error:
            log.warning("blob store: %s", error)
            raise Unavailable("The file store cannot write now.", hint="Check its free space and the server's log.") from error
        return size, found

    async def _put_whole(self, key: str, content: bytes) -> None:
        """Store a small blob: all of it or nothing."""
        if self._folder is None:
            await obstore.put_async(self._store, key, content)
        else:  # obstore's own way leaves its unfinished files beside the finished ones
            await _in_thread(partial(_write_whole, self._folder, key, content))

    async def put_part(self, upload: str, number: int, content: AsyncIterator[bytes]) -> int:
        """Keep one part of a file that comes in parts; its size in bytes. The same number again replaces it.

        Parameters:
            upload: 32 hex digits that the server made.
        """
        size = 0
        try:
            async with obstore.open_writer_async(self._store, _part(upload, number), buffer_size=CHUNK_BYTES) as writer:
                async for block in _in_blocks(content):
                    size += len(block)
                    await writer.write(block)
        except (BaseError, OSError) as error:
            log.warning("blob store: %s", error)
            raise Unavailable("The file store cannot write now.", hint="Check its free space and the server's log.") from error
        return size

    async def join_parts(self, upload: str, count: int) -> tuple[str, int]:
        """Make one blob of the parts 1 to *count*, and remove them; its SHA-256 and its size in bytes.

        Raises:
            NotFound: a part has not come.
        """

        async def content() -> AsyncIterator[bytes]:
            for number in range(1, count + 1):
                result = await obstore.get_async(self._store, _part(upload, number))
                async for chunk in result.stream(min_chunk_size=256 * 1024):
                    yield bytes(chunk)

        try:
            for number in range(1, count + 1):
                await obstore.head_async(self._store, _part(upload, number))
        except FileNotFoundError as error:
            raise NotFound("A part of the file has not come.", hint="Upload the file again.") from error
        made = await self.put_unnamed(content())
        await obstore.delete_async(self._store, [_part(upload, number) for number in range(1, count + 1)])
        return made

    async def drop_parts(self, upload: str) -> None:
        """Remove the parts of an upload that was given up."""
        await self._drop(lambda name, _: name.startswith(f"{upload}-"))

    async def sweep(self, older_than_ms: int) -> int:
        """Remove what is unfinished since that time: uploads that broke off, also with the server; how many files went.

        Parameters:
            older_than_ms: milliseconds since 1970; what changed later may still be under way.
        """
        return await self._drop(lambda _, changed_ms: changed_ms < older_than_ms)

    async def _drop(self, unwanted: Callable[[str, float], bool]) -> int:
        try:
            if self._folder is not None:
                return await _in_thread(partial(_drop_files, self._folder / _INCOMING, unwanted))
            gone: list[str] = []
            async for found in obstore.list(self._store, prefix=_INCOMING):
                gone += [
                    each["path"]
                    for each in found
                    if unwanted(each["path"].rpartition("/")[2], each["last_modified"].timestamp() * 1000)
                ]
            for start in range(0, len(gone), _DELETED_AT_ONCE):
                await obstore.delete_async(self._store, gone[start : start + _DELETED_AT_ONCE])
            return len(gone)
        except (BaseError, OSError) as error:
            log.warning("blob store: %s", error)
            raise Unavailable("The file store cannot delete now.", hint="See the server's log.") from error

    async def get(self, sha256: str, *, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        """The bytes ``start`` to ``stop`` of a blob, in chunks.

        Raises:
            NotFound: the blob is not stored.
            Unavailable: the store cannot read.
        """
        try:
            if self._folder is not None:
                async for block in _file_blocks(self._folder / _key(sha256), start, stop):
                    yield block
                return
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
        except (BaseError, OSError) as error:
            log.warning("blob store: %s", error)
            raise Unavailable("The file store cannot read now.", hint="See the server's log.") from error

    def read(self, sha256: str) -> bytes:
        """A whole blob at once, from a thread; for small ones.

        Raises:
            NotFound: the blob is not stored.
            Unavailable: the store cannot read.
        """
        try:
            return bytes(obstore.get(self._store, _key(sha256)).bytes())
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


async def _in_blocks(content: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The same bytes in blocks of at least `BLOCK_BYTES`, but for the last one."""
    parts: list[bytes] = []
    size = 0
    async for chunk in content:
        parts.append(chunk)
        size += len(chunk)
        if size >= BLOCK_BYTES:
            yield b"".join(parts)
            parts, size = [], 0
    if size:
        yield b"".join(parts)


def _write_whole(folder: Path, key: str, content: bytes) -> None:
    """Write a file under a temporary name, then give it its own."""
    part, whole = folder / _INCOMING / uuid.uuid4().hex, folder / key
    whole.parent.mkdir(parents=True, exist_ok=True)
    try:
        part.write_bytes(content)
        part.replace(whole)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _drop_files(folder: Path, unwanted: Callable[[str, float], bool]) -> int:
    """Remove files; how many. Whatever somebody else finishes or removes meanwhile is left to them."""
    gone = 0
    for path in folder.iterdir():
        with contextlib.suppress(FileNotFoundError):
            if unwanted(path.name, path.stat().st_mtime * 1000):
                path.unlink()
                gone += 1
    return gone


async def _file_blocks(path: Path, start: int, stop: int | None) -> AsyncIterator[bytes]:
    """The bytes ``start`` to ``stop`` of a file; one that is removed meanwhile is read to its end."""
    with await _in_thread(lambda: path.open("rb", buffering=0)) as file:
        file.seek(start)
        left = None if stop is None else stop - start
        while left is None or left > 0:
            count = BLOCK_BYTES if left is None else min(left, BLOCK_BYTES)
            reading = _in_thread(partial(file.read, count))
            try:
                block = await asyncio.shield(reading)
            except asyncio.CancelledError:
                await asyncio.wait([reading])  # the thread is done with the file before the file is closed
                raise
            if not block:
                return
            if left is not None:
                left -= len(block)
            yield block


def _in_thread(work: Callable[[], _T]) -> asyncio.Future[_T]:
    return asyncio.get_running_loop().run_in_executor(_THREADS, work)


async def _hash(digest: Any, block: bytes) -> None:
    if len(block) > 64 * 1024:  # longer than the way to another thread and back
        await _in_thread(partial(digest.update, block))
    else:
        digest.update(block)


def _verified(found: str, sha256: str | None) -> str:
    if sha256 is not None and found != sha256:
        raise CorruptData(
            f"The content has SHA-256 {found}, not {sha256}.", hint="Send the file again; it was damaged or changed."
        )
    return found


def _part(upload: str, number: int) -> str:
    return f"{_INCOMING}/{upload}-{number:06d}"


def _key(sha256: str) -> str:
    digest = check_sha256(sha256)
    return f"{digest[:2]}/{digest[2:4]}/{digest}"
