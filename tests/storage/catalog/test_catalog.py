"""What the catalog promises, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from trireme.domain.errors import AlreadyExists, NotFound, Unavailable
from trireme.domain.ids import RunKey
from trireme.domain.ledger import BatchEntry
from trireme.domain.permissions import LOCAL_USER_ID
from trireme.storage.catalog.catalog import Catalog, open_catalog


def test_opening_twice_keeps_everything(catalog: Catalog, url: str) -> None:
    made = catalog.projects.create("team", "vision")
    again = open_catalog(url)
    assert again.projects.get("team", "vision") == made
    again.close()


def test_projects(catalog: Catalog) -> None:
    first = catalog.projects.ensure("team", "vision/żółw 🐢")
    assert catalog.projects.ensure("team", "vision/żółw 🐢") == first
    assert catalog.projects.create("team", "MNIST").key == "MNIST" and catalog.projects.create("team", "mnist").key == "MNIST2"
    with pytest.raises(AlreadyExists):
        catalog.projects.create("team", "mnist")
    with pytest.raises(AlreadyExists, match="key 'MNIST'"):
        catalog.projects.create("team", "other", key="MNIST")
    with pytest.raises(NotFound, match="team/none"):
        catalog.projects.get("team", "none")
    catalog.projects.describe(first.id, "text")
    assert catalog.projects.get_by_id(first.id).description == "text"
    assert len(catalog.projects.page(10, 0)) == 3


def test_one_custom_id_is_one_run_also_for_many_threads(catalog: Catalog) -> None:
    project = catalog.projects.ensure("team", "race")
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda n: catalog.runs.create(project.id, f"run-{n % 4}"), range(32)))
    assert len({one.run.key for one in made}) == 4 and sum(one.made for one in made) == 4
    assert sorted(run.number for run in catalog.runs.page(project.id, limit=10)) == [1, 2, 3, 4]
    assert catalog.runs.count(project.id) == 4


def test_many_projects_at_once(catalog: Catalog) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda n: catalog.projects.ensure("team", f"p{n % 3}"), range(24)))
    assert len({project.id for project in made}) == 3


def test_finding_runs(catalog: Catalog) -> None:
    project = catalog.projects.ensure("team", "digits")
    run, *_ = catalog.runs.create(project.id, "my/../id", owner="ada", created_at=5)
    assert (run.short_id, run.owner, run.created_at) == ("DIGITS-1", "ada", 5)
    assert catalog.runs.by_key(run.key) == catalog.runs.by_custom_id(project.id, "my/../id") == run
    assert catalog.runs.by_short_id(project.id, "DIGITS-1") == run
    for text in ("DIGITS-2", "OTHER-1", "DIGITS", "-", "DIGITS-x", "DIGITS-" + "9" * 30):
        assert catalog.runs.by_short_id(project.id, text) is None
    assert catalog.runs.by_keys([RunKey(999), run.key]) == [run]


def test_pages_and_counts(catalog: Catalog) -> None:
    project = catalog.projects.ensure("team", "pages")
    keys = list(catalog.runs.create_many(project.id, [f"r{n}" for n in range(25)], created_at=1))
    after, *_ = catalog.runs.create(project.id, "later")
    assert after.key > keys[-1] and after.number == 26
    newest = [run.key for run in catalog.runs.page(project.id, limit=10, offset=1)]
    assert newest == keys[::-1][:10]
    moved = catalog.runs.trash(project.id, [RunKey(key) for key in keys[:5]], trashed=True)
    assert len(moved) == 5 and catalog.runs.trash(project.id, moved, trashed=True) == []
    assert (catalog.runs.count(project.id), catalog.runs.count(project.id, trashed=True)) == (21, 5)
    assert len(catalog.runs.page(project.id, trashed=True, limit=10)) == 5
    catalog.runs.trash(project.id, moved[:1], trashed=False)
    catalog.runs.purge(project.id, moved)
    assert catalog.runs.by_key(moved[0]) is not None, "only what is in the trash is purged"
    assert (catalog.runs.count(project.id), catalog.runs.count(project.id, trashed=True)) == (22, 0)
    assert catalog.projects.get_by_id(project.id).run_count == 22


def test_the_ledger(catalog: Catalog) -> None:
    project = catalog.projects.ensure("team", "ledger")
    run, *_ = catalog.runs.create(project.id, "r")
    writers = [5, (1 << 63) + 7, (1 << 64) - 1]
    entries = [BatchEntry(project.id, run.key, writer, 10) for writer in writers]
    catalog.ledger.begin(1, [*entries, BatchEntry(project.id, run.key, 5, 20)])
    found = dict(catalog.ledger.unfinished())
    assert {(entry.writer, entry.stop_unit) for entry in found[1]} == {(5, 20), (writers[1], 10), (writers[2], 10)}
    catalog.ledger.finish(1, {5: 20, writers[1]: 10, writers[2]: 10})
    assert catalog.ledger.unfinished() == []
    row = catalog.ledger.committed(writers[2])
    assert row is not None and (row.committed, row.run_key, row.suspect_until) == (10, run.key, 0)
    assert catalog.ledger.committed(999) is None

    catalog.ledger.begin(2, [BatchEntry(project.id, run.key, 5, 50), BatchEntry(project.id, run.key, 6, 3)])
    catalog.ledger.mark_suspect(2)
    known, new = catalog.ledger.committed(5), catalog.ledger.committed(6)
    assert known is not None and (known.committed, known.suspect_until) == (20, 50)
    assert new is not None and (new.committed, new.suspect_until) == (0, 3)
    catalog.ledger.begin(3, [BatchEntry(project.id, run.key, 5, 15)])
    catalog.ledger.finish(3, {5: 15})
    assert catalog.ledger.committed(5) == known, "positions never fall"


def test_tokens(catalog: Catalog) -> None:
    token = catalog.tokens.create(LOCAL_USER_ID, "laptop")
    actor = catalog.tokens.actor(token)
    assert actor is not None and actor.name == "local"
    assert catalog.tokens.actor(token + "x") is None and catalog.tokens.actor("") is None
    assert catalog.tokens.actor(catalog.tokens.create(LOCAL_USER_ID, "old", expires_at=1)) is None
    catalog.tokens.revoke(token)
    assert catalog.tokens.actor(token) is None


def test_files_are_counted(catalog: Catalog) -> None:
    project = catalog.projects.ensure("team", "files")
    run, *_ = catalog.runs.create(project.id, "r")
    used, unused = "a" * 64, "b" * 64
    for digest in (used, unused, used):
        catalog.files.add(digest, 7)
    catalog.files.refer(project.id, run.key, [used])
    catalog.files.refer(project.id, run.key, [used])
    assert catalog.files.size(used) == 7 and catalog.files.size("c" * 64) is None
    assert catalog.files.refers(run.key, used) and not catalog.files.refers(run.key, unused)
    assert catalog.files.unreferenced(1 << 60) == [unused]


def test_a_database_that_is_not_there_is_named_without_its_password() -> None:
    with pytest.raises(Unavailable) as refused:
        open_catalog("postgresql://me:secret@127.0.0.1:1/none")
    assert "127.0.0.1:1" in str(refused.value) and "secret" not in str(refused.value)
