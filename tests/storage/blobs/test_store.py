"""The blob store over a folder and over an S3 server."""

from __future__ import annotations

import hashlib
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib import request

import pytest

from tests.support import loop
from trireme.domain.errors import CorruptData, InvalidInput, NotFound
from trireme.storage.blobs.store import BLOCK_BYTES, CHUNK_BYTES, BlobStore


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    """The address of an S3 server with the bucket ``blobs``."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-W", "ignore", "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    address = f"http://127.0.0.1:{port}"
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            deadline = time.monotonic() + 60
            while time.monotonic() < deadline:
                try:
                    request.urlopen(request.Request(f"{address}/blobs", method="PUT"), timeout=5).close()
                    break
                except OSError:
                    assert process.poll() is None, "the S3 server ended"
                    time.sleep(0.05)  # the pause of a poll
            yield address
        finally:
            process.terminate()


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> BlobStore:
    if request.param == "folder":
        return BlobStore(tmp_path / "blobs")
    return BlobStore(
        "s3://blobs/prefix",
        endpoint=request.getfixturevalue("s3"),
        access_key_id="test",
        secret_access_key="test",
        region="us-east-1",
        client_options={"allow_http": True},
    )


async def stream(content: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(content), 100_000):
        yield content[start : start + 100_000]


async def read(store: BlobStore, digest: str, **options: int) -> bytes:
    return b"".join([chunk async for chunk in store.get(digest, **options)])


@pytest.mark.parametrize("size", [0, 1, 300_000, BLOCK_BYTES, CHUNK_BYTES + 5])
def test_what_went_in_comes_out(store: BlobStore, size: int) -> None:
    content = bytes(range(256)) * (size // 256 + 1)
    content = content[:size]
    digest = hashlib.sha256(content).hexdigest()

    async def run() -> None:
        for _ in range(2):
            assert await store.put(digest, stream(content)) == size
        assert await store.size(digest) == size
        assert await read(store, digest) == content
        if size > 10:
            assert await read(store, digest, start=3, stop=9) == content[3:9]
            assert await read(store, digest, start=size - 4) == content[-4:]
        await store.delete(digest)
        await store.delete(digest)
        with pytest.raises(NotFound):
            await store.size(digest)

    loop.run(run())


@pytest.mark.parametrize("times", [1, BLOCK_BYTES])
def test_other_bytes_are_not_stored(store: BlobStore, times: int) -> None:
    digest = hashlib.sha256(b"right").hexdigest()

    async def run() -> None:
        with pytest.raises(CorruptData, match="SHA-256"):
            await store.put(digest, stream(b"wrong" * times))
        with pytest.raises(NotFound):
            await read(store, digest)
        with pytest.raises(NotFound):
            await read(store, hashlib.sha256(b"wrong" * times).hexdigest())

    loop.run(run())


@pytest.mark.parametrize("size", [BLOCK_BYTES - 1, 3 * BLOCK_BYTES])
def test_bytes_whose_sender_breaks_off_are_not_stored(tmp_path: Path, size: int) -> None:
    store, content = BlobStore(tmp_path), bytes(range(256)) * (size // 256)

    async def broken() -> AsyncIterator[bytes]:
        async for chunk in stream(content):
            yield chunk
        raise RuntimeError("gone")

    async def run() -> None:
        with pytest.raises(RuntimeError, match="gone"):
            await store.put_unnamed(broken())
        with pytest.raises(NotFound):
            await read(store, hashlib.sha256(content).hexdigest())

    loop.run(run())


def test_a_blob_that_is_removed_is_read_to_its_end(tmp_path: Path) -> None:
    store, content = BlobStore(tmp_path), bytes(range(256)) * (3 * BLOCK_BYTES // 256)

    async def run() -> None:
        digest, _ = await store.put_unnamed(stream(content))
        found = store.get(digest, start=7)
        first = await anext(found)
        await store.delete(digest)
        assert first + b"".join([chunk async for chunk in found]) == content[7:]

    loop.run(run())


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 64, "a" * 63, "a" * 63 + "/"])
def test_names_are_digests(store: BlobStore, name: str) -> None:
    with pytest.raises(InvalidInput):
        loop.run(store.size(name))


@pytest.mark.parametrize("size", [BLOCK_BYTES - 1, 3 * BLOCK_BYTES])
def test_what_a_killed_server_left_is_swept_away(tmp_path: Path, size: int) -> None:
    killed = f"""
import asyncio, os
from pathlib import Path
import obstore
from trireme.storage.blobs.store import BlobStore

async def content():
    yield bytes({size})

async def die(*_, **__):
    os._exit(9)

Path.replace = lambda *_: os._exit(9)
obstore.rename_async = die
asyncio.run(BlobStore({str(tmp_path)!r}).put_unnamed(content()))
"""
    assert subprocess.run([sys.executable, "-c", killed]).returncode == 9
    (left,) = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert left.stat().st_size == size
    changed = int(left.stat().st_mtime * 1000)
    store = BlobStore(tmp_path)

    async def sweep(older_than_ms: int) -> int:
        return await store.sweep(older_than_ms)

    assert loop.run(sweep(changed - 1)) == 0 and left.exists()  # it may still be under way
    assert loop.run(sweep(changed + 1)) == 1
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_parts_of_an_upload_that_was_given_up_go(store: BlobStore) -> None:
    async def run() -> None:
        for upload in ("a" * 32, "b" * 32):
            await store.put_part(upload, 1, stream(b"part"))
        await store.drop_parts("a" * 32)
        with pytest.raises(NotFound):
            await store.join_parts("a" * 32, 1)
        assert await store.join_parts("b" * 32, 1) == (hashlib.sha256(b"part").hexdigest(), 4)
        await store.put_part("c" * 32, 1, stream(b"part"))
        assert await store.sweep(2**42) == 1

    loop.run(run())
