"""Many runs at once: sizes, tags, trash, deletion, and the bytes that deletion frees."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator

import numpy as np
import pytest
from sqlalchemy import text

from tests.support import loop
from trireme.domain.errors import InvalidInput, NotFound, Unavailable
from trireme.domain.ids import RunKey
from trireme.domain.permissions import Actor
from trireme.domain.project import ProjectRecord
from trireme.domain.records import FileRef
from trireme.domain.run import RunRecord
from trireme.domain.types import AttributeType
from trireme.server.services import Services
from trireme.services.writes import Assign, FloatEntries, Identity, Writes


@pytest.fixture
def project(services: Services) -> ProjectRecord:
    return services.catalog.projects.ensure("default", "bulk")


def make(services: Services, actor: Actor, name: str, *contents: bytes, points: int = 0) -> RunRecord:
    """A run with files of those contents and a series."""
    run = services.runs.create(actor, project="default/bulk", custom_run_id=name, name=name).record
    writes = Writes([f"files/{number}" for number in range(len(contents))] + ["loss"])
    for number, content in enumerate(contents):
        digest = loop.run(upload(services, actor, content))
        writes.values.append(Assign(number, AttributeType.FILE, FileRef(digest, len(content), "text/plain", "a.txt")))
    steps = np.arange(points, dtype=np.int64) * 1_000_000
    writes.floats = FloatEntries(
        np.full(points, len(contents), np.uint32), steps, steps, np.ones(points), np.zeros(points, np.uint32)
    )
    assert not services.ingest.write(actor, run, writes, identity=Identity.POINT)
    return run


async def upload(services: Services, actor: Actor, content: bytes) -> str:
    async def stream() -> AsyncIterator[bytes]:
        yield content

    digest = hashlib.sha256(content).hexdigest()
    await services.files.put(actor, digest, stream())
    return digest


async def read(services: Services, digest: str) -> bytes:
    return b"".join([chunk async for chunk in services.files.content(FileRef(digest, 0, "", ""))])


def grow_old(services: Services, milliseconds: int) -> None:
    """As if every blob had been claimed that much earlier."""
    with services.catalog.engine.begin() as connection:
        connection.execute(text("UPDATE blobs SET created_at = created_at - :ms WHERE created_at >= 0"), {"ms": milliseconds})


def test_deleting_frees_what_no_other_run_uses(services: Services, actor: Actor, project: ProjectRecord) -> None:
    shared, own = b"shared" * 100, b"own" * 1000
    first = make(services, actor, "first", shared, own, points=30)
    second = make(services, actor, "second", shared, points=5)
    size = services.bulk.size(actor, project, [first.key])
    assert (size.runs, size.points, size.files) == (1, 30, 2)
    assert (size.file_bytes, size.freed_bytes) == (len(shared) + len(own), len(own))
    both = services.bulk.size(actor, project, [first.key, second.key, first.key, RunKey(999)])
    assert (both.runs, both.freed_bytes) == (2, len(shared) + len(own))

    (refused,) = services.bulk.delete(actor, project, [first.key]).refused
    assert "not in the trash" in refused.reason
    assert services.bulk.trash(actor, project, [first.key], trashed=True).changed == [first.key]
    assert services.bulk.trash(actor, project, [first.key], trashed=True).changed == [], "it is there already"
    done = services.bulk.delete(actor, project, [first.key])
    assert done.changed == [first.key] and len(done.released) == 2
    assert services.search.keys(actor, project) == [second.key] and services.search.keys(actor, project, trashed=True) == []

    assert loop.run(services.files.free(done.released)) == 0, "the upload is minutes old: somebody may be about to refer to it"
    grow_old(services, 3_600_000)
    assert loop.run(services.files.free(done.released)) == len(own)
    assert loop.run(read(services, hashlib.sha256(shared).hexdigest())) == shared
    with pytest.raises(NotFound):
        loop.run(read(services, hashlib.sha256(own).hexdigest()))
    assert not services.files.stored(actor, hashlib.sha256(own).hexdigest())
    assert loop.run(upload(services, actor, own)) and services.files.stored(actor, hashlib.sha256(own).hexdigest())


def test_orphans_go_after_a_day_and_begun_removals_are_finished(services: Services, actor: Actor) -> None:
    digest = loop.run(upload(services, actor, b"never referred to"))
    assert loop.run(services.files.sweep()) == 0
    grow_old(services, 25 * 3_600_000)
    assert services.files.stored(actor, digest), "whoever asks claims it"
    assert loop.run(services.files.sweep()) == 0
    grow_old(services, 25 * 3_600_000)
    # Killed after the bytes were condemned: until they are gone nobody may count on them.
    assert services.catalog.files.condemn([digest], 2**62) == {digest: 17}
    assert not services.files.stored(actor, digest)
    with pytest.raises(Unavailable, match="being removed"):
        loop.run(upload(services, actor, b"never referred to"))
    loop.run(services.files.sweep())
    loop.run(upload(services, actor, b"never referred to"))
    assert loop.run(read(services, digest)) == b"never referred to"


def test_tags(services: Services, actor: Actor, project: ProjectRecord) -> None:
    runs = [make(services, actor, f"run-{number}") for number in range(40)]
    keys = [run.key for run in runs]
    assert services.bulk.tag(actor, project, keys[:10], add=["good", " ź "]).changed == keys[:10]
    done = services.bulk.tag(actor, project, keys, add=["good"], remove=["ź"])
    assert sorted(done.changed) == keys, "ten lost a tag, thirty got one"
    assert services.bulk.tag(actor, project, keys, add=["good"]).changed == []
    assert len(services.search.keys(actor, project, query='sys/tags CONTAINS "good"')) == 40
    assert services.search.keys(actor, project, query='sys/tags CONTAINS "ź"') == []
    with pytest.raises(InvalidInput, match="256 characters"):
        services.bulk.tag(actor, project, keys, add=["x" * 257])
    with pytest.raises(InvalidInput, match="at most 1,000 at once"):
        services.bulk.tag(actor, project, [RunKey(n) for n in range(1001)], add=["a"])
